// Brings recalled spans into GPU pages: pool hit, else RAM or disk through the loader, one packed
// upload and one scatter per layer. Source: docs/ltri.md §11.

import {
  type Backend,
  kvQuadBytes,
  kvRowBytes,
  kvRowQuads,
  packScatterItems,
  type ScatterItem,
  spanScatterItems,
  type DeviceBuffer,
} from "../../../../kernels/index.ts";
import type { ResidentSpan } from "../../mixers/softmax/page-table.ts";
import type { PagedKv } from "../../mixers/softmax/paged-kv.ts";
import type { SpanIndex } from "./span-index.ts";

/** KV bytes of spans: k° [length][K][D] then v, in the order asked for. */
export type LoadSpans = (layer: number, ordinals: readonly number[]) => Promise<Uint8Array[]>;

const STAGING_BYTES = 8 * 1024 * 1024;

export class ResidentSpans {
  readonly #backend: Backend;
  readonly #kv: PagedKv;
  readonly #index: SpanIndex;
  readonly #load: LoadSpans;
  readonly #staging: DeviceBuffer;
  #items: DeviceBuffer;

  constructor(backend: Backend, kv: PagedKv, index: SpanIndex, load: LoadSpans) {
    this.#backend = backend;
    this.#kv = kv;
    this.#index = index;
    this.#load = load;
    const { kvHeads, headDim } = kv.config;
    const largest = 1024 * kvHeads * 2 * kvRowBytes(kv.shape.kvDtype, headDim);
    const bytes = Math.min(STAGING_BYTES, largest);
    this.#staging = backend.createBuffer("span upload", "staging", bytes);
    this.#items = backend.createBuffer("scatter items", "staging", 256 * 16);
  }

  /** The spans `ordinals` (document order) with their pages, all resident on return. */
  async ensure(layer: number, ordinals: readonly number[]): Promise<ResidentSpan[]> {
    const pages = this.#kv.pages(layer);
    const table = this.#index.table(layer);
    const pinned = new Set(ordinals);
    const missing: number[] = [];
    for (const ordinal of ordinals) {
      if (!pages.use(ordinal)) missing.push(ordinal);
    }
    if (missing.length > 0) {
      const bytes = await this.#load(layer, missing);
      const placed = missing.map((ordinal, i) => {
        const length = table.length(ordinal);
        const span = pages.allocate(ordinal, length, pinned);
        const data = bytes[i];
        if (!span || !data) throw new Error(`no room for span ${ordinal} of layer ${layer}`);
        return { length, pages: span, data };
      });
      this.#upload(layer, placed);
    }
    return ordinals.map((ordinal) => {
      const span = pages.use(ordinal);
      if (!span) throw new Error(`span ${ordinal} was evicted while pinned`);
      return {
        ordinal,
        start: table.start(ordinal),
        length: table.length(ordinal),
        pages: span,
      };
    });
  }

  destroy(): void {
    this.#backend.destroyBuffer(this.#staging);
    this.#backend.destroyBuffer(this.#items);
  }

  #upload(
    layer: number,
    spans: readonly { length: number; pages: readonly number[]; data: Uint8Array }[],
  ): void {
    const { kvHeads, headDim } = this.#kv.config;
    const { kvDtype } = this.#kv.shape;
    const quadBytes = kvQuadBytes[kvDtype];
    const tokenQuads = kvHeads * kvRowQuads(kvDtype, headDim);
    let items: ScatterItem[] = [];
    let used = 0;
    const flush = () => {
      if (items.length > 0) this.#scatter(layer, items);
      items = [];
      used = 0;
    };
    for (const { length, pages, data } of spans) {
      if (data.length !== length * tokenQuads * 2 * quadBytes) {
        throw new Error(`span of ${length} tokens with ${data.length} bytes`);
      }
      if (used + data.length > this.#staging.size) flush();
      this.#backend.upload(this.#staging, used, data);
      const kQuad = used / quadBytes;
      const vQuad = kQuad + length * tokenQuads;
      items.push(...spanScatterItems(length, pages, kQuad, vQuad, tokenQuads));
      used += data.length;
    }
    flush();
  }

  #scatter(layer: number, items: readonly ScatterItem[]): void {
    const words = packScatterItems(items);
    if (words.byteLength > this.#items.size) {
      this.#backend.destroyBuffer(this.#items);
      this.#items = this.#backend.createBuffer("scatter items", "staging", words.byteLength * 2);
    }
    this.#backend.upload(this.#items, 0, words);
    const recorder = this.#backend.record();
    const itemCount = items.length;
    this.#kv.scatter(recorder, layer, [this.#items, this.#staging], { firstItem: 0, itemCount });
    recorder.submit();
  }
}
