// The numbers a model file states, in one shape for all file formats, and their turning into a
// checked ModelConfig with the family's row of the table.
import { EngineError } from "../errors.ts";
import type { LayerConfig, ModelConfig, RopeLayout } from "./config.ts";
import type { Family } from "./families.ts";
import { type RopeScaling, buildRopeTable } from "./rope.ts";

export interface HyperParameters {
  readonly name: string;
  readonly family: string;
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly ffn: number;
  readonly vocab: number;
  readonly contextLength: number;
  readonly rmsEpsilon: number;
  readonly theta: number;
  readonly localTheta: number;
  readonly rotaryDims: number;
  readonly ropeLayout: RopeLayout;
  readonly ropeScaling: RopeScaling;
  /** Null: no layer has a window. */
  readonly slidingWindow: number | null;
  /** [L]: layers with the window and the local theta. */
  readonly isLocal: readonly boolean[];
  /** [L]: layers that rotate. */
  readonly usesRope: readonly boolean[];
  /** Null: 1 / √D. */
  readonly attentionScale: number | null;
  readonly attentionSoftCap: number | null;
  readonly logitSoftCap: number | null;
  readonly tiedOutput: boolean;
  readonly hasQkvBias: boolean;
  /** [L · K], 0 to 1; null: not stated. */
  readonly headWeights: Float64Array | null;
}

type NumericField = {
  [F in keyof HyperParameters]: HyperParameters[F] extends number ? F : never;
}[keyof HyperParameters];

// Largest value of each whole number: far above any model, low enough for 32-bit arithmetic.
const WHOLE_NUMBERS: readonly (readonly [NumericField, string, number])[] = [
  ["layers", "number of layers", 1024],
  ["width", "width", 65_536],
  ["heads", "number of heads", 1024],
  ["kvHeads", "number of key/value heads", 1024],
  ["headDim", "head size", 1024],
  ["ffn", "feed-forward width", 1_048_576],
  ["vocab", "vocabulary size", 4_194_304],
  ["contextLength", "context length", 2 ** 31],
  ["rotaryDims", "number of rotary dimensions", 1024],
];

/** The per-layer flags of a family when the file does not list them. */
export function layerPattern(
  family: Family,
  layers: number,
): { isLocal: boolean[]; usesRope: boolean[] } {
  const isNth = (index: number, every: number | null): boolean =>
    every !== null && (index + 1) % every === 0;
  const indices = Array.from({ length: Math.min(layers, 1024) }, (_, index) => index);
  return {
    isLocal: indices.map((i) => family.globalEvery !== null && !isNth(i, family.globalEvery)),
    usesRope: indices.map((i) => !isNth(i, family.noRopeEvery)),
  };
}

