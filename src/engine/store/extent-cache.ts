// Tier 2: a bounded cache of verified extent payloads in RAM, shared by all documents.
// Least recently used goes first. May be emptied at any time.

export interface CacheCounts {
  readonly bytes: number;
  readonly capacityBytes: number;
  readonly hits: number;
  readonly misses: number;
}

export class ExtentCache {
  #capacityBytes: number;
  /** Least recently used first. */
  readonly #payloads = new Map<string, Uint8Array>();
  #bytes = 0;
  #hits = 0;
  #misses = 0;

  constructor(capacityBytes: number) {
    this.#capacityBytes = capacityBytes;
  }

  get counts(): CacheCounts {
    return {
      bytes: this.#bytes,
      capacityBytes: this.#capacityBytes,
      hits: this.#hits,
      misses: this.#misses,
    };
  }

  resize(capacityBytes: number): void {
    this.#capacityBytes = capacityBytes;
    this.#shrink();
  }

  get(docId: string, layer: number, extent: number): Uint8Array | undefined {
    const key = `${docId}/${layer}/${extent}`;
    const payload = this.#payloads.get(key);
    if (!payload) {
      this.#misses += 1;
      return undefined;
    }
    this.#hits += 1;
    this.#payloads.delete(key);
    this.#payloads.set(key, payload);
    return payload;
  }

  /** Keeps the payload (its whole buffer counts). */
  put(docId: string, layer: number, extent: number, payload: Uint8Array): void {
    this.#remove(`${docId}/${layer}/${extent}`);
    this.#payloads.set(`${docId}/${layer}/${extent}`, payload);
    this.#bytes += payload.buffer.byteLength;
    this.#shrink();
  }

  forget(docId: string): void {
    for (const key of [...this.#payloads.keys()])
      if (key.startsWith(`${docId}/`)) this.#remove(key);
  }

  #remove(key: string): void {
    const payload = this.#payloads.get(key);
    if (!payload) return;
    this.#payloads.delete(key);
    this.#bytes -= payload.buffer.byteLength;
  }

  #shrink(): void {
    for (const key of this.#payloads.keys()) {
      if (this.#bytes <= this.#capacityBytes) return;
      this.#remove(key);
    }
  }
}
