// Which heads retrieve in models whose files do not say so, measured for them on the files that are proposed
// here. Bound to the very file: another quantisation is another model and is measured on the device. How, and
// what else was measured: src/headless/bench/results/heads-smollm2.md.
import type { ModelConfig } from "./config.ts";

interface KnownHeads {
  readonly fingerprintParts: readonly string[];
  /** [layer, KV head, weight 0 to 1]; the others have none. */
  readonly heads: readonly (readonly [number, number, number])[];
}

export const KNOWN_HEADS: readonly KnownHeads[] = [
  {
    // SmolLM2-135M-Instruct, Q4_1
    fingerprintParts: [
      "size 98362432",
      "header cd2d87a25589b59f222688858608478fd7ed55b0cefdc3e96076591029713ce4",
      "data ea0bbdcaadf041baaed6f135e95ce766ee4d0fd409bc1575f047d3ad831eceed",
    ],
    heads: [
      [6, 0, 0.525],
      [6, 2, 0.05],
      [8, 0, 0.1],
      [10, 2, 0.125],
      [12, 1, 0.2],
      [15, 1, 0.075],
      [15, 2, 0.025],
      [17, 0, 0.1],
      [17, 1, 0.775],
      [18, 2, 0.775],
      [19, 1, 0.05],
      [20, 1, 0.175],
      [20, 2, 0.075],
      [21, 0, 0.025],
      [21, 1, 0.025],
      [21, 2, 0.275],
      [22, 2, 0.025],
      [23, 0, 0.2],
      [24, 1, 0.025],
    ],
  },
];

interface KnownModel {
  readonly config: ModelConfig;
  readonly fingerprintParts: readonly string[];
}

/** The model with the head weights that are known of its file, where it states none itself. */
export function withKnownHeads<M extends KnownModel>(model: M): M {
  const { config, fingerprintParts } = model;
  if (config.headWeights) return model;
  const known = KNOWN_HEADS.find((one) => one.fingerprintParts.join() === fingerprintParts.join());
  if (!known) return model;
  const { layers, kvHeads } = config;
  const headWeights = Array.from({ length: layers }, () => new Array<number>(kvHeads).fill(0));
  for (const [layer, head, weight] of known.heads) headWeights[layer]![head] = weight;
  return { ...model, config: { ...config, headWeights } };
}
