// One row of the library from stored records alone: no index is loaded for it.
import { isDamage, readCommits } from "./commit-record.ts";
import { decodeManifest } from "./manifest.ts";
import type { DocumentInfo, ExtentStore, Manifest, RecordStore, StoredState } from "./types.ts";

/** Undefined for a document that does not exist any more, or not yet. */
export async function describeDocument(
  records: RecordStore,
  extents: ExtentStore,
  docId: string,
  record: Uint8Array,
  uncommittedPartBytes: number,
): Promise<DocumentInfo | undefined> {
  const manifest = readableManifest(record);
  if (!manifest) return unreadable(docId, record.byteLength);
  if (manifest.deleting) return undefined;
  const { commits } = await readCommits(records, docId, manifest.geometry.layers);
  const newest = commits[0];
  const parts = [
    record.byteLength,
    ...manifest.sourceBytes.map((bytes) => bytes ?? 0),
    manifest.wordBytes ?? 0,
    ...commits.map((commit) => commit.recordBytes + commit.checkpointBytes),
    newest?.partBytes ?? 0,
    uncommittedPartBytes,
    await extents.size(docId),
  ];
  return {
    docId,
    title: manifest.title,
    state: stateOf(manifest, newest?.complete ?? false),
    characters: manifest.characters,
    tokens: manifest.tokens,
    committedTokens: newest?.tokensCommitted ?? 0,
    spans: newest?.layers.reduce((sum, layer) => sum + layer.spans, 0) ?? 0,
    bytesOnDisk: parts.reduce((sum, bytes) => sum + bytes, 0),
    createdAt: manifest.createdAt,
    modelName: manifest.modelName,
    fingerprint: manifest.fingerprint,
    ...(manifest.damage === undefined ? {} : { damage: manifest.damage }),
  };
}

export function readableManifest(record: Uint8Array): Manifest | undefined {
  try {
    return decodeManifest(record);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

export function stateOf(manifest: Manifest, complete: boolean): StoredState {
  if (manifest.damage !== undefined) return "damaged";
  return complete ? "complete" : "ingesting";
}

function unreadable(docId: string, bytesOnDisk: number): DocumentInfo {
  return {
    docId,
    title: "(unreadable)",
    state: "damaged",
    characters: 0,
    tokens: 0,
    committedTokens: 0,
    spans: 0,
    bytesOnDisk,
    createdAt: 0,
    modelName: "",
    fingerprint: {},
    damage: "The document's description is damaged. It can only be deleted.",
  };
}
