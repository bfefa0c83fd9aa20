// One engine for all widgets of a page: one worker, one device. It ends when the last widget leaves.
import {
  createInkspan,
  type EngineFiles,
  type Inkspan,
  type ServerChoice,
} from "../library/index.ts";

interface Shared {
  readonly inkspan: Inkspan;
  users: number;
  ending: ReturnType<typeof setTimeout> | undefined;
}

export interface BorrowedEngine {
  readonly inkspan: Inkspan;
  /** No other widget uses it. */
  isAlone(): boolean;
  release(): void;
}

// Frameworks take elements out and put them in again when they draw anew.
const LINGER_MS = 3000;
const engines = new Map<string, Shared>();

/** With an `answerer` no model is loaded: it answers from passages that words find. */
export function borrowEngine(
  files: EngineFiles | undefined,
  answerer: ServerChoice | null,
): BorrowedEngine {
  const key = JSON.stringify([files ?? null, answerer]);
  const shared = engines.get(key) ?? {
    inkspan: createInkspan({
      ...(files ? { files } : {}),
      ...(answerer ? { answerer, model: null } : {}),
    }),
    users: 0,
    ending: undefined,
  };
  engines.set(key, shared);
  clearTimeout(shared.ending);
  shared.users++;
  let isReleased = false;
  return {
    inkspan: shared.inkspan,
    isAlone: () => shared.users === 1,
    release() {
      if (isReleased) return;
      isReleased = true;
      shared.users--;
      if (shared.users > 0) return;
      shared.ending = setTimeout(() => {
        engines.delete(key);
        shared.inkspan.dispose();
      }, LINGER_MS);
    },
  };
}
