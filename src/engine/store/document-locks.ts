// The exclusive locks of this repository's documents: one writer or one change at a time, in this tab
// and among tabs.
import { EngineError } from "../errors.ts";
import type { LockProbe, TryLock } from "./types.ts";

/** What a holder does. Damage that is met during anything but `read` is its own doing. */
export type LockPurpose = "read" | "delete" | "rebuild" | "import";

const DOING: Record<LockPurpose, string> = {
  read: "being read",
  delete: "being deleted",
  rebuild: "being prepared for another reading",
  import: "being imported",
};

export class DocumentLocks {
  readonly #lock: TryLock;
  readonly #probe: LockProbe;
  /** Locks held here, and what for. */
  readonly #held = new Map<string, LockPurpose>();

  constructor(lock: TryLock, probe: LockProbe) {
    this.#lock = lock;
    this.#probe = probe;
  }

  purpose(docId: string): LockPurpose | undefined {
    return this.#held.get(docId);
  }

  /** Another holder, maybe in another tab, is at the document. */
  async isHeldElsewhere(docId: string): Promise<boolean> {
    return !this.#held.has(docId) && (await this.#probe(lockName(docId)));
  }

  /** The lock if it is free, without noting a purpose. */
  tryTake(docId: string): Promise<(() => void) | undefined> {
    return this.#lock(lockName(docId));
  }

  /** Throws `busy` when this repository holds it, `locked-by-other-tab` when another one does. */
  async take(docId: string, purpose: LockPurpose): Promise<() => void> {
    const held = this.#held.get(docId);
    if (held !== undefined) {
      throw new EngineError(
        "busy",
        `The document is ${DOING[held]} in this tab. Wait for its end.`,
      );
    }
    this.#held.set(docId, purpose); // before the await: two calls may come at once
    const release = await this.tryTake(docId).catch((error: unknown) => {
      this.#held.delete(docId);
      throw error;
    });
    if (release) {
      return () => {
        this.#held.delete(docId);
        release();
      };
    }
    this.#held.delete(docId);
    throw new EngineError(
      "locked-by-other-tab",
      "Another tab reads, changes or deletes the document. Finish or close it there, then try again.",
    );
  }
}

function lockName(docId: string): string {
  return `inkspan-document-${docId}`;
}
