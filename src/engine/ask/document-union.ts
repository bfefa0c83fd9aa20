// Documents laid one behind the other in one token stream, so that a question goes to all of them
// with one budget. They share the prompt's prefix, which stands first, once; then the tokens of each
// document follow in the order given. Keys carry no position, so a span only changes its start.
// The stream's first nSink tokens are its sinks. What stands in the sinks of a later document (its
// first tokens) becomes a span of the stream, found by the mean of its keys.
import { kvRowBytes, packPool, PAGE_TOKENS, unpackPool } from "../../../kernels/index.ts";
import { EngineError } from "../errors.ts";
import { readSinks, type SinkPages } from "../ingest/checkpoint.ts";
import type { Sequence } from "../sequence/sequence.ts";
import type { SpanIndex } from "../sequence/span-index.ts";
import type { DocumentReader } from "../store/types.ts";

export interface StoredDocument {
  readonly reader: DocumentReader;
  /** The one taken at completion. */
  readonly checkpoint: Uint8Array;
}

interface Part {
  readonly reader: DocumentReader;
  /** Stream token = own token + shift. */
  readonly shift: number;
  /** Own tokens, the prefix included. */
  readonly end: number;
  readonly sinks: readonly SinkPages[]; // [L]
  /** Own tokens that lie in its sinks and not in the stream's. */
  readonly head: { readonly start: number; readonly end: number };
}

interface Place {
  readonly part: Part;
  /** Own ordinal, or the own tokens of a piece of the head. */
  readonly span: number | { readonly start: number; readonly end: number };
}

export class DocumentUnion {
  readonly #parts: readonly Part[];
  readonly #sequence: Sequence;
  readonly #places: readonly Place[][]; // [L], by ordinal of the stream's index

  private constructor(sequence: Sequence, parts: readonly Part[]) {
    this.#sequence = sequence;
    this.#parts = parts;
    this.#places = sequence.layers.map(() => []);
  }

  /** Tokens of the prefix and of all documents. */
  static totalTokens(prefixTokens: number, documents: readonly StoredDocument[]): number {
    return documents.reduce((sum, { reader }) => sum + reader.manifest.tokens, prefixTokens);
  }

  /** Throws `index-damaged` when a checkpoint does not fit the sequence. */
  static open(
    sequence: Sequence,
    prefixTokens: number,
    lMax: number,
    documents: readonly StoredDocument[],
  ): DocumentUnion {
    const { sinkTokens } = sequence.shape.layout;
    let shift = 0;
    const parts = documents.map(({ reader, checkpoint }, i): Part => {
      const { sinks, sealed } = readSinks(sequence, checkpoint);
      const end = prefixTokens + reader.manifest.tokens;
      requireSpans(sequence, reader, { sealed, end, lMax });
      const headEnd = Math.min(sinkTokens, end);
      const start = i === 0 ? headEnd : Math.max(prefixTokens, sinkTokens - shift);
      const part = { reader, shift, end, sinks, head: { start, end: Math.max(start, headEnd) } };
      shift += reader.manifest.tokens;
      return part;
    });
    return new DocumentUnion(sequence, parts);
  }

  /** KV bytes of the first `sinkTokens` tokens of the stream, as pages of one layer. */
  sinkPages(layer: number): SinkPages {
    const { firstRingPage, sinkTokens } = this.#sequence.shape.layout;
    const bytes = firstRingPage * PAGE_TOKENS * this.#tokenBytes;
    const pages = { k: new Uint8Array(bytes), v: new Uint8Array(bytes) };
    for (const [i, { sinks, shift, end }] of this.#parts.entries()) {
      // The first document gives the prefix; every other one what the stream's sinks have room for.
      const first = i === 0 ? 0 : this.#prefixEnd;
      for (let own = first; own < end && own + shift < sinkTokens; own++) {
        this.#copyToken(sinks[layer]!.k, own, pages.k, own + shift);
        this.#copyToken(sinks[layer]!.v, own, pages.v, own + shift);
      }
    }
    return pages;
  }

  /** Fills one layer of an empty index. */
  async index(index: SpanIndex, layer: number, lMax: number): Promise<void> {
    const places = this.#places[layer]!;
    for (const part of this.#parts) {
      for (let start = part.head.start; start < part.head.end; start += lMax) {
        const piece = { start, end: Math.min(part.head.end, start + lMax) };
        const first = places.push({ part, span: piece }) - 1;
        const length = piece.end - piece.start;
        index.append(layer, [{ start: piece.start + part.shift, length }]);
        const vector = this.#meanKey(part, layer, piece.start, piece.end);
        index.uploadVectors(layer, first, vector, vector);
      }
      const { count, start, length } = part.reader.spans(layer);
      if (count === 0) continue;
      const first = places.length;
      for (let span = 0; span < count; span++) places.push({ part, span });
      index.append(
        layer,
        Array.from({ length: count }, (_, i) => ({
          start: start[i]! + part.shift,
          length: length[i]!,
        })),
      );
      const { mStat, mDyn } = await part.reader.vectors(layer);
      index.uploadVectors(layer, first, mStat, mDyn);
    }
  }

