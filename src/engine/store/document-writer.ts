// The one writer of a document. Order of a commit (durable store, crash safety): data, flush of the
// extent file, checkpoint into the slot the last commit does not use, commit record strict.
// A failed write leaves everything unwritten in memory: the same call may be made again.
import { EngineError } from "../errors.ts";
import {
  checkpointCrcs,
  checkpointWrites,
  encodeCheckpoint,
  encodeCommit,
  type Commit,
  type CommitBody,
  type Slot,
} from "./commit-record.ts";
import type { DocumentAccess, DocumentIndex } from "./document-index.ts";
import { ENVELOPE_BYTES } from "./envelope.ts";
import type { ClosedExtent, ClosedPart } from "./layer-index.ts";
import { encodeTail, join } from "./span-records.ts";
import { trimData } from "./trim.ts";
import type {
  CommitInput,
  DocumentReader,
  DocumentWriter,
  RecordWrite,
  SealedSpans,
} from "./types.ts";

export interface WriterStart {
  readonly commit: Commit | undefined;
  readonly engine: Uint8Array | undefined; // the engine's part of the checkpoint
  /** Buffered extents are written out in appends of at least this size. */
  readonly writeBytes: number;
}

export class SpanWriter implements DocumentWriter {
  readonly #index: DocumentIndex;
  readonly #access: DocumentAccess;
  readonly #release: () => void;
  #commit: Commit | undefined;
  #checkpoint: Uint8Array | undefined;
  #sequence: number;
  /** End of the file with everything appended so far. */
  #fileEnd: number;
  /** End of the file as written. */
  #written: number;
  /** The last append failed: bytes of unknown number may stand behind `#written`. */
  #torn = false;
  #pendingExtents: { name: string; layer: number; closed: ClosedExtent }[] = [];
  #pendingBytes = 0;
  #pendingParts: { layer: number; closed: ClosedPart }[] = [];
  #partBytes: number;
  #writtenPartBytes: number;
  #queue: Promise<void> = Promise.resolve();
  #closed = false;
  readonly #writeBytes: number;

  constructor(
    index: DocumentIndex,
    access: DocumentAccess,
    start: WriterStart,
    release: () => void,
  ) {
    this.#index = index;
    this.#access = access;
    this.#release = release;
    this.#writeBytes = start.writeBytes;
    this.#commit = start.commit;
    this.#checkpoint = start.engine;
    this.#sequence = start.commit?.sequence ?? 0;
    this.#fileEnd = this.#written = start.commit?.extentBytes ?? 0;
    this.#partBytes = this.#writtenPartBytes = start.commit?.partBytes ?? 0;
  }

  get tokensCommitted(): number {
    return this.#commit?.tokensCommitted ?? 0;
  }

  get complete(): boolean {
    return this.#commit?.complete ?? false;
  }

  /** Of the commit the writer began with; dropped at the first commit of its own. */
  get checkpoint(): Uint8Array | undefined {
    return this.#checkpoint;
  }

  get reader(): DocumentReader {
    return this.#index;
  }

  /** Bytes written since the last commit, without the extent file's. */
  get uncommittedPartBytes(): number {
    return this.#writtenPartBytes - (this.#commit?.partBytes ?? 0);
  }

  async append(layer: number, spans: SealedSpans): Promise<void> {
    this.#requireOpen();
    const index = this.#index.layers[layer];
    if (!index) throw new EngineError("internal", `The document has no layer ${layer}.`);
    index.append(
      spans,
      (closed) => this.#takeExtent(layer, closed),
      (closed) => this.#takePart(layer, closed),
    );
    if (this.#pendingBytes >= this.#writeBytes) await this.#enqueue(() => this.#writeOut());
  }

  commit(input: CommitInput): Promise<void> {
    return this.#seal(input, false);
  }

  finish(input: CommitInput): Promise<void> {
    return this.#seal(input, true);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#queue;
    try {
      const { records, extents } = this.#access;
      await trimData(records, extents, this.#index.manifest.docId, this.#commit);
    } catch {
      // Bytes behind the last commit are cut at the next open at the latest.
    } finally {
      await this.#index.close();
      this.#release();
    }
  }

  #takeExtent(layer: number, closed: ClosedExtent): number {
    const name = `${layer}/${closed.extent}`;
    this.#pendingExtents.push({ name, layer, closed });
    this.#pendingBytes += closed.record.byteLength;
    this.#index.unwrittenExtents.set(name, closed.record);
    const offset = this.#fileEnd;
    this.#fileEnd += closed.record.byteLength;
    return offset;
  }

  #takePart(layer: number, closed: ClosedPart): void {
    this.#pendingParts.push({ layer, closed });
    this.#partBytes += partBytes(closed);
    this.#index.unwrittenVectors.set(`${layer}/${closed.part}`, closed.vectors);
  }

