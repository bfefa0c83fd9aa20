// Attention over a window of w + 1 tokens in which all query heads share one key head: the second mixer
// of Rodimus+. Keys (rotated) and values of the window lie in a ring; a token's slot is its position
// modulo the slots. Memory does not grow with the stream.

import {
  type Backend,
  type DeviceBuffer,
  matmul,
  type RingDtype,
  rmsNorm,
  type RopeSpec,
  ropeRows,
  ropeTable,
  windowAppend,
  windowAttention,
  windowPartialsLength,
} from "../../../../kernels/index.ts";
import { windowSlots } from "../../model/config.ts";
import type { Transformer, Workspace } from "../../transformer/transformer.ts";
import type { WindowWeights } from "../../transformer/weights.ts";
import { FoldedMixer } from "../folded-mixer.ts";
import type { Pass } from "../mixer.ts";

interface Ring {
  readonly k: DeviceBuffer; // dtype [slots][D]
  readonly v: DeviceBuffer; // dtype [slots][H][D]
}

export class WindowMixer extends FoldedMixer {
  readonly slots: number;
  readonly #transformer: Transformer;
  readonly #dtype: RingDtype;
  readonly #rope: RopeSpec;
  /** f32 [maxTokens, R/2, 2]: of the positions of the running step alone, so that no position is too far. */
  readonly #angles: DeviceBuffer;
  readonly #scratch: {
    readonly q: DeviceBuffer; // f32 [T, H, D], rotated
    readonly k: DeviceBuffer; // f32 [T, D], rotated
    readonly newK: DeviceBuffer; // dtype [T][D]
    readonly newV: DeviceBuffer; // dtype [T][H][D]
    readonly partials: DeviceBuffer;
    readonly lse: DeviceBuffer; // f32 [T, H]
  };
  readonly #rings: readonly Ring[]; // [L]
  protected readonly remembered: readonly DeviceBuffer[];
  #turned = { position: -1, tokens: 0 };

  constructor(backend: Backend, transformer: Transformer, maxTokens: number, dtype: RingDtype) {
    super(backend);
    const { config } = transformer;
    const { heads, headDim, layers } = config;
    const [table] = config.ropeTables;
    this.#transformer = transformer;
    this.#dtype = dtype;
    this.slots = windowSlots(config);
    this.#rope = {
      headDim,
      rotaryDims: table?.rotaryDims ?? 0,
      adjacent: table?.layout === "adjacent",
    };
    const step = (label: string, bytes: number) =>
      backend.createBuffer(label, "activations", bytes);
    const value = dtype === "f16" ? 2 : 4;
    this.#angles = step("window angles", Math.max(16, maxTokens * this.#rope.rotaryDims * 4));
    this.#scratch = {
      q: step("window q", maxTokens * heads * headDim * 4),
      k: step("window k", maxTokens * headDim * 4),
      newK: step("window new k", maxTokens * headDim * value),
      newV: step("window new v", maxTokens * heads * headDim * value),
      partials: step("window partials", windowPartialsLength(maxTokens, heads, headDim) * 4),
      lse: step("window lse", maxTokens * heads * 4),
    };
    const ring = (label: string, width: number) =>
      backend.createBuffer(label, "kv-pool", this.slots * width * value);
    this.#rings = Array.from({ length: layers }, () => ({
      k: ring("window keys", headDim),
      v: ring("window values", heads * headDim),
    }));
    this.remembered = this.#rings.flatMap(({ k, v }) => [k, v]);
  }

  ringOf(layer: number): Ring {
    return this.#rings[layer]!;
  }

  project({ recorder, tokens }: Pass, ws: Workspace, layer: number): void {
    const { config } = this.#transformer;
    const { heads, headDim, width, rmsEpsilon: epsilon } = config;
    const weights = this.#weights(layer);
    rmsNorm(recorder, ws.x, weights.norm, ws.normed, {
      rows: tokens,
      width,
      epsilon,
      accumulate: false,
    });
    const shape = { tokens, yStride: heads * headDim, yBegin: 0, accumulate: false };
    matmul(recorder, ws.normed, weights.q, undefined, ws.q, shape);
    matmul(recorder, ws.normed, weights.k, undefined, ws.k, { ...shape, yStride: headDim });
    matmul(recorder, ws.normed, weights.v, undefined, ws.v, shape);
    this.#turnTo(tokens);
    const turn = { rope: this.#rope, tokens, positionBase: 0, positionStep: 1 };
    ropeRows(recorder, ws.q, this.#angles, this.#scratch.q, { ...turn, heads });
    ropeRows(recorder, ws.k, this.#angles, this.#scratch.k, { ...turn, heads: 1 });
  }

  mix({ recorder, tokens }: Pass, ws: Workspace, layer: number): void {
    const { heads, headDim, width, attentionScale } = this.#transformer.config;
    const { q, k, newK, newV, partials, lse } = this.#scratch;
    const ring = this.ringOf(layer);
    const dtype = this.#dtype;
    // The tokens at hand as the ring will hold them, so that it makes no difference where a text is cut.
    const beside = { tokens, headDim, position: 0, slots: tokens, dtype };
    windowAppend(recorder, k, newK, { ...beside, heads: 1 });
    windowAppend(recorder, ws.v, newV, { ...beside, heads });
    const { slots } = this;
    const position = this.position;
    windowAttention(
      recorder,
      { q, k: newK, v: newV, ringK: ring.k, ringV: ring.v, partials, out: ws.attended, lse },
      {
        tokens,
        heads,
        headDim,
        position,
        lookBack: slots - 1,
        slots,
        scale: attentionScale,
        dtype,
      },
    );
    const after = { tokens, headDim, position, slots, dtype };
    windowAppend(recorder, k, ring.k, { ...after, heads: 1 });
    windowAppend(recorder, ws.v, ring.v, { ...after, heads });
    const shape = { tokens, yStride: width, yBegin: 0, accumulate: true };
    matmul(recorder, ws.attended, this.#weights(layer).output, undefined, ws.x, shape);
  }

  destroy(): void {
    const scratch = Object.values<DeviceBuffer>({ ...this.#scratch });
    for (const buffer of [this.#angles, ...scratch, ...this.remembered]) {
      this.backend.destroyBuffer(buffer);
    }
  }

  /** Angles of the step's positions; its layers share them. */
  #turnTo(tokens: number): void {
    const [table] = this.#transformer.config.ropeTables;
    const isThere = this.#turned.position === this.position && tokens <= this.#turned.tokens;
    if (!table || isThere) return;
    const { inverseFrequencies, attentionFactor } = table;
    const angles = ropeTable(inverseFrequencies, tokens, attentionFactor, this.position);
    this.backend.upload(this.#angles, 0, angles);
    this.#turned = { position: this.position, tokens };
  }

  #weights(layer: number): WindowWeights {
    const weights = this.#transformer.weights.recurrent[layer]?.window;
    if (!weights) throw new Error(`layer ${layer} has no window attention`);
    return weights;
  }
}
