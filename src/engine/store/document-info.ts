// One row of the library from stored records alone: no index is loaded for it.
import { isDamage } from "./commit-record.ts";
import type { DocumentStates } from "./document-state.ts";
import { decodeManifest } from "./manifest.ts";
import type { DocumentInfo, ExtentStore, Manifest } from "./types.ts";

/** Undefined for a document that does not exist any more, or not yet. Never rejects for one bad document. */
export async function describeDocument(
  states: DocumentStates,
  extents: ExtentStore,
  docId: string,
  record: Uint8Array,
  /** Of the writer that is open here. */
  uncommittedPartBytes: number | undefined,
): Promise<DocumentInfo | undefined> {
  const manifest = readableManifest(record);
  if (!manifest) return unreadable(docId, record);
  if (manifest.deleting) return undefined;
  const stored = {
    docId,
    title: manifest.title,
    characters: manifest.characters,
    tokens: manifest.tokens,
    createdAt: manifest.createdAt,
    modelName: manifest.modelName,
    fingerprint: manifest.fingerprint,
    ...(manifest.owner === undefined ? {} : { owner: manifest.owner }),
  };
  try {
    const condition = await states.look(manifest, uncommittedPartBytes !== undefined);
    const { state, damage, textLost, commit, commits } = condition;
    const parts = [
      record.byteLength,
      ...manifest.sourceBytes.map((bytes) => bytes ?? 0),
      manifest.wordBytes ?? 0,
      manifest.overviewBytes ?? 0,
      ...commits.map(({ recordBytes, checkpointBytes }) => recordBytes + checkpointBytes),
      commits[0]?.partBytes ?? 0,
      uncommittedPartBytes ?? 0,
      await extents.size(docId),
    ];
    return {
      ...stored,
      state,
      committedTokens: commit?.tokensCommitted ?? 0,
      spans: commit?.layers.reduce((sum, layer) => sum + layer.spans, 0) ?? 0,
      bytesOnDisk: parts.reduce((sum, bytes) => sum + bytes, 0),
      textLost,
      ...(damage === undefined ? {} : { damage }),
    };
  } catch (error) {
    // Its file is in use or its records make no sense: the others are listed all the same.
    const reason = error instanceof Error ? error.message : String(error);
    const empty = { committedTokens: 0, spans: 0, bytesOnDisk: record.byteLength };
    return { ...stored, ...empty, state: "damaged", textLost: false, damage: reason };
  }
}

export function readableManifest(record: Uint8Array): Manifest | undefined {
  try {
    return decodeManifest(record);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

/** Its text may be there; what belongs to it is not known any more. */
export const UNREADABLE = "The document's description is damaged. It can only be deleted.";

function unreadable(docId: string, record: unknown): DocumentInfo {
  return {
    docId,
    title: "(unreadable)",
    state: "damaged",
    characters: 0,
    tokens: 0,
    committedTokens: 0,
    spans: 0,
    bytesOnDisk: record instanceof Uint8Array ? record.byteLength : 0,
    createdAt: 0,
    modelName: "",
    fingerprint: {},
    textLost: true,
    damage: UNREADABLE,
  };
}
