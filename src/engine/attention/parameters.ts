// Parameters of the span index (Ltri spec §9): start values, scaling to small contexts, the limits
// that must hold between them, and the fields that bind a stored index to its settings.
// Not here: sizes of GPU buffers of one model (engine), persistence of the fingerprint (store).

import { EngineError } from "../errors.ts";

export type Segmenter = "nms" | "dp" | "fixed";
export type Voting = "peaked" | "calibrated" | "equal";

export interface LtriParameters {
  /** Tokens 0…nSink−1 are always resident and never in a span. */
  readonly nSink: number;
  /** Key j of query i is local when 0 ≤ i−j < nLocal. */
  readonly nLocal: number;
  /** Tokens of one prefill step (`c`). */
  readonly chunk: number;
  /** Retrieved tokens per layer (`B`), a hard cap. */
  readonly budget: number;
  readonly lMin: number;
  readonly lMax: number;
  readonly segLen: number;
  /** 'fixed' is the fixed-block baseline; it ignores the attention map. */
  readonly segmenter: Segmenter;
  /** Block length of segmenter 'fixed', at most lMax. */
  readonly blockLength: number;
  /** Consecutive layers that share one division into spans: the sum of their maps decides. */
  readonly divisionLayers: number;
  /** θ = kappa · mean of the band of the discovery window. */
  readonly kappa: number;
  /** Representative keys of one index vector (`r`). */
  readonly representatives: number;
  /** 'both' = static and dynamic; 'static' = static only; 'total' = one vector of all votes. */
  readonly vectors: "both" | "static" | "total";
  readonly nVote: number;
  readonly z0: number;
  /**
   * Weight of a head in the vote: its peakedness, its share of right copies measured on the model
   * (calibrate/), or 1 for all and no threshold.
   */
  readonly voting: Voting;
  /** β of the score of neighbouring spans; 0 = off. */
  readonly neighbourBoost: number;
  readonly persistFrac: number;
  /**
   * Most bytes of keys, in the heads that retrieve, with which a question is compared; they stay in RAM. The
   * question is then read twice, the second time with what its words have found. A document
   * with more is searched by its index vectors alone; 0: every document.
   */
  readonly questionKeyBytes: number;
  readonly gamma: number;
  /** Tokens of the question that are read in sub-chunks. */
  readonly lastQ: number;
  readonly subChunk: number;
  readonly rescoreEvery: number;
  /** Decode steps between two choices of the recalled set; at least 64 where keys have chosen it. */
  readonly refreshEvery: number;
  /** 'exact' waits for the choice of every layer in every decode step: the reference for 'pipelined'. */
  readonly retrievalMode: "pipelined" | "exact";
  readonly posMode: "compact" | "clamped" | "absolute";
  readonly queryRotation: "clamped" | "none";
  /** Of keys, values and index vectors; int8 has one scale per token and KV head. */
  readonly kvDtype: "f16" | "f32" | "int8";
  /** Tokens of the page pool per layer, without sinks and ring. */
  readonly poolTokens: number;
  /** Most bytes of index vectors on the GPU, all layers; further ones are paged in to be scored. */
  readonly indexBytes: number;
  /** Most bytes of those in RAM, all layers; further ones are read from the store each time. */
  readonly indexRamBytes: number;
}

/** Fields that influence stored bytes: any difference makes a stored index stale. */
export const fingerprintFields = [
  "nSink",
  "nLocal",
  "chunk",
  "budget",
  "lMin",
  "lMax",
  "segLen",
  "segmenter",
  "blockLength",
  "divisionLayers",
  "kappa",
  "representatives",
  "vectors",
  "nVote",
  "z0",
  "voting",
  "neighbourBoost",
  "posMode",
  "queryRotation",
  "kvDtype",
] as const satisfies readonly (keyof LtriParameters)[];

const FULL_CONTEXT = 8192;

/**
 * Start values for a model that was trained on `contextLength` tokens, with `overrides`. Values
 * that are not overridden follow those that are: a larger chunk enlarges nLocal, and so on.
 */