  async #seal(input: CommitInput, complete: boolean): Promise<void> {
    this.#requireOpen();
    const { docId } = this.#index.manifest;
    // Everything the commit speaks of is taken here, before the first await.
    const layers = this.#index.layers.map((layer) => ({
      spans: layer.spanCount,
      extents: layer.extentCount,
      parts: layer.closedParts,
    }));
    const tail = join(this.#index.layers.map((layer) => encodeTail(layer.tail())));
    const extentBytes = this.#fileEnd;
    const partBytes = this.#partBytes;
    await this.#enqueue(async () => {
      const { records, extents } = this.#access;
      await this.#writeOut();
      await extents.flush(docId);
      const checkpointSlot = other(this.#commit?.checkpointSlot);
      const parts = encodeCheckpoint(checkpointSlot, { tail, engine: input.checkpoint });
      await records.write(await checkpointWrites(records, docId, checkpointSlot, parts), "relaxed");
      const slot = other(this.#commit?.slot);
      const body: CommitBody = {
        sequence: this.#sequence + 1,
        tokensCommitted: input.tokensCommitted,
        complete,
        checkpointSlot,
        checkpointCrcs: checkpointCrcs(parts),
        checkpointBytes: parts.reduce((sum, part) => sum + part.byteLength, 0),
        extentBytes,
        partBytes,
        layers,
      };
      const value = encodeCommit(slot, body);
      await records.write([{ put: "commits", key: [docId, slot], value }], "strict");
      this.#sequence += 1;
      this.#commit = { ...body, slot, recordBytes: value.byteLength };
      this.#checkpoint = undefined;
    });
  }

  /** Writes all closed extents and parts. */
  async #writeOut(): Promise<void> {
    const { docId } = this.#index.manifest;
    const { records, extents, cache } = this.#access;
    const batch = this.#pendingExtents.slice();
    if (batch.length > 0) {
      if (this.#torn) await extents.truncate(docId, this.#written);
      this.#torn = true;
      const bytes = join(batch.map(({ closed }) => closed.record));
      const offset = await extents.append(docId, bytes);
      if (offset !== this.#written) {
        throw new EngineError(
          "internal",
          `The extent file ended at ${offset}, not ${this.#written}.`,
        );
      }
      this.#torn = false;
      this.#written += bytes.byteLength;
      this.#pendingExtents = this.#pendingExtents.slice(batch.length);
      this.#pendingBytes -= bytes.byteLength;
      for (const { name, layer, closed } of batch) {
        this.#index.unwrittenExtents.delete(name);
        cache.put(docId, layer, closed.extent, closed.record.subarray(ENVELOPE_BYTES));
      }
    }
    const parts = this.#pendingParts.slice();
    const writes = parts.flatMap(({ layer, closed }): RecordWrite[] => {
      const key = [docId, layer, closed.part] as const;
      return [
        { put: "spans", key, value: closed.spans },
        { put: "vectors", key, value: closed.vectors },
        { put: "kv", key, value: closed.kv },
      ];
    });
    await records.write(writes, "relaxed");
    this.#pendingParts = this.#pendingParts.slice(parts.length);
    for (const { layer, closed } of parts) {
      this.#writtenPartBytes += partBytes(closed);
      this.#index.unwrittenVectors.delete(`${layer}/${closed.part}`);
    }
  }

  /** One write at a time, in the order asked for; a failed one does not stop the next. */
  #enqueue(task: () => Promise<void>): Promise<void> {
    const run = this.#queue.then(task).catch((error: unknown) => {
      throw nameQuota(error, this.#index.manifest.title);
    });
    this.#queue = run.catch(() => undefined);
    return run;
  }

  #requireOpen(): void {
    if (!this.#closed) return;
    throw new EngineError(
      "cancelled",
      `Writing the index of "${this.#index.manifest.title}" was ended.`,
    );
  }
}

/** The storage has refused bytes because it is full. */
export function isQuota(error: unknown): error is Error {
  return error instanceof Error && error.name === "QuotaExceededError";
}

/** A full disk under its stable code; other errors as they are. */
export function nameQuota(error: unknown, title: string): unknown {
  if (!isQuota(error)) return error;
  return new EngineError(
    "quota-exceeded",
    `There is not enough storage for "${title}". What was stored before is intact: free space or delete a document, then continue.`,
    { cause: error },
  );
}

function partBytes(closed: ClosedPart): number {
  return closed.spans.byteLength + closed.vectors.byteLength + closed.kv.byteLength;
}

function other(slot: Slot | undefined): Slot {
  return slot === 0 ? 1 : 0;
}
