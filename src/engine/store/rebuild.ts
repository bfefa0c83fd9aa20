// A document read anew: which records stay, which go, and what its manifest says then.
import { EngineError } from "../errors.ts";
import { isDamage } from "./commit-record.ts";
import { hashFingerprint } from "./fingerprint.ts";
import { WORDS_COLUMN } from "./made-columns.ts";
import { readSections, sourceWrites } from "./manifest.ts";

import type { Manifest, NewDocument, RecordStore, RecordWrite } from "./types.ts";

/** What a rebuilt index is bound to; title, text and sections stay. */
export type Rebuild = Omit<NewDocument, "title" | "text" | "sections">;

const SECTIONS_COLUMN = 3;
/** What stays: text, sections, words. */
const KEPT_COLUMNS: readonly number[] = [0, SECTIONS_COLUMN, WORDS_COLUMN];
const TABLES = ["commits", "spans", "vectors", "kv", "checkpoints", "sources"] as const;

/** All but the write of the manifest. */
export async function rebuildWrites(
  records: RecordStore,
  old: Manifest,
  rebuild: Rebuild,
): Promise<{ readonly writes: readonly RecordWrite[]; readonly manifest: Manifest }> {
  const { docId } = old;
  // Pages and chapters are a help: unreadable ones must not spoil the next index as well.
  const keepsSections = await readSections(records, old).then(
    () => true,
    (error: unknown) => {
      if (isDamage(error)) return false;
      throw error;
    },
  );
  const { fingerprint, geometry, modelName, tokenIds } = rebuild;
  const { writes, parts, bytes } = sourceWrites(docId, rebuild);
  const kept = (column: Manifest["sourceParts"]) =>
    keepsSections ? (column[SECTIONS_COLUMN] ?? 0) : 0;
  // What the former model made of the text goes with its index.
  const { overviewBytes: _, ...stays } = old;
  const manifest: Manifest = {
    ...stays,
    modelName,
    fingerprint,
    fingerprintHash: await hashFingerprint(fingerprint),
    geometry,
    tokens: tokenIds.length,
    sourceParts: [old.sourceParts[0], parts[1], parts[2], kept(old.sourceParts)],
    sourceBytes: [old.sourceBytes[0], bytes[1], bytes[2], kept(old.sourceBytes)],
  };
  const removals: RecordWrite[] = [];
  for (const table of TABLES) {
    for (const key of await records.keys(table, [docId])) {
      const isKept = key[1] !== SECTIONS_COLUMN || keepsSections;
      const isText = table === "sources" && isKept && KEPT_COLUMNS.includes(key[1]!);
      if (!isText) removals.push({ remove: table, key });
    }
  }
  return { writes: [...removals, ...writes], manifest };
}

export function requireSameLength(tokens: {
  readonly tokenIds: Uint32Array;
  readonly tokenStarts: Uint32Array;
}): void {
  if (tokens.tokenIds.length === tokens.tokenStarts.length) return;
  throw new EngineError("internal", "Token ids and token starts differ in number.");
}
