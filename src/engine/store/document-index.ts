// One open document: the spans of all layers in memory, KV bytes read extent by extent through the
// cache. The reader of the engine; a writer appends to the same object, so it sees uncommitted spans.
import { EngineError } from "../errors.ts";
import { damaged, ENVELOPE_BYTES, openRecord } from "./envelope.ts";
import { isDamage, type CheckpointContent, type Commit } from "./commit-record.ts";
import type { ExtentCache } from "./extent-cache.ts";
import { LayerIndex } from "./layer-index.ts";
import type { Section } from "../sections.ts";
import { readSections, readSource, readText } from "./manifest.ts";
import { decodeExtents, decodeSpans, decodeTail } from "./span-records.ts";
import type {
  DocumentReader,
  ExtentStore,
  Manifest,
  RecordStore,
  SpanColumns,
  SpanVectors,
} from "./types.ts";

/** What an open document needs from its repository. */
export interface DocumentAccess {
  readonly records: RecordStore;
  readonly extents: ExtentStore;
  readonly cache: ExtentCache;
  /** Called with the first refused record; marks the document. Resolves with what is to be thrown. */
  onDamage(manifest: Manifest, sequence: number, error: EngineError): Promise<EngineError>;
  onClose(docId: string): Promise<void>;
}

export class DocumentIndex implements DocumentReader {
  readonly manifest: Manifest;
  readonly layers: readonly LayerIndex[];
  /** Closed extents and parts the writer has not written out yet, by their keys. */
  readonly unwrittenExtents = new Map<string, Uint8Array>(); // `layer/extent` → record
  readonly unwrittenVectors = new Map<string, Uint8Array>(); // `layer/part` → record
  readonly #access: DocumentAccess;
  readonly #sequence: number;
  #closed = false;

  private constructor(manifest: Manifest, access: DocumentAccess, sequence: number) {
    this.manifest = manifest;
    this.#access = access;
    this.#sequence = sequence;
    const { geometry } = manifest;
    this.layers = Array.from(
      { length: geometry.layers },
      (_, layer) => new LayerIndex(layer, geometry),
    );
  }

