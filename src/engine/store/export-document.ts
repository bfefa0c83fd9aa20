// Writes a finished document as one file (document-file.ts), record by record, each checked on the way:
// a damaged document is never handed on.
import { EngineError } from "../errors.ts";
import { Sha256 } from "../model-cache/sha256.ts";
import { type CheckpointContent, encodeCheckpoint } from "./commit-record.ts";
import { encodeHeader, encodeTrailer, padded, TRAILER_BYTES } from "./document-file.ts";
import type { FileHeader } from "./file-header.ts";
import type { DocumentIndex } from "./document-index.ts";
import { damaged, ENVELOPE_BYTES, openRecord } from "./envelope.ts";
import { SOURCE_COLUMNS } from "./manifest.ts";
import type { ExtentStore, RecordStore } from "./types.ts";

export interface ExportSource {
  readonly records: RecordStore;
  readonly extents: ExtentStore;
  readonly index: DocumentIndex;
  readonly checkpoint: CheckpointContent;
  readonly textHash: string;
  readonly signal: AbortSignal | undefined;
}

interface Piece {
  readonly bytes: number;
  read(): Promise<Uint8Array>;
}

export interface DocumentExport {
  readonly bytes: number;
  readonly pieces: AsyncIterable<Uint8Array>;
}

export async function exportDocument(source: ExportSource): Promise<DocumentExport> {
  const { index } = source;
  const { manifest } = index;
  const checkpoint = encodeCheckpoint(0, source.checkpoint);
  const sources = await sourcePieces(source);
  const extents = extentPieces(source);
  const parts = await partPieces(source);
  const sizes = (pieces: readonly Piece[]) => pieces.map(({ bytes }) => bytes);
  const header: Omit<FileHeader, "format"> = {
    title: manifest.title,
    modelName: manifest.modelName,
    characters: manifest.characters,
    tokens: manifest.tokens,
    textHash: source.textHash,
    fingerprint: manifest.fingerprint,
    geometry: manifest.geometry,
    sources: sources.map(sizes),
    layers: index.layers.map((layer, i) => ({
      spans: layer.spanCount,
      extents: layer.extentCount,
      parts: parts[i]!.map(([spans, vectors, kv]) => [spans.bytes, vectors.bytes, kv.bytes]),
    })),
    extentBytes: sizes(extents).reduce((sum, bytes) => sum + bytes, 0),
    checkpoint: checkpoint.map((record) => record.byteLength),
  };
  const head = encodeHeader(header);
  const sections: Piece[][] = [
    ...sources.flat().map((piece) => [piece]),
    extents,
    ...parts.flat(2).map((piece) => [piece]),
    ...checkpoint.map((record) => [
      { bytes: record.byteLength, read: () => Promise.resolve(record) },
    ]),
  ];
  const body = sections.reduce(
    (sum, pieces) => sum + padded(pieces.reduce((total, { bytes }) => total + bytes, 0)),
    head.byteLength,
  );
  return { bytes: body + TRAILER_BYTES, pieces: stream(head, sections, source.signal) };
}

async function* stream(
  head: Uint8Array,
  sections: readonly (readonly Piece[])[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const hash = new Sha256();
  let written = 0;
  const pass = (bytes: Uint8Array) => {
    hash.update(bytes);
    written += bytes.byteLength;
    return bytes;
  };
  yield pass(head);
  for (const pieces of sections) {
    for (const piece of pieces) {
      if (signal?.aborted) throw new EngineError("cancelled", "The export was cancelled.");
      yield pass(await piece.read());
    }
    const rest = padded(written) - written;
    if (rest > 0) yield pass(new Uint8Array(rest));
  }
  yield encodeTrailer(written, hash.hex());
}

async function sourcePieces({ records, index }: ExportSource): Promise<Piece[][]> {
  const { docId, sourceParts } = index.manifest;
  return Promise.all(
    SOURCE_COLUMNS.map((kind, column) =>
      Promise.all(
        Array.from({ length: sourceParts[column] ?? 0 }, (_, part) => {
          const read = async () => {
            const record = await records.get("sources", [docId, column, part]);
            openRecord(record, { kind, layer: 0, part });
            return record!;
          };
          return sized(read);
        }),
      ),
    ),
  );
}

/** All extents of all layers in the order of the file. */
function extentPieces({ extents, index }: ExportSource): Piece[] {
  const { docId } = index.manifest;
  const places = index.layers.flatMap((layer) =>
    Array.from({ length: layer.extentCount }, (_, extent) => ({
      layer: layer.layer,
      extent,
      ...layer.extentPlace(extent),
    })),
  );
  places.sort((a, b) => a.offset - b.offset);
  let end = 0;
  return places.map(({ layer, extent, offset, payloadBytes }) => {
    if (offset !== end) throw damaged("extent table", "leaves a gap in the file");
    const bytes = ENVELOPE_BYTES + payloadBytes;
    end += bytes;
    return {
      bytes,
      async read() {
        const record = await extents.read(docId, offset, bytes);
        openRecord(record, { kind: "extent", layer, part: extent }, payloadBytes);
        return record;
      },
    };
  });
}

async function partPieces(
  source: ExportSource,
): Promise<(readonly [spans: Piece, vectors: Piece, locations: Piece])[][]> {
  const { records, index } = source;
  const { docId } = index.manifest;
  const piece = (
    table: "spans" | "vectors" | "kv",
    kind: "spans" | "vectors" | "locations",
    layer: number,
    part: number,
  ) =>
    sized(async () => {
      const record = await records.get(table, [docId, layer, part]);
      openRecord(record, { kind, layer, part });
      return record!;
    });
  const layers = [];
  for (const { layer, closedParts } of index.layers) {
    const parts: (readonly [Piece, Piece, Piece])[] = [];
    for (let part = 0; part < closedParts; part++) {
      parts.push([
        await piece("spans", "spans", layer, part),
        await piece("vectors", "vectors", layer, part),
        await piece("kv", "locations", layer, part),
      ]);
    }
    layers.push(parts);
  }
  return layers;
}

/** Reads once for the size and again when it is written: records are small, their sum is not. */
async function sized(read: () => Promise<Uint8Array>): Promise<Piece> {
  return { bytes: (await read()).byteLength, read };
}
