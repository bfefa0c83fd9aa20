// One row of `bench ltri`: an arm at a length, summed over documents and questions.
import { mean, type NeedleResult } from "./ask-needles.ts";
import { type Interval, meanInterval, shareInterval } from "./share-interval.ts";

/** What reading one document cost. Rates are per second of the benchmark's clock. */
export interface Reading {
  readonly tokens: number;
  readonly tokensPerSecond: number;
  readonly bytesOnDisk: number;
  readonly peakGpuBytes: number;
}

/** A mean over questions with its 95 % interval. */
export interface Share {
  readonly mean: number;
  readonly interval: Interval;
}

export interface LtriRow {
  readonly arm: string;
  /** Length asked for, and the mean of what was read, in tokens. */
  readonly length: number;
  readonly tokens: number;
  readonly documents: number;
  readonly questions: number;
  /** Per question "1" (right) or "0": document by document, in the order of the depths. */
  readonly right: string;
  readonly accuracy: Share;
  /** Share of the fact's tokens in the attended set: mean over layers and steps, best layer, by layer. */
  readonly evidenceRecall: Share | null;
  readonly bestLayerRecall: Share | null;
  readonly recallByLayer: readonly number[] | null;
  /** Share of questions whose strongest passage, or one of those shown, holds the answer. */
  readonly evidenceTop1: Share | null;
  readonly evidenceShown: Share | null;
  readonly ingestTokensPerSecond: number;
  /** Its matrix products as a share of the matmul rate of the same run. */
  readonly ingestShareOfMatmul: number;
  readonly decodeTokensPerSecond: number | null;
  readonly firstTokenMs: number;
  readonly peakGpuBytes: number;
  readonly diskBytesPerToken: number | null;
  /** Choices (layer, decode step) that differ from the exact one, and exact spans that were absent. */
  readonly choicesDiffering: Share | null;
  readonly spansMissed: Share | null;
}

export interface Measured {
  readonly readings: readonly Reading[];
  readonly results: readonly NeedleResult[];
  readonly peakGpuBytes: number;
  /** Of the matrices that every token passes while a document is read. */
  readonly flopsPerToken: number;
  readonly matmulFlops: number;
}

export function summarise(
  arm: string,
  length: number,
  { readings, results, peakGpuBytes, flopsPerToken, matmulFlops }: Measured,
): LtriRow {
  // Engines without spans recall nothing: no figure, not zero.
  const hasSpans = readings.some(({ bytesOnDisk }) => bytesOnDisk > 0);
  const ofSpans = <T>(figure: () => T) => (hasSpans ? figure() : null);
  const sum = (figure: (result: NeedleResult) => number) =>
    results.reduce((total, result) => total + figure(result), 0);
  const tokens = mean(readings.map((reading) => reading.tokens));
  const rate = mean(readings.map((reading) => reading.tokensPerSecond));
  const disk = mean(readings.map(({ bytesOnDisk }) => bytesOnDisk));
  const decodeMs = sum((r) => r.decodeMs);
  const layers = results[0]?.shares.length ?? 0;
  // Passages that are read again are answered from without a choice.
  const ofChoices = <T>(figure: () => T) => (layers > 0 ? ofSpans(figure) : null);
  return {
    arm,
    length,
    tokens: Math.round(tokens),
    documents: readings.length,
    questions: results.length,
    right: results.map(({ isCorrect }) => (isCorrect ? "1" : "0")).join(""),
    accuracy: yesOrNo(results, ({ isCorrect }) => isCorrect),
    evidenceRecall: ofChoices(() => average(results, ({ shares }) => mean(shares))),
    bestLayerRecall: ofChoices(() => average(results, ({ shares }) => Math.max(0, ...shares))),
    recallByLayer: ofChoices(() =>
      Array.from({ length: layers }, (_, i) => mean(results.map(({ shares }) => shares[i] ?? 0))),
    ),
    evidenceTop1: ofSpans(() => yesOrNo(results, ({ isTop1 }) => isTop1)),
    evidenceShown: ofSpans(() => yesOrNo(results, ({ isShown }) => isShown)),
    ingestTokensPerSecond: rate,
    ingestShareOfMatmul: (rate * flopsPerToken) / matmulFlops,
    decodeTokensPerSecond: decodeMs > 0 ? (1000 * sum((r) => r.decodeSteps)) / decodeMs : null,
    firstTokenMs: mean(results.map(({ firstTokenMs }) => firstTokenMs)),
    peakGpuBytes,
    diskBytesPerToken: disk > 0 ? disk / tokens : null,
    choicesDiffering: ofChoices(() =>
      average(results, (r) => r.choicesDiffering / Math.max(1, r.choices)),
    ),
    spansMissed: ofChoices(() =>
      average(results, (r) => r.spansMissed / Math.max(1, r.spansWanted)),
    ),
  };
}

function yesOrNo(
  results: readonly NeedleResult[],
  isHit: (result: NeedleResult) => boolean,
): Share {
  const hits = results.filter(isHit).length;
  return { mean: hits / results.length, interval: shareInterval(hits, results.length) };
}

function average(
  results: readonly NeedleResult[],
  figure: (result: NeedleResult) => number,
): Share {
  const values = results.map(figure);
  return { mean: mean(values), interval: meanInterval(values) };
}