  /** KV bytes of spans of the stream's index, in the order asked for. */
  async load(layer: number, ordinals: readonly number[]): Promise<Uint8Array[]> {
    const places = ordinals.map((ordinal) => this.#places[layer]![ordinal]!);
    const stored = new Map<Part, number[]>();
    for (const { part, span } of places) {
      if (typeof span !== "number") continue;
      const spans = stored.get(part) ?? [];
      spans.push(span);
      stored.set(part, spans);
    }
    const loaded = new Map<Part, Iterator<Uint8Array>>();
    for (const [part, spans] of stored) {
      loaded.set(part, (await part.reader.readSpanKv(layer, spans)).values());
    }
    return places.map(({ part, span }) =>
      typeof span === "number"
        ? (loaded.get(part)!.next().value as Uint8Array)
        : this.#tokensKv(part, layer, span.start, span.end),
    );
  }

  get #tokenBytes(): number {
    const { kvHeads, headDim } = this.#sequence.config;
    return kvHeads * kvRowBytes(this.#sequence.shape.kvDtype, headDim);
  }

  get #prefixEnd(): number {
    const [first] = this.#parts;
    return first!.end - first!.reader.manifest.tokens;
  }

  /** k° [length][K][row], then v. */
  #tokensKv({ sinks }: Part, layer: number, start: number, end: number): Uint8Array {
    const half = (end - start) * this.#tokenBytes;
    const bytes = new Uint8Array(2 * half);
    for (const [i, pages] of [sinks[layer]!.k, sinks[layer]!.v].entries()) {
      for (let token = start; token < end; token++) {
        const at = i * half + (token - start) * this.#tokenBytes;
        bytes.set(this.#token(pages, token), at);
      }
    }
    return bytes;
  }

  /** One index vector, [K][row]. */
  #meanKey(part: Part, layer: number, start: number, end: number): Uint8Array {
    const { headDim, kvHeads } = this.#sequence.config;
    const { kvDtype } = this.#sequence.shape;
    const keys = this.#tokensKv(part, layer, start, end).slice(0, (end - start) * this.#tokenBytes);
    const values = unpackPool(new Uint32Array(keys.buffer), kvDtype, headDim);
    const mean = new Float32Array(kvHeads * headDim);
    values.forEach((value, i) => (mean[i % mean.length]! += value / (end - start)));
    const words = packPool(mean, kvDtype, headDim);
    return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  }

  /** All heads of a sink token, [K][row]. */
  #token(pages: Uint8Array, token: number): Uint8Array {
    const bytes = new Uint8Array(this.#tokenBytes);
    this.#eachRow(token, (at, row, head) => bytes.set(pages.subarray(at, at + row), head * row));
    return bytes;
  }

  #copyToken(from: Uint8Array, fromToken: number, to: Uint8Array, toToken: number): void {
    const bytes = this.#token(from, fromToken);
    this.#eachRow(toToken, (at, row, head) => {
      to.set(bytes.subarray(head * row, (head + 1) * row), at);
    });
  }

  /** Where the row of each KV head of a sink token lies in its pages. */
  #eachRow(token: number, visit: (at: number, rowBytes: number, head: number) => void): void {
    const { kvHeads, headDim } = this.#sequence.config;
    const rowBytes = kvRowBytes(this.#sequence.shape.kvDtype, headDim);
    const page = Math.floor(token / PAGE_TOKENS);
    for (let head = 0; head < kvHeads; head++) {
      const row = (page * kvHeads + head) * PAGE_TOKENS + (token % PAGE_TOKENS);
      visit(row * rowBytes, rowBytes, head);
    }
  }
}

/** A stored index may come from a file of another's making: its spans must fit this stream. */
function requireSpans(
  sequence: Sequence,
  reader: DocumentReader,
  expected: { readonly sealed: readonly number[]; readonly end: number; readonly lMax: number },
): void {
  const { manifest } = reader;
  const { layers, kvHeads, headDim } = sequence.config;
  const { geometry } = manifest;
  const vectorBytes = kvHeads * kvRowBytes(sequence.shape.kvDtype, headDim);
  if (
    geometry.layers !== layers ||
    geometry.vectorBytes !== vectorBytes ||
    geometry.kvBytesPerToken !== 2 * vectorBytes
  ) {
    throw damaged(manifest.title, "it was made for a model of another shape");
  }
  for (let layer = 0; layer < layers; layer++) {
    const { count, start, length } = reader.spans(layer);
    if (count !== expected.sealed[layer]) {
      throw damaged(
        manifest.title,
        `layer ${layer} has ${count} stored spans, its checkpoint ${String(expected.sealed[layer])}`,
      );
    }
    if (count === 0) continue;
    const end = start[count - 1]! + length[count - 1]!;
    const longest = length.reduce((most, one) => Math.max(most, one), 0);
    const { sinkTokens } = sequence.shape.layout;
    if (start[0]! < sinkTokens || longest > expected.lMax || end > expected.end) {
      throw damaged(manifest.title, `layer ${layer} has impossible spans`);
    }
  }
}

function damaged(title: string, problem: string): EngineError {
  return new EngineError("index-damaged", `The index of "${title}" cannot be used: ${problem}.`);
}
