// What the decode steps of one answer attended to, per layer and chunk of the document: squared weights,
// summed over heads. A layer with a sliding window attends to the end of the text whatever was asked: it is
// left out.

import type { AttendedInterval } from "../../ask/token-heat.ts";
import type { TokenSpan } from "../engine.ts";
import type { LayerMemory } from "./layer-memory.ts";
import { CHUNK_TOKENS } from "./shadow-sizes.ts";

export interface StreamBounds {
  readonly prefixTokens: number;
  /** Of prefix and document. */
  readonly documentEnd: number;
}

export class AttendedChunks {
  readonly #layers: readonly LayerMemory[];
  readonly #bounds: StreamBounds;
  readonly #windowed: readonly boolean[];
  readonly #masses: readonly Map<number, number>[]; // [L] by chunk

  constructor(layers: readonly LayerMemory[], windowed: readonly boolean[], bounds: StreamBounds) {
    this.#layers = layers;
    this.#windowed = windowed;
    this.#bounds = bounds;
    this.#masses = layers.map(() => new Map<number, number>());
  }

  clear(): void {
    for (const masses of this.#masses) masses.clear();
  }

  isCounted(layer: number): boolean {
    return this.#windowed[layer] === false;
  }

  /** weights: f32 [H][rows] by pool row, of one decode step. */
  add(layer: number, weights: Float32Array, heads: number, kvHeads: number): void {
    const memory = this.#layers[layer];
    const masses = this.#masses[layer];
    if (!memory || !masses) throw new Error(`layer ${layer}`);
    for (let h = 0; h < heads; h++) {
      const head = Math.floor((h * kvHeads) / heads);
      for (let row = 0; row < memory.rows; row++) {
        const weight = weights[h * memory.rows + row]!;
        if (weight === 0) continue;
        const chunk = chunkAt(memory, head, row);
        if (chunk === NONE) continue;
        masses.set(chunk, (masses.get(chunk) ?? 0) + weight * weight);
      }
    }
  }

  /** [L] */
  intervals(): AttendedInterval[][] {
    return this.#masses.map((masses) =>
      [...masses].flatMap(([chunk, mass]) => {
        const span = this.#ofDocument(chunk);
        return span ? [{ ...span, mass }] : [];
      }),
    );
  }

  /** Tokens of the document that some head of the layer sees. */
  used(layer: number): TokenSpan[] {
    const memory = this.#layers[layer];
    if (!memory) throw new Error(`layer ${layer}`);
    const chunks = new Set<number>(memory.outlierChunks.flatMap((own) => Array.from(own)));
    for (const head of memory.outlierChunks.keys()) {
      for (let slot = 0; slot < (memory.lowRank?.chosen.slots ?? 0); slot++) {
        const chunk = memory.lowRank?.chosen.chunkIn(head, slot) ?? -1;
        if (chunk >= 0) chunks.add(chunk);
      }
    }
    const end = Math.ceil(this.#bounds.documentEnd / CHUNK_TOKENS);
    for (let chunk = memory.tailStart / CHUNK_TOKENS; chunk < end; chunk++) chunks.add(chunk);
    return [...chunks].sort((a, b) => a - b).flatMap((chunk) => this.#ofDocument(chunk) ?? []);
  }

  #ofDocument(chunk: number): TokenSpan | undefined {
    const start = Math.max(this.#bounds.prefixTokens, chunk * CHUNK_TOKENS);
    const end = Math.min(this.#bounds.documentEnd, (chunk + 1) * CHUNK_TOKENS);
    return end > start ? { start, length: end - start } : undefined;
  }
}

const NONE = -1;

/** Chunk of the text in a row of the pools, NONE where there is none of it. */
function chunkAt(memory: LayerMemory, head: number, row: number): number {
  const { tailRow, tailStart, behindRow, outliers, outlierChunks, lowRank } = memory;
  // The text may end within a chunk: what follows it stands there, too.
  if (row >= behindRow) return NONE;
  if (row >= tailRow) return Math.floor((row - tailRow + tailStart) / CHUNK_TOKENS);
  const place = Math.floor(row / CHUNK_TOKENS);
  if (place < outliers) return outlierChunks[head]?.[place] ?? NONE;
  return lowRank?.chosen.chunkIn(head, place - outliers) ?? NONE;
}
