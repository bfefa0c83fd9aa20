// One row of `bench ltri`: an arm at a length, summed over documents and questions.
import { mean, type NeedleResult } from "./ask-needles.ts";

/** What reading one document cost. */
export interface Reading {
  readonly tokens: number;
  readonly tokensPerSecond: number;
  readonly tokensPerCpuSecond: number;
  readonly bytesOnDisk: number;
}

export interface LtriRow {
  readonly arm: string;
  /** Length asked for, and the mean of what was read, in tokens. */
  readonly length: number;
  readonly tokens: number;
  readonly documents: number;
  readonly questions: number;
  readonly accuracy: number;
  /** Right answers of questions by depth in per cent. */
  readonly byDepth: Readonly<Record<string, string>>;
  /** Share of the fact's tokens in the attended set: mean over layers and steps, and best layer. */
  readonly evidenceRecall: number | null;
  readonly bestLayerRecall: number | null;
  /** Share of questions whose strongest passage, or one of those shown, holds the answer. */
  readonly evidenceTop1: number | null;
  readonly evidenceShown: number | null;
  /** Reading; per second of the clock and of all processor cores. */
  readonly ingestTokensPerSecond: number;
  readonly ingestTokensPerCpuSecond: number;
  /** Its matrix products as a share of the matmul rate of the same run, both per CPU second. */
  readonly ingestShareOfMatmul: number;
  readonly decodeTokensPerSecond: number | null;
  readonly firstTokenMs: number;
  readonly peakGpuBytes: number;
  readonly diskBytesPerToken: number | null;
  /** Choices (layer, decode step) that differ from the exact one, and exact spans that were absent. */
  readonly choicesDiffering: number | null;
  readonly spansMissed: number | null;
}

export function summarise(
  arm: string,
  length: number,
  readings: readonly Reading[],
  results: readonly NeedleResult[],
  peakGpuBytes: number,
  flopsPerToken: number,
  matmulFlops: number,
): LtriRow {
  // Engines without spans recall nothing: no figure, not zero.
  const hasSpans = readings.some(({ bytesOnDisk }) => bytesOnDisk > 0);
  const ofSpans = (figure: (result: NeedleResult) => number) =>
    hasSpans ? mean(results.map(figure)) : null;
  const sum = (figure: (result: NeedleResult) => number) =>
    results.reduce((total, result) => total + figure(result), 0);
  const ratio = (part: number, whole: number) => (whole > 0 ? part / whole : null);
  const depths = [...new Set(results.map(({ needle }) => needle.depthPercent))];
  const byDepth = depths.map((depth) => {
    const at = results.filter(({ needle }) => needle.depthPercent === depth);
    return [
      `${depth} %`,
      `${at.filter(({ isCorrect }) => isCorrect).length}/${at.length}`,
    ] as const;
  });
  const tokens = mean(readings.map((reading) => reading.tokens));
  const rate = mean(readings.map((reading) => reading.tokensPerSecond));
  const cpuRate = mean(readings.map((reading) => reading.tokensPerCpuSecond));
  const disk = mean(readings.map(({ bytesOnDisk }) => bytesOnDisk));
  return {
    arm,
    length,
    tokens: Math.round(tokens),
    documents: readings.length,
    questions: results.length,
    accuracy: mean(results.map(({ isCorrect }) => Number(isCorrect))),
    byDepth: Object.fromEntries(byDepth),
    evidenceRecall: ofSpans(({ shares }) => mean(shares)),
    bestLayerRecall: ofSpans(({ shares }) => Math.max(0, ...shares)),
    evidenceTop1: ofSpans(({ isTop1 }) => Number(isTop1)),
    evidenceShown: ofSpans(({ isShown }) => Number(isShown)),
    ingestTokensPerSecond: rate,
    ingestTokensPerCpuSecond: cpuRate,
    ingestShareOfMatmul: (cpuRate * flopsPerToken) / matmulFlops,
    decodeTokensPerSecond: ratio(
      1000 * sum((r) => r.decodeSteps),
      sum((r) => r.decodeMs),
    ),
    firstTokenMs: mean(results.map(({ firstTokenMs }) => firstTokenMs)),
    peakGpuBytes,
    diskBytesPerToken: disk > 0 ? disk / tokens : null,
    choicesDiffering: hasSpans
      ? ratio(
          sum((r) => r.choicesDiffering),
          sum((r) => r.choices),
        )
      : null,
    spansMissed: ratio(
      sum((r) => r.spansMissed),
      sum((r) => r.spansWanted),
    ),
  };
}
