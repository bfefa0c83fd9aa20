// Documents laid one behind the other in one token stream, so that a question goes to all of them
// with one budget. They share the prompt's prefix, which stands first, once; then the tokens of each
// document follow in the order given. Keys carry no position, so a span only changes its start.
// The stream's first nSink tokens are its sinks. What stands in the sinks of a later document (its
// first tokens) becomes a span of the stream, found by the mean of its keys.
import { kvRowBytes, packPool, PAGE_TOKENS, unpackPool } from "../../../../kernels/index.ts";
import { EngineError } from "../../errors.ts";
import { readSinks, type SinkPages } from "./checkpoint.ts";
import { interleaveVectors } from "./index-vectors.ts";
import type { PagedKv } from "../../mixers/softmax/paged-kv.ts";
import type { StoredDocument } from "../engine.ts";
import type { SpanIndex } from "./span-index.ts";
import type { DocumentReader, SpanVectors } from "../../store/types.ts";

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

/** Spans of the stream's index that stand in a row: all stored spans of a part, or a piece of its head. */
interface Run {
  readonly part: Part;
  readonly first: number; // ordinal in the stream's index
  readonly count: number;
  /** Own tokens of the one span that is a piece of the head. */
  readonly piece?: { readonly start: number; readonly end: number };
}

export class DocumentUnion {
  readonly #parts: readonly Part[];
  readonly #kv: PagedKv;
  readonly #runs: readonly Run[][]; // [L], in the order of the stream's index

  private constructor(kv: PagedKv, parts: readonly Part[]) {
    this.#kv = kv;
    this.#parts = parts;
    this.#runs = kv.config.layerConfigs.map(() => []);
  }

  /** Tokens of the prefix and of all documents. */
  static totalTokens(prefixTokens: number, documents: readonly StoredDocument[]): number {
    return documents.reduce((sum, { reader }) => sum + reader.manifest.tokens, prefixTokens);
  }

  /** Throws `index-damaged` when a checkpoint does not fit the kv. */
  static open(
    kv: PagedKv,
    prefixTokens: number,
    lMax: number,
    documents: readonly StoredDocument[],
  ): DocumentUnion {
    const { sinkTokens } = kv.shape.layout;
    let shift = 0;
    const parts = documents.map(({ reader, checkpoint }, i): Part => {
      const { sinks, sealed } = readSinks(kv, checkpoint);
      const end = prefixTokens + reader.manifest.tokens;
      requireSpans(kv, reader, { sealed, end, lMax });
      const headEnd = Math.min(sinkTokens, end);
      const start = i === 0 ? headEnd : Math.max(prefixTokens, sinkTokens - shift);
      const part = { reader, shift, end, sinks, head: { start, end: Math.max(start, headEnd) } };
      shift += reader.manifest.tokens;
      return part;
    });
    return new DocumentUnion(kv, parts);
  }

