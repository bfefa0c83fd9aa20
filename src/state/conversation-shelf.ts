// Conversations on disk: one record per document or set of documents, checked when read, because an older version of
// the app or another script of the origin may have written it.
import { createStore, del, delMany, get, keys, set } from "idb-keyval";
import * as v from "valibot";
import type { Turn } from "./app-state.ts";

export interface ConversationShelf {
  /** `key` is the document's id, or several joined by "+". */
  load(key: string): Promise<readonly Turn[]>;
  save(key: string, turns: readonly Turn[]): Promise<void>;
  remove(key: string): Promise<void>;
  /** Removes every conversation that the document took part in. */
  forget(documentId: string): Promise<void>;
}

const evidence = v.object({
  documentId: v.string(),
  start: v.number(),
  end: v.number(),
  text: v.string(),
  weight: v.number(),
  place: v.optional(v.string()),
});

const stats = v.object({
  documentTokens: v.number(),
  recomputedDocumentTokens: v.number(),
  promptTokens: v.number(),
  answerTokens: v.number(),
  spansRecalled: v.number(),
  timeToFirstTokenMs: v.number(),
  tokensPerSecond: v.number(),
});

const turn = v.object({
  id: v.string(),
  question: v.string(),
  status: v.picklist(["waiting", "streaming", "done", "failed"]),
  answer: v.string(),
  evidence: v.array(evidence),
  stats: v.nullable(stats),
  stopped: v.nullable(v.picklist(["end", "length", "cancelled"])),
  error: v.nullable(v.object({ code: v.string(), message: v.string() })),
});

/** Turns that can be shown; a turn cut off by a reload is marked as such. */
export function parseTurns(value: unknown): readonly Turn[] {
  const result = v.safeParse(v.array(turn), value);
  if (!result.success) return [];
  return (result.output as Turn[]).map((one) =>
    one.status === "waiting" || one.status === "streaming"
      ? {
          ...one,
          status: "failed",
          error: { code: "cancelled", message: "The page was closed before the answer was done." },
        }
      : one,
  );
}

export function browserShelf(): ConversationShelf {
  const store = createStore("inkspan-conversations", "turns");
  return {
    load: async (key) => parseTurns(await get<unknown>(key, store)),
    save: (key, turns) => set(key, turns, store),
    remove: (key) => del(key, store),
    async forget(documentId) {
      const all = await keys<string>(store);
      await delMany(
        all.filter((key) => key.split("+").includes(documentId)),
        store,
      );
    },
  };
}
