// The word index of a document as records beside its source columns. It follows from the text: whatever
// is missing or damaged is made again, so it says nothing about the state of the document. The index is
// fetched when it is used: a visit does not wait for it.
import type { WordIndex } from "../words/word-index.ts";
import { isDamage } from "./commit-record.ts";
import type { DocumentLocks } from "./document-locks.ts";
import { ENVELOPE_BYTES, openRecord, sealRecord } from "./envelope.ts";
import { keepColumn, WORDS_COLUMN } from "./made-columns.ts";
import { readText } from "./manifest.ts";
import { join } from "./span-records.ts";
import type { Manifest, RecordStore, RecordWrite } from "./types.ts";

const PART_BYTES = 1024 * 1024;

export interface WordWrites {
  readonly writes: RecordWrite[];
  /** With envelopes. */
  readonly wordBytes: number;
}

/** The records of the word index of a new text. */
export async function writesOfText(docId: string, text: string): Promise<WordWrites> {
  const { buildWordIndex } = await import("../words/word-index.ts");
  return wordWrites(docId, await buildWordIndex(text));
}

function wordWrites(docId: string, index: WordIndex): WordWrites {
  const writes: RecordWrite[] = [];
  const { bytes } = index;
  for (let at = 0; at < bytes.byteLength; at += PART_BYTES) {
    const part = writes.length;
    const payload = bytes.subarray(at, at + PART_BYTES);
    const value = sealRecord({ kind: "words", layer: 0, part }, payload);
    writes.push({ put: "sources", key: [docId, WORDS_COLUMN, part], value });
  }
  return { writes, wordBytes: bytes.byteLength + writes.length * ENVELOPE_BYTES };
}

/** The stored index, or one made from the text and stored. Throws `index-damaged` for a damaged text. */
export async function openWords(
  records: RecordStore,
  locks: DocumentLocks,
  manifest: Manifest,
): Promise<WordIndex> {
  const stored = await readWords(records, manifest);
  if (stored) return stored;
  const { buildWordIndex } = await import("../words/word-index.ts");
  const made = await buildWordIndex(await readText(records, manifest));
  const { writes, wordBytes } = wordWrites(manifest.docId, made);
  await keepColumn(records, locks, manifest, {
    column: WORDS_COLUMN,
    writes,
    bytes: { wordBytes },
  });
  return made;
}

async function readWords(
  records: RecordStore,
  { docId, characters }: Manifest,
): Promise<WordIndex | undefined> {
  const { WordIndex } = await import("../words/word-index.ts");
  const rows = await records.getAll("sources", [docId, WORDS_COLUMN]);
  try {
    const parts = rows.map(([key, record]) =>
      openRecord(record, { kind: "words", layer: 0, part: key[2]! }),
    );
    return WordIndex.decode(join(parts), characters);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}
