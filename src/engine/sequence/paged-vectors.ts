// Index vectors that have no place on the GPU, in RAM: pages of a fixed number of spans per layer. Beyond
// a limit the least recently used pages are dropped and loaded again when they are scored.
// Not here: which spans have a place on the GPU (span-index.ts).

/** Both vectors of spans first…first+count−1 of a layer: [count][2][K][row], static then dynamic. */
export type LoadVectors = (layer: number, first: number, count: number) => Promise<Uint8Array>;

interface Page {
  readonly bytes: Uint8Array; // [pageSpans][2][K][row]
  /** Spans that are filled in, from the first. */
  spans: number;
}

export class PagedVectors {
  /** Least recently used first; the key is layer and page. */
  readonly #pages = new Map<string, Page>();
  readonly #firstSpan: number;
  readonly #pageSpans: number;
  readonly #pairBytes: number;
  readonly #limitBytes: number;
  readonly #load: LoadVectors | undefined;

  /** Holds spans from `firstSpan` on. Without `load` nothing is dropped. */
  constructor(
    firstSpan: number,
    pageSpans: number,
    pairBytes: number,
    limitBytes: number,
    load?: LoadVectors,
  ) {
    this.#firstSpan = firstSpan;
    this.#pageSpans = pageSpans;
    this.#pairBytes = pairBytes;
    this.#limitBytes = limitBytes;
    this.#load = load;
  }

  get bytes(): number {
    return this.#pages.size * this.#pageSpans * this.#pairBytes;
  }

  /** Keeps the vectors of spans `first`…; they come in order. */
  put(layer: number, first: number, pairs: Uint8Array): void {
    const count = pairs.length / this.#pairBytes;
    for (let done = 0; done < count;) {
      const span = first + done - this.#firstSpan;
      const page = Math.floor(span / this.#pageSpans);
      const inPage = span % this.#pageSpans;
      const taken = Math.min(count - done, this.#pageSpans - inPage);
      const rows = pairs.subarray(done * this.#pairBytes, (done + taken) * this.#pairBytes);
      done += taken;
      const held = this.#pages.get(key(layer, page));
      // The beginning of the page was dropped: it is loaded whole when it is needed.
      if (!held && inPage > 0) continue;
      const own = held ?? this.#newPage();
      if (own.spans < inPage) continue;
      own.bytes.set(rows, inPage * this.#pairBytes);
      own.spans = inPage + taken;
      this.#use(layer, page, own);
    }
    this.#shrink();
  }

  /** Rows of spans first…first+count−1, all in one page. */
  async read(layer: number, first: number, count: number): Promise<Uint8Array> {
    const span = first - this.#firstSpan;
    const page = Math.floor(span / this.#pageSpans);
    const inPage = span % this.#pageSpans;
    if (inPage + count > this.#pageSpans) throw new Error(`vectors of ${count} spans cross a page`);
    let held = this.#pages.get(key(layer, page));
    if (!held || held.spans < inPage + count) {
      if (!this.#load) throw new Error(`vectors of span ${first} of layer ${layer} are not kept`);
      const begin = first - inPage;
      held = this.#newPage();
      held.bytes.set(await this.#load(layer, begin, inPage + count));
      held.spans = inPage + count;
    }
    this.#use(layer, page, held);
    this.#shrink();
    return held.bytes.subarray(inPage * this.#pairBytes, (inPage + count) * this.#pairBytes);
  }

  #newPage(): Page {
    return { bytes: new Uint8Array(this.#pageSpans * this.#pairBytes), spans: 0 };
  }

  #use(layer: number, page: number, held: Page): void {
    this.#pages.delete(key(layer, page));
    this.#pages.set(key(layer, page), held);
  }

  #shrink(): void {
    if (!this.#load) return;
    for (const oldest of this.#pages.keys()) {
      // The page just used stays, whatever the limit.
      if (this.bytes <= this.#limitBytes || this.#pages.size === 1) return;
      this.#pages.delete(oldest);
    }
  }
}

function key(layer: number, page: number): string {
  return `${layer}/${page}`;
}
