// What the decode steps of one answer attended to: per layer the mass of every recalled span, and of the
// document's tokens in the sinks, which are in no span, by blocks. A layer with a sliding window attends to
// the end of the text whatever was asked: it is left out.

import { SINK_OWNER } from "../../mixers/softmax/page-table.ts";
import type { PagedKv } from "../../mixers/softmax/paged-kv.ts";
import type { SpanIndex } from "./span-index.ts";
import type { AttendedInterval } from "../../ask/token-heat.ts";

/** Tokens of one passage among the sinks. */
const SINK_BLOCK = 16;

export class AttendedMass {
  readonly #kv: PagedKv;
  readonly #index: SpanIndex;
  readonly #prefixTokens: number;
  readonly #documentEnd: number;
  readonly #spans: Map<number, number>[]; // [L] by ordinal
  readonly #sinks: Map<number, number>[]; // [L] by the first token of the block

  constructor(kv: PagedKv, index: SpanIndex, prefixTokens: number, documentEnd: number) {
    this.#kv = kv;
    this.#index = index;
    this.#prefixTokens = prefixTokens;
    this.#documentEnd = documentEnd;
    this.#spans = kv.config.layerConfigs.map(() => new Map<number, number>());
    this.#sinks = kv.config.layerConfigs.map(() => new Map<number, number>());
  }

  clear(): void {
    for (const map of [...this.#spans, ...this.#sinks]) map.clear();
  }

  /** f32 [L][maxEntries] of one decode step, by the page tables that were planned for it. */
  add(mass: Float32Array): void {
    const { maxEntries } = this.#kv.shape;
    this.#kv.config.layerConfigs.forEach((_, layer) => {
      if (this.#kv.window(layer) > 0) return;
      const { owners, tokens, entryCount } = this.#kv.planned(layer);
      for (let entry = 0; entry < entryCount; entry++) {
        const owner = owners[entry]!;
        const value = mass[layer * maxEntries + entry]!;
        const token = tokens[entry]!;
        if (owner >= 0) addTo(this.#spans[layer]!, owner, value);
        // Behind a short document the question stands among the sinks as well.
        else if (owner === SINK_OWNER && this.#isOfDocument(token)) {
          const inBlock = (token - this.#prefixTokens) % SINK_BLOCK;
          addTo(this.#sinks[layer]!, token - inBlock, value);
        }
      }
    });
  }

  /** [L] */
  intervals(): AttendedInterval[][] {
    const sinkEnd = Math.min(this.#kv.shape.layout.sinkTokens, this.#documentEnd);
    return this.#spans.map((sums, layer) => {
      const table = this.#index.table(layer);
      const sinks = [...this.#sinks[layer]!].map(([start, mass]) => ({
        start,
        length: Math.min(SINK_BLOCK, sinkEnd - start),
        mass,
      }));
      const spans = [...sums].map(([ordinal, mass]) => ({
        start: table.start(ordinal),
        length: table.length(ordinal),
        mass,
      }));
      return [...sinks, ...spans];
    });
  }

  #isOfDocument(token: number): boolean {
    return token >= this.#prefixTokens && token < this.#documentEnd;
  }
}

function addTo(sums: Map<number, number>, key: number, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}
