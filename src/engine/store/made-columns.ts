// Columns beside the sources of a document that were made from its text and can be made again: its words, its overview.
// They say nothing about the state of the document.
import { readableManifest } from "./document-info.ts";
import type { DocumentLocks } from "./document-locks.ts";
import { isQuota } from "./document-writer.ts";
import { encodeManifest } from "./manifest.ts";
import type { Manifest, RecordStore, RecordWrite } from "./types.ts";

/** Second number of their keys in `sources`, behind the columns that a document file holds. */
export const WORDS_COLUMN = 4;
export const OVERVIEW_COLUMN = 5;

export interface MadeColumn {
  readonly column: typeof WORDS_COLUMN | typeof OVERVIEW_COLUMN;
  readonly writes: readonly RecordWrite[];
  /** Its size, for the manifest. */
  readonly bytes: Pick<Manifest, "wordBytes"> | Pick<Manifest, "overviewBytes">;
}

/** In place of an older one, all or nothing. Not while the document changes, and not where there is no room. */
export async function keepColumn(
  records: RecordStore,
  locks: DocumentLocks,
  { docId, createdAt }: Manifest,
  { column, writes, bytes }: MadeColumn,
): Promise<void> {
  const held = locks.purpose(docId);
  if (held !== undefined && held !== "read") return;
  const release = held ? () => undefined : await locks.tryTake(docId);
  if (!release) return;
  try {
    const record = await records.get("documents", [docId]);
    const stored = record && readableManifest(record);
    if (!stored || stored.deleting || stored.createdAt !== createdAt) return;
    const old = await records.keys("sources", [docId, column]);
    const batch: RecordWrite[] = [
      ...old.map((key) => ({ remove: "sources" as const, key })),
      ...writes,
      { put: "documents", key: [docId], value: encodeManifest({ ...stored, ...bytes }) },
    ];
    await records.write(batch, "strict");
  } catch (error) {
    if (!isQuota(error)) throw error;
  } finally {
    release();
  }
}
