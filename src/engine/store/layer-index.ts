// The sealed spans of one layer in memory: all columns, the open extent and the open part. Decides
// where extents and parts close, from the sequence of spans alone, so that an interrupted ingestion
// arrives at the same bytes. Writes nothing itself.
import { EngineError } from "../errors.ts";
import { damaged, ENVELOPE_BYTES, sealRecord, writeEnvelope } from "./envelope.ts";
import {
  encodeExtents,
  encodeSpans,
  join,
  type ExtentRows,
  type LayerTail,
  type SpanRows,
} from "./span-records.ts";
import type { IndexGeometry, SealedSpans, SpanColumns } from "./types.ts";

/** An extent closes with the span that brings it to this many tokens. */
export const EXTENT_TOKENS = 128;
/** A part closes with the extent that brings it to this many spans. */
export const PART_SPANS = 128;

export interface ClosedExtent {
  readonly extent: number; // ordinal within the layer
  readonly record: Uint8Array; // in its envelope
}

export interface ClosedPart {
  readonly part: number;
  readonly spans: Uint8Array; // records in their envelopes
  readonly vectors: Uint8Array;
  readonly kv: Uint8Array;
}

interface Columns {
  start: Uint32Array;
  score: Float32Array;
  extent: Uint32Array;
  offset: Uint32Array;
  length: Uint16Array;
}

export class LayerIndex {
  readonly layer: number;
  readonly #geometry: IndexGeometry;
  spanCount = 0;
  extentCount = 0; // closed
  #columns: Columns = spanColumns(64);
  #extentOffset = new Float64Array(16);
  #extentBytes = new Uint32Array(16);
  /** First span of each closed part, and behind the last one the first span of the open part. */
  readonly partStarts: number[] = [0];
  #partExtent = 0; // first extent of the open part
  #openVectors: { mStat: Uint8Array; mDyn: Uint8Array }[] = []; // one per span of the open part
  #open: Uint8Array = new Uint8Array(ENVELOPE_BYTES); // grows with the first span; envelope room, then the open extent's payload
  #openBytes = 0; // payload
  #openTokens = 0;

  constructor(layer: number, geometry: IndexGeometry) {
    this.layer = layer;
    this.#geometry = geometry;
  }

  get closedParts(): number {
    return this.partStarts.length - 1;
  }

  get columns(): SpanColumns {
    const count = this.spanCount;
    const { start, length, score } = this.#columns;
    return {
      count,
      start: start.subarray(0, count),
      length: length.subarray(0, count),
      score: score.subarray(0, count),
    };
  }

  /** Where a span's KV bytes are. `extent` equal to `extentCount` is the open extent. */
  place(span: number): { extent: number; offset: number; bytes: number } {
    if (!(span >= 0 && span < this.spanCount)) {
      throw new EngineError("internal", `Layer ${this.layer} has no span ${span}.`);
    }
    const { extent, offset, length } = this.#columns;
    const bytes = length[span]! * this.#geometry.kvBytesPerToken;
    return { extent: extent[span]!, offset: offset[span]!, bytes };
  }

