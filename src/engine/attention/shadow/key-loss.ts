// What the keys of question and answer lose in the basis of the document's keys, layer by layer, beside what
// those lost themselves: whether ShadowKV+ holds for a text. For measurements.

import { type DeviceBuffer, fromHalf, type Recorder } from "../../../../kernels/index.ts";
import type { LayerMemory } from "./layer-memory.ts";
import { projectionRows } from "./key-projection.ts";
import { elementBytes, type RowShape } from "./stored-chunks.ts";

export interface LayerLoss {
  readonly layer: number;
  /** ‖k − k'‖ / ‖k − mean‖ over the document's keys, and over those that followed. */
  readonly document: number;
  readonly generated: number;
}

interface Sums {
  lost: number;
  whole: number;
}

export class KeyLoss {
  readonly #shape: RowShape;
  readonly #sums = new Map<number, Sums & { readonly document: number }>();

  constructor(shape: RowShape) {
    this.#shape = shape;
  }

  /** Behind a layer's mixer: `keys` f32 [T, K*D] before RoPE, of tokens from `now` on, which are rows of A by now. */
  read(
    recorder: Recorder,
    layer: number,
    { lowRank, bytes }: LayerMemory,
    keys: DeviceBuffer,
    { tokens, now }: { readonly tokens: number; readonly now: number },
  ): () => Promise<void> {
    if (!lowRank?.projection) return () => Promise.resolve();
    const { rank, mean, energy } = bytes.stored;
    const { dtype } = this.#shape;
    const width = mean.length;
    const exact = recorder.readback(keys, 0, tokens * width * 4);
    const size = elementBytes(dtype, rank);
    const kept = recorder.readback(lowRank.a, now * size, tokens * size);
    return async () => {
      const k = new Float32Array(await exact);
      const a = numbersOf(await kept, dtype);
      const rows = projectionRows(bytes.stored, this.#shape).slice();
      const basis = numbersOf(rows.buffer, dtype);
      const document = Math.sqrt(Math.max(0, 1 - energy));
      const sums = this.#sums.get(layer) ?? { lost: 0, whole: 0, document };
      this.#sums.set(layer, sums);
      for (let t = 0; t < tokens; t++) {
        for (let i = 0; i < width; i++) {
          const own = k[t * width + i]! - mean[i]!;
          let rebuilt = 0;
          for (let r = 0; r < rank; r++) rebuilt += a[t * rank + r]! * basis[r * width + i]!;
          sums.lost += (own - rebuilt) ** 2;
          sums.whole += own ** 2;
        }
      }
    };
  }

  /** Layers with keys by low rank. */
  layers(): LayerLoss[] {
    return [...this.#sums].map(([layer, { lost, whole, document }]) => ({
      layer,
      document,
      generated: Math.sqrt(lost / whole),
    }));
  }
}

function numbersOf(bytes: ArrayBuffer, dtype: RowShape["dtype"]): Float32Array {
  if (dtype === "f32") return new Float32Array(bytes);
  return Float32Array.from(new Uint16Array(bytes), fromHalf);
}
