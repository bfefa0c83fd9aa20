// Conversations on disk, one record each, checked when read, because an older version of the app or
// another script of the origin may have written it. A turn is written in one transaction that reads the
// record first: two tabs that ask at the same time keep both questions.
import { createStore, del, entries, get, update } from "idb-keyval";
import * as v from "valibot";
import { type Conversation, isAbout, keyOf } from "./conversation.ts";

export interface ConversationShelf {
  /** Every conversation, oldest first. */
  all(): Promise<readonly Conversation[]>;
  /** Those with this key, oldest first. */
  list(key: string): Promise<readonly Conversation[]>;
  load(id: string): Promise<Conversation | undefined>;
  /**
   * Changes what is stored now, which may be more than this tab knows of; `otherwise` is what to
   * change if nothing is stored. Null leaves it as it is.
   */
  alter(
    otherwise: Conversation,
    change: (stored: Conversation) => Conversation | null,
  ): Promise<void>;
  remove(id: string): Promise<void>;
  /** Removes every conversation that the document took part in. */
  forget(documentId: string): Promise<void>;
  /** Told the id of a conversation that another tab has changed. */
  subscribe(listener: (id: string) => void): void;
}

const evidence = v.object({
  documentId: v.string(),
  start: v.number(),
  end: v.number(),
  text: v.string(),
  weight: v.number(),
  strength: v.optional(v.picklist(["strong", "medium", "weak"]), "medium"), // not in older versions
  place: v.optional(v.string()),
});

const stats = v.object({
  documentTokens: v.number(),
  recomputedDocumentTokens: v.number(),
  rereadTokens: v.optional(v.number(), 0), // older versions read nothing again
  promptTokens: v.number(),
  answerTokens: v.number(),
  spansRecalled: v.number(),
  timeToFirstTokenMs: v.number(),
  tokensPerSecond: v.number(),
});

const range = { start: v.number(), end: v.number() };
const grounding = v.object({
  state: v.picklist(["supported", "partly", "unsupported", "absent", "unclaimed"]),
  kind: v.picklist(["support", "closest"]),
  citations: v.array(v.object({ ...range, passages: v.array(v.number()) })),
  closest: v.optional(v.object({ ...range, passage: v.number() })),
});

const turn = v.object({
  id: v.string(),
  question: v.string(),
  status: v.picklist(["waiting", "streaming", "done", "failed", "interrupted", "elsewhere"]),
  answer: v.string(),
  evidence: v.array(evidence),
  grounding: v.optional(v.nullable(grounding), null),
  stats: v.nullable(stats),
  stopped: v.nullable(v.picklist(["end", "length", "cancelled"])),
  server: v.optional(v.nullable(v.object({ origin: v.string(), model: v.string() })), null),
  readShare: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))), null),
  readBy: v.optional(v.picklist(["words", "both", "index"]), "words"),
  error: v.nullable(v.object({ code: v.string(), message: v.string() })),
});

const conversation = v.object({
  title: v.string(),
  createdAt: v.number(),
  turns: v.array(v.unknown()),
});

/**
 * Undefined for what is no conversation; older versions stored the turns alone. A turn that is none is
 * left out, so that it does not hide the others.
 */
export function parseConversation(id: unknown, value: unknown): Conversation | undefined {
  if (typeof id !== "string") return undefined;
  const whole = Array.isArray(value) ? { title: "", createdAt: 0, turns: value as unknown } : value;
  const result = v.safeParse(conversation, whole, { abortEarly: true });
  if (!result.success) return undefined;
  const turns = result.output.turns.flatMap((one) => {
    const read = v.safeParse(turn, one);
    return read.success ? [read.output] : [];
  });
  if (turns.length === 0 && result.output.turns.length > 0) return undefined;
  return { id, ...result.output, turns } as Conversation;
}

export function browserShelf(): ConversationShelf {
  const store = createStore("inkspan-conversations", "turns");
  const channel =
    typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("inkspan-turns");

  async function all(): Promise<Conversation[]> {
    const records = await entries<IDBValidKey, unknown>(store);
    return records
      .flatMap(([id, value]) => parseConversation(id, value) ?? [])
      .sort((a, b) => a.createdAt - b.createdAt || a.id.length - b.id.length);
  }

  return {
    all,
    list: async (key) => (await all()).filter((one) => keyOf(one.id) === key),
    load: async (id) => parseConversation(id, await get<unknown>(id, store)),
    async alter(otherwise, change) {
      await update<unknown>(
        otherwise.id,
        (value) => {
          const altered = change(parseConversation(otherwise.id, value) ?? otherwise);
          if (!altered) return value;
          const { title, createdAt, turns } = altered;
          return { title, createdAt, turns };
        },
        store,
      );
      channel?.postMessage(otherwise.id);
    },
    async remove(id) {
      await del(id, store);
      channel?.postMessage(id);
    },
    async forget(documentId) {
      for (const { id } of await all()) if (isAbout(id, documentId)) await del(id, store);
    },
    subscribe(listener) {
      channel?.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        if (typeof data === "string") listener(data);
      });
    },
  };
}