export function ltriParameters(
  contextLength: number,
  overrides: Partial<LtriParameters> = {},
): LtriParameters {
  const context = Math.min(contextLength, FULL_CONTEXT);
  const share = (part: number, low: number, high: number) =>
    Math.max(low, Math.min(high, Math.floor(context / part / 16) * 16));
  const nSink = overrides.nSink ?? share(32, 4, 64);
  const chunk = overrides.chunk ?? share(8, 16, 256);
  const lMax = overrides.lMax ?? share(16, 16, 128);
  const lMin = overrides.lMin ?? Math.max(1, Math.min(8, Math.floor(lMax / 4)));
  const segLen = overrides.segLen ?? Math.max(lMax, share(8, 16, 256));
  const nLocal =
    overrides.nLocal ?? roundUp(Math.max(share(4, 16, 2048), segLen + lMax + chunk), 16);
  const room = Math.floor((contextLength - nSink - lMax - nLocal - chunk) / 16) * 16;
  const budget = overrides.budget ?? Math.min(nLocal, 2048, room);
  const segmenter = overrides.segmenter ?? "nms";
  const parameters: LtriParameters = {
    segmenter,
    blockLength: lMax,
    divisionLayers: 1,
    kappa: segmenter === "dp" ? 1.5 : 2,
    representatives: 2,
    vectors: "both",
    nVote: Math.min(512, nLocal),
    z0: 2,
    voting: "peaked",
    neighbourBoost: 0,
    persistFrac: 0.5,
    questionKeyBytes: 256 * 1024 * 1024,
    gamma: 0.85,
    lastQ: Math.min(64, chunk),
    subChunk: Math.min(16, chunk),
    rescoreEvery: 1,
    refreshEvery: 4,
    retrievalMode: "pipelined",
    posMode: "compact",
    queryRotation: "clamped",
    kvDtype: "f16",
    poolTokens: 4 * Math.max(budget, lMax),
    indexBytes: 64 * 1024 * 1024,
    indexRamBytes: 128 * 1024 * 1024,
    ...overrides,
    nSink,
    chunk,
    lMax,
    lMin,
    segLen,
    nLocal,
    budget,
  };
  checkParameters(parameters, contextLength);
  return parameters;
}

const MAY_BE_ZERO: ReadonlySet<string> = new Set([
  "nSink",
  "nVote",
  "budget",
  "indexRamBytes",
  "questionKeyBytes",
]);

/** Throws an EngineError that names the broken rule and the values. */
export function checkParameters(p: LtriParameters, contextLength: number): void {
  const counts = [
    "nSink",
    "nLocal",
    "chunk",
    "budget",
    "lMin",
    "lMax",
    "segLen",
    "blockLength",
  ] as const;
  const others = [
    "divisionLayers",
    "representatives",
    "nVote",
    "lastQ",
    "subChunk",
    "rescoreEvery",
    "refreshEvery",
    "poolTokens",
    "indexBytes",
    "indexRamBytes",
    "questionKeyBytes",
  ] as const;
  for (const name of [...counts, ...others]) {
    const least = MAY_BE_ZERO.has(name) ? 0 : 1;
    if (!Number.isInteger(p[name]) || p[name] < least) {
      // A negative start value of the budget means that nothing is left for it.
      if (name === "budget") continue;
      throw broken(`${name} = ${p[name]} must be an integer of at least ${least}`);
    }
  }
  const positions = p.nSink + p.budget + p.lMax + p.nLocal + p.chunk;
  if (p.budget < 0 || (p.posMode === "compact" && positions > contextLength)) {
    throw new EngineError(
      "context-overflow",
      `span index: nSink ${p.nSink} + budget ${p.budget} + lMax ${p.lMax} + nLocal ${p.nLocal} + ` +
        `chunk ${p.chunk} = ${positions} positions, the model was trained on ${contextLength}`,
    );
  }
  const window = p.segLen + p.lMax + p.chunk;
  if (p.nLocal < window) {
    throw broken(
      `nLocal ${p.nLocal} < segLen + lMax + chunk = ${window}: boundaries come too late`,
    );
  }
  if (p.lMax < p.lMin * 2 && p.lMax > 1) throw broken(`lMax ${p.lMax} < 2 · lMin ${p.lMin}`);
  if (p.segLen < p.lMax)
    throw broken(`segLen ${p.segLen} < lMax ${p.lMax}: no span may be committed`);
  if (p.blockLength > p.lMax) throw broken(`blockLength ${p.blockLength} > lMax ${p.lMax}`);
  if (p.nVote > p.nLocal) throw broken(`nVote ${p.nVote} > nLocal ${p.nLocal}`);
  if (p.poolTokens < p.budget) throw broken(`poolTokens ${p.poolTokens} < budget ${p.budget}`);
  if (!(p.kappa >= 0) || !(p.z0 >= 0)) throw broken(`kappa ${p.kappa} and z0 ${p.z0} must be ≥ 0`);
  if (p.representatives > 8) throw broken(`representatives ${p.representatives} > 8`);
  if (!(p.neighbourBoost >= 0)) throw broken(`neighbourBoost ${p.neighbourBoost} must be ≥ 0`);
  if (!(p.persistFrac >= 0 && p.persistFrac <= 1)) throw broken(`persistFrac ${p.persistFrac}`);
  if (!(p.gamma >= 0 && p.gamma < 1)) throw broken(`gamma ${p.gamma} must be in [0, 1)`);
}

/** Slots of the local ring: everything that is not sealed while one chunk runs. */
export function ringCapacityTokens(p: LtriParameters): number {
  return roundUp(p.nLocal + p.chunk + p.lMax, 16);
}

/** Band width of one chunk: discovery needs lMax lags, the votes need nVote. */
export function bandWidth(p: LtriParameters): number {
  return Math.max(p.nVote, p.lMax);
}

function broken(rule: string): EngineError {
  return new EngineError("limit-exceeded", `span index parameters: ${rule}`);
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
