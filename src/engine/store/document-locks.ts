// The exclusive locks of this repository's documents: one writer or one change at a time, in this tab
// and among tabs.
import { EngineError } from "../errors.ts";
import type { LockProbe, TryLock } from "./types.ts";

/** write: a reading appends. change: a deletion, a rebuild or an import; damage is not reported then. */
export type LockPurpose = "write" | "change";

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

  /** Throws `locked-by-other-tab`. */
  async take(docId: string, purpose: LockPurpose): Promise<() => void> {
    if (!this.#held.has(docId)) {
      this.#held.set(docId, purpose); // before the await: two calls may come at once
      const release = await this.tryTake(docId);
      const end = () => {
        this.#held.delete(docId);
        release?.();
      };
      if (release) return end;
      end();
    }
    throw new EngineError(
      "locked-by-other-tab",
      "The document is being written, maybe in another tab. Finish or close it there, then try again.",
    );
  }
}

function lockName(docId: string): string {
  return `inkspan-document-${docId}`;
}
