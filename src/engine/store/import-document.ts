// Takes a document file (document-file.ts) into the store. The file is hostile until proven sound:
// every size is limited, every record checked, and the document stays hidden behind its manifest's
// mark until the last byte is verified. An import that ends early leaves nothing.
import { checkpointCrcs, encodeCommit, isDamage, resolveCommits } from "./commit-record.ts";
import {
  decodeHeader,
  encodeTrailer,
  fileBytes,
  FILE_EXTENSION,
  headerBytes,
  padded,
  PREAMBLE_BYTES,
  TRAILER_BYTES,
} from "./document-file.ts";
import { type DocumentAccess, DocumentIndex } from "./document-index.ts";
import { type EnvelopeAddress, ENVELOPE_BYTES, openRecord, RECORD_KINDS } from "./envelope.ts";
import { type FileHeader, MAX_RECORD_BYTES } from "./file-header.ts";
import { invalid, wrongChecksum } from "./file-problems.ts";
import type { FileStream } from "./file-stream.ts";
import { isFiniteKv } from "./finite.ts";
import { hashFingerprint } from "./fingerprint.ts";
import { putManifest, SOURCE_COLUMNS } from "./manifest.ts";
import { decodeTail } from "./span-records.ts";
import { SourceCheck } from "./source-check.ts";
import type {
  DocumentReader,
  ExtentStore,
  IndexGeometry,
  Manifest,
  RecordStore,
  RecordWrite,
} from "./types.ts";

/** Written at a time: an append or a transaction per record would be slow. */
const BATCH_BYTES = 4 * 1024 * 1024;

export interface OpenedFile {
  readonly header: FileHeader;
  /** Size of the whole file. */
  readonly bytes: number;
}

/** Reads as far as the header goes. */
export async function openFile(stream: FileStream): Promise<OpenedFile> {
  const preamble = await stream.take(PREAMBLE_BYTES);
  const body = await stream.take(headerBytes(preamble));
  const header = decodeHeader(preamble, body);
  return { header, bytes: fileBytes(header, body.byteLength) };
}

export interface ImportTarget {
  readonly records: RecordStore;
  readonly extents: ExtentStore;
  readonly docId: string;
  readonly createdAt: number;
  readonly importedFrom: string | undefined;
  readonly owner: string | undefined;
  readonly onProgress: (bytesDone: number) => void;
}

/** A document whose records are sound, before it is known whether they mean what its text says. */
export interface ReceivedDocument {
  readonly index: DocumentReader;
  /** The engine's own bytes. */
  readonly checkpoint: Uint8Array;
}

/**
 * What the engine knows and the store does not: throws `format-invalid` where the index cannot be that of
 * the text; false where it has not the model that could tell.
 */
export type Prove = (document: ReceivedDocument) => Promise<boolean>;

/** The rest of the file behind its header. The manifest it leaves carries the `deleting` mark. */
export async function receiveFile(
  stream: FileStream,
  { header }: OpenedFile,
  target: ImportTarget,
  prove: Prove,
): Promise<Manifest> {
  const manifest = await hiddenManifest(header, target);
  await target.records.write([putManifest(manifest)], "strict");
  const receiver = new Receiver(stream, header, target);
  try {
    await receiver.receive();
    const isProven = await prove(await verify(manifest, receiver.places, target));
    const received = { ...manifest, fileHash: receiver.fileHash };
    return isProven ? received : { ...received, unproven: true };
  } catch (error) {
    // The records speak of a stored index; here they are the file's.
    if (isDamage(error)) throw invalid((error as Error).message.replace(/^.*?damaged: /, ""));
    throw error;
  }
}

/** Makes a received document visible. */
export async function publish(records: RecordStore, manifest: Manifest): Promise<void> {
  const { deleting: _, ...visible } = manifest;
  await records.write([putManifest(visible)], "strict");
}

async function hiddenManifest(header: FileHeader, target: ImportTarget): Promise<Manifest> {
  const { modelName, characters, tokens, fingerprint, geometry, textHash } = header;
  const parts = header.sources.map((column) => column.length);
  const bytes = header.sources.map((column) => column.reduce((sum, size) => sum + size, 0));
  const four = (list: readonly number[]) => [list[0]!, list[1]!, list[2]!, list[3]!] as const;
  return {
    docId: target.docId,
    title: header.title.trim() || `Document${FILE_EXTENSION}`,
    createdAt: target.createdAt,
    modelName,
    characters,
    tokens,
    fingerprint,
    fingerprintHash: await fingerprintHash(header),
    geometry,
    textHash,
    sourceParts: four(parts),
    sourceBytes: four(bytes),
    ...(target.importedFrom === undefined ? {} : { importedFrom: target.importedFrom }),
    ...(target.owner === undefined ? {} : { owner: target.owner }),
    deleting: true,
  };
}