  /** KV bytes of the first `sinkTokens` tokens of the stream, as pages of one layer. */
  sinkPages(layer: number): SinkPages {
    const { firstRingPage, sinkTokens } = this.#kv.shape.layout;
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

  /** Fills one layer of an empty index; its vectors come through `vectors`. */
  async index(index: SpanIndex, layer: number, lMax: number): Promise<void> {
    const runs = this.#runs[layer]!;
    const table = index.table(layer);
    for (const part of this.#parts) {
      const { head, shift } = part;
      for (let start = head.start; start < head.end; start += lMax) {
        const piece = { start, end: Math.min(head.end, start + lMax) };
        runs.push({ part, first: table.count, count: 1, piece });
        index.append(layer, [{ start: start + shift, length: piece.end - start }]);
      }
      const { count, start, length } = part.reader.spans(layer);
      if (count === 0) continue;
      runs.push({ part, first: table.count, count });
      index.append(
        layer,
        Array.from({ length: count }, (_, i) => ({
          start: start[i]! + shift,
          length: length[i]!,
        })),
      );
    }
    await index.vectors.restore(layer, table.count);
  }

  /** Both index vectors of spans `first`… of the stream's index, read from the store. */
  async vectors(layer: number, first: number, count: number): Promise<Uint8Array> {
    const pairBytes = 2 * this.#tokenBytes;
    const pairs = new Uint8Array(count * pairBytes);
    for (const run of this.#runs[layer]!) {
      const from = Math.max(first, run.first);
      const end = Math.min(first + count, run.first + run.count);
      if (from >= end) continue;
      const { mStat, mDyn } = run.piece
        ? this.#headVectors(run.part, layer, run.piece)
        : await run.part.reader.vectors(layer, from - run.first, end - from);
      pairs.set(interleaveVectors(mStat, mDyn, this.#tokenBytes), (from - first) * pairBytes);
    }
    return pairs;
  }

  /** KV bytes of spans of the stream's index, in the order asked for. */
  async load(layer: number, ordinals: readonly number[]): Promise<Uint8Array[]> {
    const runs = ordinals.map((ordinal) => this.#runOf(layer, ordinal));
    const stored = new Map<Run, number[]>();
    ordinals.forEach((ordinal, i) => {
      const run = runs[i]!;
      if (run.piece) return;
      const own = stored.get(run) ?? [];
      own.push(ordinal - run.first);
      stored.set(run, own);
    });
    const loaded = new Map<Run, Iterator<Uint8Array>>();
    for (const [run, spans] of stored) {
      loaded.set(run, (await run.part.reader.readSpanKv(layer, spans)).values());
    }
    return runs.map((run) =>
      run.piece
        ? this.#tokensKv(run.part, layer, run.piece.start, run.piece.end)
        : (loaded.get(run)!.next().value as Uint8Array),
    );
  }

  #runOf(layer: number, ordinal: number): Run {
    const run = this.#runs[layer]!.findLast(({ first }) => first <= ordinal);
    if (!run) throw new Error(`span ${ordinal} of layer ${layer}`);
    return run;
  }

  get #tokenBytes(): number {
    const { kvHeads, headDim } = this.#kv.config;
    return kvHeads * kvRowBytes(this.#kv.shape.kvDtype, headDim);
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

  /** A piece of the head is found by the mean of its keys. */
  #headVectors(
    part: Part,
    layer: number,
    { start, end }: { readonly start: number; readonly end: number },
  ): SpanVectors {
    const { headDim, kvHeads } = this.#kv.config;
    const { kvDtype } = this.#kv.shape;
    const keys = this.#tokensKv(part, layer, start, end).slice(0, (end - start) * this.#tokenBytes);
    const values = unpackPool(new Uint32Array(keys.buffer), kvDtype, headDim);
    const mean = new Float32Array(kvHeads * headDim);
    values.forEach((value, i) => (mean[i % mean.length]! += value / (end - start)));
    const words = packPool(mean, kvDtype, headDim);
    const vector = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    return { mStat: vector, mDyn: vector };
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
    const { kvHeads, headDim } = this.#kv.config;
    const rowBytes = kvRowBytes(this.#kv.shape.kvDtype, headDim);
    const page = Math.floor(token / PAGE_TOKENS);
    for (let head = 0; head < kvHeads; head++) {
      const row = (page * kvHeads + head) * PAGE_TOKENS + (token % PAGE_TOKENS);
      visit(row * rowBytes, rowBytes, head);
    }
  }
}

/** A stored index may come from a file of another's making: its spans must fit this stream. */
function requireSpans(
  kv: PagedKv,
  reader: DocumentReader,
  expected: { readonly sealed: readonly number[]; readonly end: number; readonly lMax: number },
): void {
  const { manifest } = reader;
  const { layers, kvHeads, headDim } = kv.config;
  const { geometry } = manifest;
  const vectorBytes = kvHeads * kvRowBytes(kv.shape.kvDtype, headDim);
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
    const { sinkTokens } = kv.shape.layout;
    if (start[0]! < sinkTokens || longest > expected.lMax || end > expected.end) {
      throw damaged(manifest.title, `layer ${layer} has impossible spans`);
    }
  }
}

function damaged(title: string, problem: string): EngineError {
  return new EngineError("index-damaged", `The index of "${title}" cannot be used: ${problem}.`);
}
