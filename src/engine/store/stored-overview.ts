// The overview of a document as a record beside its source columns: JSON in an envelope. It goes with the document, and
// with its index when another model reads it; a document file does not hold it.
import { type DocumentOverview, parseOverview } from "../overview/types.ts";
import { isDamage } from "./commit-record.ts";
import type { DocumentLocks } from "./document-locks.ts";
import { openRecord, sealRecord } from "./envelope.ts";
import { keepColumn, OVERVIEW_COLUMN } from "./made-columns.ts";
import type { Manifest, RecordStore } from "./types.ts";

const ADDRESS = { kind: "overview", layer: 0, part: 0 } as const;

/** Undefined where none was made, and where its record is damaged: it can be made again. */
export async function readOverview(
  records: RecordStore,
  { docId }: Manifest,
): Promise<DocumentOverview | undefined> {
  const record = await records.get("sources", [docId, OVERVIEW_COLUMN, 0]);
  if (!record) return undefined;
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(openRecord(record, ADDRESS)));
    return parseOverview(json);
  } catch (error) {
    if (isDamage(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function keepOverview(
  records: RecordStore,
  locks: DocumentLocks,
  manifest: Manifest,
  overview: DocumentOverview,
): Promise<void> {
  const value = sealRecord(ADDRESS, new TextEncoder().encode(JSON.stringify(overview)));
  await keepColumn(records, locks, manifest, {
    column: OVERVIEW_COLUMN,
    writes: [{ put: "sources", key: [manifest.docId, OVERVIEW_COLUMN, 0], value }],
    bytes: { overviewBytes: value.byteLength },
  });
}