  extentPlace(extent: number): { offset: number; payloadBytes: number } {
    return { offset: this.#extentOffset[extent]!, payloadBytes: this.#extentBytes[extent]! };
  }

  /** Payload of the open extent. */
  get openKv(): Uint8Array {
    return this.#open.subarray(ENVELOPE_BYTES, ENVELOPE_BYTES + this.#openBytes);
  }

  /** Vectors of the open part's spans, from span `partStarts.at(-1)` on. */
  get openVectors(): readonly { mStat: Uint8Array; mDyn: Uint8Array }[] {
    return this.#openVectors;
  }

  /** Takes sealed spans. `place` gives each closed extent its offset in the document's file. */
  append(
    spans: SealedSpans,
    place: (closed: ClosedExtent) => number,
    part: (closed: ClosedPart) => void,
  ): void {
    this.#check(spans);
    const { vectorBytes } = this.#geometry;
    const mStat = spans.mStat.slice();
    const mDyn = spans.mDyn.slice();
    for (let i = 0; i < spans.start.length; i++) {
      const row = { start: spans.start[i]!, length: spans.length[i]!, score: spans.score[i]! };
      this.#pushSpan(row, this.extentCount, this.#openBytes);
      const range = [i * vectorBytes, (i + 1) * vectorBytes] as const;
      this.#openVectors.push({ mStat: mStat.subarray(...range), mDyn: mDyn.subarray(...range) });
      this.#pushKv(spans.kv[i]!);
      this.#openTokens += row.length;
      if (this.#openTokens < EXTENT_TOKENS) continue;
      const payloadBytes = this.#openBytes;
      this.#pushExtent(place(this.#closeExtent()), payloadBytes);
      if (this.spanCount - this.partStarts.at(-1)! >= PART_SPANS) part(this.#closePart());
    }
  }

  tail(): LayerTail {
    return {
      spans: this.#spanRows(this.partStarts.at(-1)!),
      extents: this.#extentRows(this.#partExtent),
      vectors: this.#partVectors(),
      openKv: this.openKv,
    };
  }

  /** Adds a stored part; the records come out of checked envelopes. */
  restorePart(spans: SpanRows, extents: ExtentRows): void {
    this.#restore(spans, extents, 0);
    this.partStarts.push(this.spanCount);
    this.#partExtent = this.extentCount;
  }

  /** Adds the tail of a checkpoint behind the stored parts. */
  restoreTail(tail: LayerTail): void {
    const { vectorBytes } = this.#geometry;
    const n = tail.spans.start.length;
    if (tail.vectors.byteLength !== 2 * n * vectorBytes)
      throw damaged("checkpoint", "lacks vectors");
    const vectors = tail.vectors.slice();
    this.#restore(tail.spans, tail.extents, tail.openKv.byteLength);
    for (let i = 0; i < n; i++) {
      this.#openVectors.push({
        mStat: vectors.subarray(i * vectorBytes, (i + 1) * vectorBytes),
        mDyn: vectors.subarray((n + i) * vectorBytes, (n + i + 1) * vectorBytes),
      });
    }
    this.#pushKv(tail.openKv);
    this.#openTokens = tail.openKv.byteLength / this.#geometry.kvBytesPerToken;
  }

  #check(spans: SealedSpans): void {
    const n = spans.start.length;
    const { vectorBytes, kvBytesPerToken } = this.#geometry;
    const sizes =
      spans.length.length === n &&
      spans.score.length === n &&
      spans.kv.length === n &&
      spans.mStat.byteLength === n * vectorBytes &&
      spans.mDyn.byteLength === n * vectorBytes;
    if (!sizes)
      throw new EngineError("internal", `Layer ${this.layer}: span columns differ in size.`);
    let end = this.#end();
    for (let i = 0; i < n; i++) {
      const length = spans.length[i]!;
      if (length === 0 || spans.start[i]! < end) {
        throw new EngineError("internal", `Layer ${this.layer}: spans out of order.`);
      }
      if (spans.kv[i]!.byteLength !== length * kvBytesPerToken) {
        throw new EngineError("internal", `Layer ${this.layer}: KV bytes do not fit the span.`);
      }
      end = spans.start[i]! + length;
    }
  }

