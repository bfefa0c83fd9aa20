// The one opinion about the state of a stored document, for the list as for whoever opens it: which
// commit holds, and whether its text and tokens are there. What the list asks again and again is looked
// at once per commit.
import { EngineError } from "../errors.ts";
import { type Commit, type CommitState, readCommits, resolveCommits } from "./commit-record.ts";
import { SOURCE_COLUMNS } from "./manifest.ts";
import type { ExtentStore, Manifest, OpenedDocument, RecordStore, StoredState } from "./types.ts";

export interface DocumentCondition {
  readonly state: StoredState;
  /** Why it is damaged. */
  readonly damage?: string;
  /** Damaged beyond another reading. */
  readonly textLost: boolean;
  /** The commit that holds. */
  readonly commit: Commit | undefined;
  /** All that can be decoded, newest first. */
  readonly commits: readonly Commit[];
}

/** Throws `index-damaged` or, where another reading cannot help, `text-damaged`. */
export function requireUndamaged({
  state,
  damage,
  textLost,
}: Pick<OpenedDocument, "state" | "damage" | "textLost">): void {
  if (state !== "damaged") return;
  const code = textLost ? "text-damaged" : "index-damaged";
  throw new EngineError(code, damage ?? "The document is damaged.");
}

export class DocumentStates {
  readonly #records: RecordStore;
  readonly #extents: ExtentStore;
  /** Per document: the commits that were looked at, and which of them held. */
  readonly #seen = new Map<string, { readonly key: string; readonly held: number | undefined }>();

  constructor(records: RecordStore, extents: ExtentStore) {
    this.#records = records;
    this.#extents = extents;
  }

  /** Reads and verifies the checkpoint. */
  async resolve({ docId, geometry }: Manifest): Promise<CommitState> {
    const fileBytes = await this.#extents.size(docId);
    const state = await resolveCommits(this.#records, docId, geometry.layers, fileBytes);
    const { commits } = await readCommits(this.#records, docId, geometry.layers);
    const held = state.best?.commit.sequence;
    this.#seen.set(docId, { key: keyOf(commits, fileBytes), held });
    return state;
  }

  /** Its commits are about to change, or have. */
  forget(docId: string): void {
    this.#seen.delete(docId);
  }

  /** `isWritten`: by this repository, which knows that its newest commit holds. */
  async look(manifest: Manifest, isWritten: boolean): Promise<DocumentCondition> {
    const { docId, geometry } = manifest;
    const { commits } = await readCommits(this.#records, docId, geometry.layers);
    const fileBytes = await this.#extents.size(docId);
    const key = keyOf(commits, fileBytes);
    let held = isWritten ? commits[0]?.sequence : this.#seen.get(docId)?.held;
    if (!isWritten && this.#seen.get(docId)?.key !== key) {
      held = (await this.resolve(manifest)).best?.commit.sequence;
    }
    const commit = commits.find(({ sequence }) => sequence === held);
    const lost = await this.#lostColumn(manifest);
    const damage =
      lost === undefined
        ? manifest.damage
        : lost === "text"
          ? `The stored text of "${manifest.title}" is not complete any more.`
          : `The stored tokens of "${manifest.title}" are not complete any more. The text is kept.`;
    return {
      state: damage !== undefined ? "damaged" : commit?.complete ? "complete" : "ingesting",
      ...(damage === undefined ? {} : { damage }),
      textLost: manifest.textLost === true || lost === "text",
      commit,
      commits,
    };
  }

  /** By their keys alone: what stands in them is seen when it is read. */
  async #lostColumn({ docId, sourceParts }: Manifest): Promise<string | undefined> {
    const present = [0, 0, 0, 0];
    for (const [, column] of await this.#records.keys("sources", [docId])) {
      if (column !== undefined && column < present.length) present[column]! += 1;
    }
    const needed = ["text", "tokenIds", "tokenStarts"] as const;
    return needed.find((name) => {
      const column = SOURCE_COLUMNS.indexOf(name);
      return present[column]! < (sourceParts[column] ?? 0);
    });
  }
}

function keyOf(commits: readonly Commit[], fileBytes: number): string {
  return commits
    .map(({ sequence, checkpointCrcs, extentBytes }) =>
      [sequence, ...checkpointCrcs, extentBytes <= fileBytes].join(" "),
    )
    .join("; ");
}
