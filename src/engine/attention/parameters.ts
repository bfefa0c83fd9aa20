// Parameters of the span index (docs/ltri.md §15): start values, scaling to small contexts, the limits
// that must hold between them, and the fields that bind a stored index to its settings.
// Not here: sizes of GPU buffers of one model (engine), persistence of the fingerprint (store).

import * as v from "valibot";
import { EngineError } from "../errors.ts";

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const real = v.pipe(v.number(), v.finite(), v.minValue(0));

/** How a text is divided, indexed and seen while it is read: a change makes stored bytes stale. */
const method = {
  /** Tokens 0…nSink−1 are always resident and never in a span. */
  nSink: whole,
  /** Key j of query i is local when 0 ≤ i−j < nLocal. */
  nLocal: count,
  /** Tokens of one prefill step (`c`). */
  chunk: count,
  /** Retrieved tokens per layer (`B`), a hard cap. */
  budget: whole,
  lMin: count,
  lMax: count,
  segLen: count,
  /** 'fixed' is the fixed-block baseline; it ignores the attention map. */
  segmenter: v.picklist(["nms", "dp", "fixed"]),
  /** Block length of segmenter 'fixed', at most lMax. */
  blockLength: count,
  /** Consecutive layers that share one division into spans: the sum of their maps decides. */
  divisionLayers: count,
  /** θ = kappa · mean of the band of the discovery window. */
  kappa: real,
  /** Representative keys of one index vector (`r`). */
  representatives: v.pipe(count, v.maxValue(8)),
  /** 'both' = static and dynamic; 'static' = static only; 'total' = one vector of all votes. */
  vectors: v.picklist(["both", "static", "total"]),
  nVote: whole,
  z0: real,
  /**
   * Weight of a head in the vote: its peakedness, its share of right copies measured on the model
   * (heads/), or 1 for all and no threshold.
   */
  voting: v.picklist(["peaked", "calibrated", "equal"]),
  /** β of the score of neighbouring spans; 0 = off. */
  neighbourBoost: real,
  posMode: v.picklist(["compact", "clamped", "absolute"]),
  queryRotation: v.picklist(["clamped", "none"]),
  /** Of keys, values and index vectors; int8 has one scale per token and KV head. */
  kvDtype: v.picklist(["f16", "f32", "int8"]),
};

/** How a question is read and answered. */
const schedule = {
  persistFrac: v.pipe(real, v.maxValue(1)),
  gamma: v.pipe(real, v.ltValue(1)),
  /** Tokens of the question that are read in sub-chunks. */
  lastQ: count,
  subChunk: count,
  rescoreEvery: count,
  /** Decode steps between two choices of the recalled set; at least 64 where keys have chosen it. */
  refreshEvery: count,
  /** 'exact' waits for the choice of every layer in every decode step: the reference for 'pipelined'. */
  retrievalMode: v.picklist(["pipelined", "exact"]),
  /** ShadowKV: keys of question and answer as they are, or in the basis of the document's keys (ShadowKV+). */
  generatedKeys: v.picklist(["exact", "lowRank"]),
};

/** How ShadowKV keeps a document; a change makes what it stored stale. */
const lowRank = {
  /** Rank of every layer's keys; 0: the smallest that holds `keyEnergy`, up to a cap by their width. */
  rank: whole,
  /** Share of the squared deviation of a layer's keys from their mean. */
  keyEnergy: v.pipe(real, v.maxValue(1)),
  /** Chunks of 8 tokens per KV head kept exactly: at least so many, and this share of all; 0 and 0: none. */
  outlierChunks: whole,
  outlierShare: v.pipe(real, v.maxValue(1)),
  /** Tokens at the end kept exactly. */
  localTokens: whole,
  /** Documents shorter than so many times what is attended to are kept exactly; 0: none. */
  denseFactor: real,
};

/** What may be held, and where. */
const memory = {
  /** Most bytes of values in RAM that ShadowKV keeps off the device; others are read from the store. */
  valueRamBytes: whole,
  /**
   * Most bytes of keys, in the heads that retrieve, with which a question is compared; they stay in RAM. The
   * question is then read twice, the second time with what its words have found. A document
   * with more is searched by its index vectors alone; 0: every document.
   */
  questionKeyBytes: whole,
  /** Tokens of the page pool per layer, without sinks and ring. */
  poolTokens: count,
  /** Most bytes of index vectors on the device, all layers; further ones are paged in to be scored. */
  indexBytes: count,
  /** Most bytes of those in RAM, all layers; further ones are read from the store each time. */
  indexRamBytes: whole,
};

const schema = v.object({ ...method, ...schedule, ...lowRank, ...memory });
export type LtriParameters = Readonly<v.InferOutput<typeof schema>>;
export type Segmenter = LtriParameters["segmenter"];
export type Voting = LtriParameters["voting"];

/** Fields that influence the stored bytes of spans, in the order of every fingerprint. */
export const spanFields = Object.keys(method) as readonly (keyof typeof method)[];
/** The same for low-rank keys. */
export const lowRankFields = Object.keys(lowRank) as readonly (keyof typeof lowRank)[];

/** Settings from outside: names and values are checked. Throws `invalid-argument` that says what is known. */
export function parameterOverrides(
  settings: Readonly<Record<string, unknown>>,
): Partial<LtriParameters> {
  const known = Object.keys(schema.entries);
  const unknown = Object.keys(settings).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new EngineError("invalid-argument", `${unknown}: known are ${known.join(", ")}.`);
  }
  const parsed = v.safeParse(v.partial(schema), settings, { abortEarly: true });
  if (parsed.success) return parsed.output as Partial<LtriParameters>;
  const [issue] = parsed.issues;
  const at = v.getDotPath(issue) ?? "";
  throw new EngineError("invalid-argument", `${at}=${issue.received}: ${issue.message}.`);
}

const FULL_CONTEXT = 8192;
/** Of the window and of what is recalled, each: more are read more slowly and answered from no better (docs/ltri.md §15). */
const MOST_SEEN = 640;

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
    overrides.nLocal ?? roundUp(Math.max(share(4, 16, MOST_SEEN), segLen + lMax + chunk), 16);
  const room = Math.floor((contextLength - nSink - lMax - nLocal - chunk) / 16) * 16;
  const budget = overrides.budget ?? Math.min(nLocal, MOST_SEEN, room);
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
    generatedKeys: "exact",
    posMode: "compact",
    queryRotation: "clamped",
    kvDtype: "f16",
    poolTokens: 4 * Math.max(budget, lMax),
    indexBytes: 64 * 1024 * 1024,
    indexRamBytes: 128 * 1024 * 1024,
    rank: 0,
    keyEnergy: 0.99,
    outlierChunks: 8,
    outlierShare: 0.003,
    localTokens: 32,
    denseFactor: 4,
    valueRamBytes: 512 * 1024 * 1024,
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

/** Throws an EngineError that names the broken rule and the values. */
export function checkParameters(p: LtriParameters, contextLength: number): void {
  // A negative start value of the budget means that nothing is left for it: the rule below says so.
  const { budget: _, ...counted } = p;
  const parsed = v.safeParse(v.omit(schema, ["budget"]), counted, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw broken(`${v.getDotPath(issue) ?? ""} = ${String(issue.input)}: ${issue.message}`);
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
  return new EngineError("invalid-argument", `span index parameters: ${rule}`);
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