  /** First token behind the last span. */
  #end(): number {
    const last = this.spanCount - 1;
    return last < 0 ? 0 : this.#columns.start[last]! + this.#columns.length[last]!;
  }

  #pushSpan(
    row: { start: number; length: number; score: number },
    extent: number,
    offset: number,
  ): void {
    if (this.spanCount === this.#columns.start.length) {
      const grown = spanColumns(2 * this.spanCount);
      for (const name of ["start", "score", "extent", "offset", "length"] as const) {
        grown[name].set(this.#columns[name]);
      }
      this.#columns = grown;
    }
    const i = this.spanCount++;
    this.#columns.start[i] = row.start;
    this.#columns.length[i] = row.length;
    this.#columns.score[i] = row.score;
    this.#columns.extent[i] = extent;
    this.#columns.offset[i] = offset;
  }

  #pushKv(kv: Uint8Array): void {
    const end = ENVELOPE_BYTES + this.#openBytes + kv.byteLength;
    if (end > this.#open.byteLength) {
      const grown = this.#room(end);
      grown.set(this.#open);
      this.#open = grown;
    }
    this.#open.set(kv, ENVELOPE_BYTES + this.#openBytes);
    this.#openBytes += kv.byteLength;
  }

  #room(bytes: number): Uint8Array {
    const usual = ENVELOPE_BYTES + 2 * EXTENT_TOKENS * this.#geometry.kvBytesPerToken;
    return new Uint8Array(Math.max(usual, bytes));
  }

  #closeExtent(): ClosedExtent {
    const record = this.#open.slice(0, ENVELOPE_BYTES + this.#openBytes);
    const address = { kind: "extent", layer: this.layer, part: this.extentCount } as const;
    writeEnvelope(record, 0, address, this.#openBytes);
    this.#openBytes = 0;
    this.#openTokens = 0;
    return { extent: this.extentCount, record };
  }

  #pushExtent(offset: number, payloadBytes: number): void {
    if (this.extentCount === this.#extentOffset.length) {
      const offsets = new Float64Array(2 * this.extentCount);
      const bytes = new Uint32Array(2 * this.extentCount);
      offsets.set(this.#extentOffset);
      bytes.set(this.#extentBytes);
      this.#extentOffset = offsets;
      this.#extentBytes = bytes;
    }
    this.#extentOffset[this.extentCount] = offset;
    this.#extentBytes[this.extentCount++] = payloadBytes;
  }

  #closePart(): ClosedPart {
    const part = this.closedParts;
    const address = { layer: this.layer, part };
    const first = this.partStarts.at(-1)!;
    const closed = {
      part,
      spans: sealRecord({ kind: "spans", ...address }, encodeSpans(this.#spanRows(first))),
      vectors: sealRecord({ kind: "vectors", ...address }, this.#partVectors()),
      kv: sealRecord(
        { kind: "locations", ...address },
        encodeExtents(this.#extentRows(this.#partExtent)),
      ),
    };
    this.partStarts.push(this.spanCount);
    this.#partExtent = this.extentCount;
    this.#openVectors = [];
    return closed;
  }

  #spanRows(first: number): SpanRows {
    const { start, score, extent, offset, length } = this.#columns;
    const range = [first, this.spanCount] as const;
    return {
      start: start.subarray(...range),
      score: score.subarray(...range),
      extent: extent.subarray(...range),
      offset: offset.subarray(...range),
      length: length.subarray(...range),
    };
  }

  #extentRows(first: number): ExtentRows {
    return {
      offset: this.#extentOffset.subarray(first, this.extentCount),
      bytes: this.#extentBytes.subarray(first, this.extentCount),
    };
  }

  #partVectors(): Uint8Array {
    const vectors = this.#openVectors;
    return join([...vectors.map((v) => v.mStat), ...vectors.map((v) => v.mDyn)]);
  }

  /** Rows must continue what is there and lie inside their extents; `openBytes` is the open one. */
  #restore(spans: SpanRows, extents: ExtentRows, openBytes: number): void {
    const firstExtent = this.extentCount;
    for (let i = 0; i < extents.offset.length; i++) {
      this.#pushExtent(extents.offset[i]!, extents.bytes[i]!);
    }
    const { kvBytesPerToken } = this.#geometry;
    let extent = firstExtent;
    let used = 0;
    for (let i = 0; i < spans.start.length; i++) {
      if (spans.extent[i] !== extent) {
        extent += 1;
        used = 0;
      }
      const room = extent < this.extentCount ? this.#extentBytes[extent]! : openBytes;
      const row = { start: spans.start[i]!, length: spans.length[i]!, score: spans.score[i]! };
      const fits =
        spans.extent[i] === extent && extent <= this.extentCount && spans.offset[i] === used;
      if (!fits || row.length === 0 || row.start < this.#end()) {
        throw damaged("span table", "has impossible rows");
      }
      this.#pushSpan(row, extent, used);
      used += row.length * kvBytesPerToken;
      if (used > room) throw damaged("span table", "has impossible rows");
    }
  }
}

function spanColumns(capacity: number): Columns {
  return {
    start: new Uint32Array(capacity),
    score: new Float32Array(capacity),
    extent: new Uint32Array(capacity),
    offset: new Uint32Array(capacity),
    length: new Uint16Array(capacity),
  };
}
