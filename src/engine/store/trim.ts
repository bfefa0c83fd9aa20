// Removes what lies behind a commit's high-water marks: such bytes do not exist for any reader, and
// a writer must find the stores exactly as the commit left them.
import { readCheckpoint, isDamage, type Commit, type CommitState } from "./commit-record.ts";
import type { ExtentStore, RecordStore, RecordWrite } from "./types.ts";

/** Data behind the commit; all data without one. */
export async function trimData(
  records: RecordStore,
  extents: ExtentStore,
  docId: string,
  commit: Commit | undefined,
): Promise<void> {
  const removals: RecordWrite[] = [];
  for (const table of ["spans", "vectors", "kv"] as const) {
    for (const key of await records.keys(table, [docId])) {
      const parts = commit?.layers[key[1]!]?.parts ?? 0;
      if (key[2]! >= parts) removals.push({ remove: table, key });
    }
  }
  await records.write(removals, "relaxed");
  const length = commit?.extentBytes ?? 0;
  if ((await extents.size(docId)) > length) await extents.truncate(docId, length);
}

/** Also commits that cannot be used, before the data they speak of, and their checkpoints. */
export async function trimToCommit(
  records: RecordStore,
  extents: ExtentStore,
  docId: string,
  state: CommitState,
): Promise<void> {
  const commit = state.best?.commit;
  const unusable = new Set<number>(state.unusable);
  const older = state.older;
  if (older) {
    try {
      await readCheckpoint(records, docId, older);
    } catch (error) {
      if (!isDamage(error)) throw error;
      unusable.add(older.slot);
    }
  }
  const commits = [...unusable].map((slot): RecordWrite => ({
    remove: "commits",
    key: [docId, slot],
  }));
  await records.write(commits, "strict");
  const used = new Set<number>();
  if (commit) used.add(commit.checkpointSlot);
  if (older && !unusable.has(older.slot)) used.add(older.checkpointSlot);
  const checkpoints = (await records.keys("checkpoints", [docId]))
    .filter((key) => !used.has(key[1]!))
    .map((key): RecordWrite => ({ remove: "checkpoints", key }));
  await records.write(checkpoints, "relaxed");
  await trimData(records, extents, docId, commit);
}
