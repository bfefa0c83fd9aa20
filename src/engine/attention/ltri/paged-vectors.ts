// Index vectors that have no place on the GPU: pages of a fixed number of spans per layer. The first ones
// stay in RAM up to a limit; the others are read from the durable store each time they are scored.
// Not here: which spans have a place on the GPU (index-vectors.ts).

/** Both vectors of spans first…first+count−1 of a layer: [count][2][K][row], static then dynamic. */
export type LoadVectors = (layer: number, first: number, count: number) => Promise<Uint8Array>;

interface Page {
  readonly bytes: Uint8Array; // [pageSpans][2][K][row]
  /** Spans that are filled in, from the first. */
  spans: number;
}

export class PagedVectors {
  /**
   * By layer and page. Scoring walks over all pages in one order again and again: whatever was dropped
   * for another page would be the next one needed, so nothing is.
   */
  readonly #pages = new Map<string, Page>();
  readonly #firstSpan: number;
  readonly #pageSpans: number;
  readonly #pairBytes: number;
  readonly #limitBytes: number;
  readonly #load: LoadVectors;

  /** Holds spans from `firstSpan` on, in at most `limitBytes`. */
  constructor(
    firstSpan: number,
    pageSpans: number,
    pairBytes: number,
    limitBytes: number,
    load: LoadVectors,
  ) {
    this.#firstSpan = firstSpan;
    this.#pageSpans = pageSpans;
    this.#pairBytes = pairBytes;
    this.#limitBytes = limitBytes;
    this.#load = load;
  }

  get bytes(): number {
    return this.#pages.size * this.#pageBytes;
  }

  /** Takes note of the vectors of spans `first`…, which are in the store as well; they come in order. */
  put(layer: number, first: number, pairs: Uint8Array): void {
    const count = pairs.length / this.#pairBytes;
    for (let done = 0; done < count;) {
      const { page, inPage } = this.#place(first + done);
      const taken = Math.min(count - done, this.#pageSpans - inPage);
      const rows = pairs.subarray(done * this.#pairBytes, (done + taken) * this.#pairBytes);
      done += taken;
      // A page whose beginning is not held is read whole when it is scored.
      const held = inPage === 0 ? this.#admit(layer, page) : this.#pages.get(key(layer, page));
      if (held?.spans !== inPage) continue;
      held.bytes.set(rows, inPage * this.#pairBytes);
      held.spans += taken;
    }
  }

  /** Rows of spans first…first+count−1, all in one page. */
  async read(layer: number, first: number, count: number): Promise<Uint8Array> {
    const { page, inPage } = this.#place(first);
    const end = inPage + count;
    if (end > this.#pageSpans) throw new Error(`vectors of ${count} spans cross a page`);
    const range = [inPage * this.#pairBytes, end * this.#pairBytes] as const;
    const held = this.#pages.get(key(layer, page));
    if (held && held.spans >= end) return held.bytes.subarray(...range);
    const pairs = await this.#load(layer, first - inPage, end);
    const own = held ?? this.#admit(layer, page);
    if (own) {
      own.bytes.set(pairs);
      own.spans = end;
    }
    return pairs.subarray(...range);
  }

  get #pageBytes(): number {
    return this.#pageSpans * this.#pairBytes;
  }

  #place(ordinal: number): { page: number; inPage: number } {
    const span = ordinal - this.#firstSpan;
    return { page: Math.floor(span / this.#pageSpans), inPage: span % this.#pageSpans };
  }

  /** An empty page, if there is room for one. */
  #admit(layer: number, page: number): Page | undefined {
    if (this.bytes + this.#pageBytes > this.#limitBytes) return undefined;
    const admitted = { bytes: new Uint8Array(this.#pageBytes), spans: 0 };
    this.#pages.set(key(layer, page), admitted);
    return admitted;
  }
}

function key(layer: number, page: number): string {
  return `${layer}/${page}`;
}