  /** With the state of a commit, or empty. Throws `index-damaged` after marking the document. */
  static async load(
    manifest: Manifest,
    access: DocumentAccess,
    state: { commit: Commit; checkpoint: CheckpointContent } | undefined,
  ): Promise<DocumentIndex> {
    const index = new DocumentIndex(manifest, access, state?.commit.sequence ?? 0);
    if (state) {
      await index.#guard(async () => {
        let at = 0;
        for (const layer of index.layers) {
          await index.#loadParts(layer, state.commit.layers[layer.layer]!.parts);
          const { tail, end } = decodeTail(state.checkpoint.tail, at);
          layer.restoreTail(tail);
          at = end;
          const marks = state.commit.layers[layer.layer]!;
          if (layer.spanCount !== marks.spans || layer.extentCount !== marks.extents) {
            throw damaged("commit record", "counts other spans");
          }
        }
      });
    }
    return index;
  }

  spans(layer: number): SpanColumns {
    return this.#layer(layer).columns;
  }

  async vectors(layer: number, from = 0, count = Infinity): Promise<SpanVectors> {
    const index = this.#layer(layer);
    const { vectorBytes } = this.manifest.geometry;
    const end = Math.min(index.spanCount, from + count);
    const size = Math.max(0, end - from) * vectorBytes;
    const result = { mStat: new Uint8Array(size), mDyn: new Uint8Array(size) };
    // Taken now: an append during the reads below may close the open part.
    const starts = index.partStarts.slice();
    const open = index.openVectors.slice();
    open.forEach(({ mStat, mDyn }, i) => {
      const span = starts.at(-1)! + i;
      if (span < from || span >= end) return;
      result.mStat.set(mStat, (span - from) * vectorBytes);
      result.mDyn.set(mDyn, (span - from) * vectorBytes);
    });
    await this.#guard(async () => {
      for (let part = 0; part + 1 < starts.length; part++) {
        const [first, last] = [starts[part]!, starts[part + 1]!];
        const [low, high] = [Math.max(first, from), Math.min(last, end)];
        if (low >= high) continue;
        const payload = await this.#vectorPart(layer, part, last - first);
        const half = payload.byteLength / 2;
        const range = [(low - first) * vectorBytes, (high - first) * vectorBytes] as const;
        result.mStat.set(payload.subarray(...range), (low - from) * vectorBytes);
        result.mDyn.set(payload.subarray(half).subarray(...range), (low - from) * vectorBytes);
      }
    });
    return result;
  }

  async readSpanKv(layer: number, ordinals: ArrayLike<number>): Promise<Uint8Array[]> {
    const index = this.#layer(layer);
    const places = Array.from(ordinals, (ordinal) => index.place(ordinal));
    const payloads = new Map<number, Uint8Array | Promise<Uint8Array>>();
    for (const { extent } of places) {
      if (!payloads.has(extent)) payloads.set(extent, this.#extent(index, extent));
    }
    await this.#guard(async () => {
      for (const [extent, payload] of payloads) payloads.set(extent, await payload);
    });
    return places.map(({ extent, offset, bytes }) =>
      (payloads.get(extent) as Uint8Array).subarray(offset, offset + bytes),
    );
  }

  text(): Promise<string> {
    return this.#guard(() => readText(this.#access.records, this.manifest));
  }

  tokenIds(): Promise<Uint32Array> {
    return this.#words("tokenIds");
  }

  tokenStarts(): Promise<Uint32Array> {
    return this.#words("tokenStarts");
  }

  sections(): Promise<readonly Section[]> {
    return this.#guard(() => readSections(this.#access.records, this.manifest));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#access.onClose(this.manifest.docId);
  }

  async #words(column: "tokenIds" | "tokenStarts"): Promise<Uint32Array> {
    const bytes = await this.#guard(() => readSource(this.#access.records, this.manifest, column));
    return new Uint32Array(bytes.buffer, 0, bytes.byteLength / 4);
  }

  #layer(layer: number): LayerIndex {
    const index = this.layers[layer];
    if (!index) throw new EngineError("internal", `The document has no layer ${layer}.`);
    return index;
  }

  async #loadParts(layer: LayerIndex, parts: number): Promise<void> {
    const { docId } = this.manifest;
    const { records } = this.#access;
    const [spans, extents] = await Promise.all([
      records.getAll("spans", [docId, layer.layer]),
      records.getAll("kv", [docId, layer.layer]),
    ]);
    const byPart = (rows: typeof spans) => new Map(rows.map(([key, value]) => [key[2], value]));
    const [spansOf, extentsOf] = [byPart(spans), byPart(extents)];
    for (let part = 0; part < parts; part++) {
      const address = { layer: layer.layer, part };
      layer.restorePart(
        decodeSpans(openRecord(spansOf.get(part), { kind: "spans", ...address })),
        decodeExtents(openRecord(extentsOf.get(part), { kind: "locations", ...address })),
      );
    }
  }

  async #vectorPart(layer: number, part: number, spans: number): Promise<Uint8Array> {
    const record =
      this.unwrittenVectors.get(`${layer}/${part}`) ??
      (await this.#access.records.get("vectors", [this.manifest.docId, layer, part]));
    const bytes = 2 * spans * this.manifest.geometry.vectorBytes;
    return openRecord(record, { kind: "vectors", layer, part }, bytes);
  }

  #extent(index: LayerIndex, extent: number): Uint8Array | Promise<Uint8Array> {
    if (extent === index.extentCount) return index.openKv;
    const unwritten = this.unwrittenExtents.get(`${index.layer}/${extent}`);
    if (unwritten) return unwritten.subarray(ENVELOPE_BYTES);
    const { docId } = this.manifest;
    return this.#access.cache.get(docId, index.layer, extent) ?? this.#load(index, extent);
  }

  async #load(index: LayerIndex, extent: number): Promise<Uint8Array> {
    const { docId } = this.manifest;
    const { extents, cache } = this.#access;
    const { offset, payloadBytes } = index.extentPlace(extent);
    const record = await extents.read(docId, offset, ENVELOPE_BYTES + payloadBytes);
    const address = { kind: "extent", layer: index.layer, part: extent } as const;
    const payload = openRecord(record, address, payloadBytes);
    cache.put(docId, index.layer, extent, payload);
    return payload;
  }

  /** Reports damage. Resolves with what is to be thrown: the document may have been deleted meanwhile. */
  async reported(error: unknown): Promise<unknown> {
    const isText = error instanceof EngineError && error.code === "text-damaged";
    if (this.#closed || !(isDamage(error) || isText)) return error;
    return this.#access.onDamage(this.manifest, this.#sequence, error as EngineError);
  }

  async #guard<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      throw await this.reported(error);
    }
  }
}