/** Also refuses a fingerprint nested so deeply that it cannot be compared. */
export async function fingerprintHash({ fingerprint }: FileHeader): Promise<string> {
  return hashFingerprint(fingerprint).catch(() => {
    throw invalid("its fingerprint cannot be read");
  });
}

interface ExtentPlace {
  readonly offset: number;
  readonly payloadBytes: number;
}

class Receiver {
  readonly #stream: FileStream;
  readonly #header: FileHeader;
  readonly #target: ImportTarget;
  /** Per layer: the place of each extent in the file of extents, in order. */
  readonly places: ExtentPlace[][];
  /** SHA-256 of everything before the trailer, known at the end. */
  fileHash = "";
  #batch: RecordWrite[] = [];
  #batchBytes = 0;

  constructor(stream: FileStream, header: FileHeader, target: ImportTarget) {
    this.#stream = stream;
    this.#header = header;
    this.#target = target;
    this.places = header.layers.map(() => []);
  }

  async receive(): Promise<void> {
    const { sources, layers, checkpoint, tokens, geometry } = this.#header;
    const { docId, records, extents } = this.#target;
    const check = new SourceCheck(this.#header);
    for (const [column, sizes] of sources.entries()) {
      for (const [part, bytes] of sizes.entries()) {
        const address = { kind: SOURCE_COLUMNS[column]!, layer: 0, part } as const;
        const { value, payload } = await this.#record(bytes, address);
        check.add(address.kind, payload);
        await this.#put({ put: "sources", key: [docId, column, part], value });
      }
    }
    check.finish();
    await this.#extents();
    let partBytes = 0;
    for (const [layer, { parts }] of layers.entries()) {
      for (const [part, sizes] of parts.entries()) {
        const tables = ["spans", "vectors", "kv"] as const;
        const kinds = ["spans", "vectors", "locations"] as const;
        for (const [i, put] of tables.entries()) {
          const address = { kind: kinds[i]!, layer, part } as const;
          const { value, payload } = await this.#record(sizes[i]!, address);
          if (put === "vectors" && !isFiniteKv(payload, geometry)) throw notFinite("index vectors");
          partBytes += value.byteLength;
          await this.#put({ put, key: [docId, layer, part], value });
        }
      }
    }
    const checkpoints: Uint8Array[] = [];
    for (const [part, bytes] of checkpoint.entries()) {
      const { value } = await this.#record(bytes, { kind: "checkpoint", layer: 0, part });
      checkpoints.push(value);
      await this.#put({ put: "checkpoints", key: [docId, 0, part], value });
    }
    await this.#trailer();
    await this.#flush();
    await extents.flush(docId);
    const commit = encodeCommit(0, {
      sequence: 1,
      tokensCommitted: tokens,
      complete: true,
      checkpointSlot: 0,
      checkpointCrcs: checkpointCrcs(checkpoints),
      checkpointBytes: checkpoint.reduce((sum, bytes) => sum + bytes, 0),
      extentBytes: this.#header.extentBytes,
      partBytes,
      layers: layers.map(({ spans, extents: count, parts }) => ({
        spans,
        extents: count,
        parts: parts.length,
      })),
    });
    await records.write([{ put: "commits", key: [docId, 0], value: commit }], "relaxed");
  }

  /** Extents stand one behind the other, each in its envelope, of all layers mixed. */
  async #extents(): Promise<void> {
    const { extentBytes, layers, geometry } = this.#header;
    const { docId, extents } = this.#target;
    let pending: Uint8Array[] = [];
    let pendingBytes = 0;
    const write = async () => {
      if (pending.length === 0) return;
      const joined = new Uint8Array(pendingBytes);
      let at = 0;
      for (const piece of pending) {
        joined.set(piece, at);
        at += piece.byteLength;
      }
      pending = [];
      pendingBytes = 0;
      await extents.append(docId, joined);
      this.#target.onProgress(this.#stream.position);
    };
    for (let at = 0; at < extentBytes;) {
      if (extentBytes - at < ENVELOPE_BYTES) throw invalid("an extent is cut short");
      const envelope = await this.#stream.take(ENVELOPE_BYTES);
      const view = new DataView(envelope.buffer);
      const layer = view.getUint32(8, true);
      const payloadBytes = view.getUint32(16, true);
      const places = this.places[layer];
      const room = Math.min(extentBytes - at - ENVELOPE_BYTES, MAX_RECORD_BYTES);
      const known = view.getUint16(6, true) === RECORD_KINDS.extent && places !== undefined;
      if (!known || payloadBytes > room || places.length >= layers[layer]!.extents) {
        throw invalid("an extent is not where it should be");
      }
      const record = new Uint8Array(ENVELOPE_BYTES + payloadBytes);
      record.set(envelope);
      record.set(await this.#stream.take(payloadBytes), ENVELOPE_BYTES);
      const address = { kind: "extent", layer, part: places.length } as const;
      const payload = openRecord(record, address, payloadBytes);
      if (!isFiniteKv(payload, geometry)) throw notFinite("keys and values");
      places.push({ offset: at, payloadBytes });
      at += record.byteLength;
      pending.push(record);
      pendingBytes += record.byteLength;
      if (pendingBytes >= BATCH_BYTES) await write();
    }
    await write();
    await this.#padding(extentBytes);
  }

  async #record(
    bytes: number,
    address: EnvelopeAddress,
  ): Promise<{ value: Uint8Array; payload: Uint8Array }> {
    const value = await this.#stream.take(bytes);
    const payload = openRecord(value, address);
    await this.#padding(bytes);
    return { value, payload };
  }