export function buildConfig(hyper: HyperParameters, family: Family, source: string): ModelConfig {
  const fail = (what: string): never => {
    throw new EngineError(
      "format-invalid",
      `${source}: ${what}. The description of the model does not make sense; the file is damaged.`,
    );
  };
  for (const [field, name, most] of WHOLE_NUMBERS) {
    const value = hyper[field];
    if (!Number.isInteger(value) || value < 1 || value > most) fail(`the ${name} is ${value}`);
  }
  if (hyper.heads % hyper.kvHeads !== 0) {
    fail(`${hyper.heads} heads cannot share ${hyper.kvHeads} key/value heads`);
  }
  if (hyper.headDim % 4 !== 0) fail(`the head size ${hyper.headDim} is not a multiple of 4`);
  if (hyper.width % 4 !== 0) fail(`the width ${hyper.width} is not a multiple of 4`);
  if (hyper.ffn % 4 !== 0) fail(`the feed-forward width ${hyper.ffn} is not a multiple of 4`);
  if (hyper.rotaryDims % 2 !== 0 || hyper.rotaryDims > hyper.headDim) {
    fail(`${hyper.rotaryDims} rotary dimensions do not fit into heads of ${hyper.headDim}`);
  }
  // The rotary kernels turn four pairs at a time.
  const step = hyper.ropeLayout === "adjacent" ? 4 : 8;
  if (hyper.rotaryDims % step !== 0) {
    throw new EngineError(
      "format-unsupported",
      `${source}: ${hyper.rotaryDims} rotary dimensions of ${hyper.headDim} are not supported. Supported: multiples of ${step}.`,
    );
  }
  const positive = (value: number | null, name: string): void => {
    if (value !== null && !(Number.isFinite(value) && value > 0)) fail(`the ${name} is ${value}`);
  };
  positive(hyper.rmsEpsilon, "epsilon of the norms");
  positive(hyper.theta, "rotary base");
  positive(hyper.localTheta, "local rotary base");
  positive(hyper.attentionScale, "attention scale");
  positive(hyper.attentionSoftCap, "cap of the attention scores");
  positive(hyper.logitSoftCap, "cap of the logits");
  if (hyper.rmsEpsilon > 1) fail(`the epsilon of the norms is ${hyper.rmsEpsilon}`);
  if (hyper.theta <= 1 || hyper.localTheta <= 1) fail("the rotary base is not above 1");
  checkScaling(hyper, fail);
  const window = hyper.slidingWindow;
  if (window !== null && !(Number.isInteger(window) && window > 0 && window <= 2 ** 31)) {
    fail(`the sliding window is ${window}`);
  }
  if (hyper.isLocal.length !== hyper.layers || hyper.usesRope.length !== hyper.layers) {
    fail(`the list of layer types does not have ${hyper.layers} entries`);
  }

  const { headWeights: flat, kvHeads } = hyper;
  if (flat && (flat.length !== hyper.layers * kvHeads || flat.some((w) => !(w >= 0 && w <= 1)))) {
    fail(`the head weights are not ${hyper.layers} × ${kvHeads} numbers from 0 to 1`);
  }

  const { rotaryDims, ropeLayout } = hyper;
  const ropeTables = [buildRopeTable(hyper.theta, rotaryDims, ropeLayout, hyper.ropeScaling)];
  // Only Gemma has a second base; its local layers are never scaled.
  const hasLocalTable = family.globalEvery !== null && hyper.isLocal.includes(true);
  if (hasLocalTable) {
    ropeTables.push(buildRopeTable(hyper.localTheta, rotaryDims, ropeLayout, { kind: "none" }));
  }
  for (const table of ropeTables) {
    if (
      !table.inverseFrequencies.every(Number.isFinite) ||
      !Number.isFinite(table.attentionFactor)
    ) {
      fail("the rotary frequencies are not finite");
    }
  }
  const layerConfigs = hyper.isLocal.map((isLocal, i): LayerConfig => ({
    rope: hyper.usesRope[i] ? (isLocal && hasLocalTable ? 1 : 0) : null,
    slidingWindow: isLocal ? window : null,
  }));

  return {
    family: hyper.family,
    name: hyper.name,
    layers: hyper.layers,
    width: hyper.width,
    heads: hyper.heads,
    kvHeads: hyper.kvHeads,
    headDim: hyper.headDim,
    ffn: hyper.ffn,
    vocab: hyper.vocab,
    contextLength: hyper.contextLength,
    rmsEpsilon: hyper.rmsEpsilon,
    ropeTables,
    layerConfigs,
    attentionScale: hyper.attentionScale ?? 1 / Math.sqrt(hyper.headDim),
    attentionSoftCap: hyper.attentionSoftCap,
    logitSoftCap: hyper.logitSoftCap,
    activation: family.activation,
    embeddingScale: family.embeddingScale === "sqrt-width" ? Math.sqrt(hyper.width) : 1,
    tiedOutput: hyper.tiedOutput,
    hasQkvBias: hyper.hasQkvBias,
    hasQkNorm: family.hasQkNorm,
    hasPostNorms: family.hasPostNorms,
    ...(flat
      ? {
          headWeights: hyper.isLocal.map((_, i) =>
            Array.from(flat.subarray(i * kvHeads, (i + 1) * kvHeads)),
          ),
        }
      : {}),
  };
}

function checkScaling(hyper: HyperParameters, fail: (what: string) => never): void {
  const scaling = hyper.ropeScaling;
  if (scaling.kind === "none") return;
  if (scaling.kind === "factors") {
    if (scaling.factors.length !== hyper.rotaryDims / 2) {
      fail(`there are ${scaling.factors.length} rotary factors for ${hyper.rotaryDims} dimensions`);
    }
    if (!scaling.factors.every((factor) => Number.isFinite(factor) && factor > 0)) {
      fail("a rotary factor is not a positive number");
    }
    return;
  }
  for (const [name, value] of Object.entries(scaling)) {
    if (typeof value === "number" && !(Number.isFinite(value) && value > 0)) {
      fail(`the rotary scaling has ${name} ${value}`);
    }
  }
}