  async #padding(bytes: number): Promise<void> {
    const rest = await this.#stream.take(padded(bytes) - bytes);
    if (rest.some((byte) => byte !== 0)) throw invalid("its padding is not empty");
  }

  async #put(write: RecordWrite & { readonly value: Uint8Array }): Promise<void> {
    this.#batch.push(write);
    this.#batchBytes += write.value.byteLength;
    if (this.#batchBytes >= BATCH_BYTES) await this.#flush();
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    await this.#target.records.write(batch, "relaxed");
    this.#target.onProgress(this.#stream.position);
  }

  async #trailer(): Promise<void> {
    this.fileHash = this.#stream.digest();
    const expected = encodeTrailer(this.#stream.position, this.fileHash);
    const found = await this.#stream.take(TRAILER_BYTES);
    if (found.some((byte, i) => byte !== expected[i])) throw wrongChecksum("content");
    await this.#stream.requireEnd();
  }
}

/** Loads the document as a question would, and compares what only both sides together tell. */
async function verify(
  manifest: Manifest,
  places: readonly (readonly ExtentPlace[])[],
  { records, extents, docId }: ImportTarget,
): Promise<ReceivedDocument> {
  const { geometry } = manifest;
  const { best } = await resolveCommits(records, docId, geometry.layers, await extents.size(docId));
  if (!best) throw invalid("its checkpoint does not fit its index");
  requireFiniteTail(best.checkpoint.tail, geometry);
  const access: Omit<DocumentAccess, "cache"> = {
    records,
    extents,
    onDamage: (_manifest, _sequence, error) => Promise.resolve(error),
    onClose: () => Promise.resolve(),
  };
  const index = await DocumentIndex.load(manifest, access as DocumentAccess, best);
  for (const layer of index.layers) {
    if (!layer.columns.score.every(Number.isFinite)) throw notFinite("scores");
    const received = places[layer.layer]!;
    if (layer.extentCount !== received.length) throw invalid("it lacks extents");
    received.forEach(({ offset, payloadBytes }, extent) => {
      const listed = layer.extentPlace(extent);
      if (listed.offset !== offset || listed.payloadBytes !== payloadBytes) {
        throw invalid("its extent table is wrong");
      }
    });
  }
  await index.sections();
  return { index, checkpoint: best.checkpoint.engine };
}

/** Spans and vectors that are in no closed part, and the KV of the open extent. */
function requireFiniteTail(tails: Uint8Array, geometry: IndexGeometry): void {
  for (let layer = 0, at = 0; layer < geometry.layers; layer++) {
    const { tail, end } = decodeTail(tails, at);
    if (!isFiniteKv(tail.vectors, geometry)) throw notFinite("index vectors");
    if (!isFiniteKv(tail.openKv, geometry)) throw notFinite("keys and values");
    at = end;
  }
}

function notFinite(what: string): Error {
  return invalid(`its ${what} are not all numbers`);
}
