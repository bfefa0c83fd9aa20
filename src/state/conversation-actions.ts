// Conversations as things: opening, titles, removing with undo, search, and what other tabs add to them.
// Asking is question-actions.ts.
import type { StoreApi } from "zustand/vanilla";
import type { TabLocks } from "../client/index.ts";
import {
  conversationKey,
  conversationsOf,
  currentConversation,
  type AppState,
} from "./app-state.ts";
import {
  type Conversation,
  isAbout,
  isRunning,
  keyOf,
  newConversation,
  type Turn,
  withoutTurn,
} from "./conversation.ts";
import type { ConversationShelf } from "./conversation-shelf.ts";
import type { Messages } from "./messages.ts";
import type { PageNotes } from "./page-notes.ts";

export interface ConversationActions {
  /** Loads the conversations and the draft that the next question belongs to. */
  openConversation(): Promise<void>;
  showConversation(id: string): void;
  /** An empty conversation about the same documents; one that is empty already is shown again. */
  beginConversation(): void;
  renameConversation(id: string, title: string): Promise<void>;
  deleteConversation(id: string): Promise<void>;
  deleteTurn(turnId: string): Promise<void>;
  /** Every conversation that the document took part in. */
  forgetConversations(documentId: string): Promise<void>;
  /** Conversations in which every word of the query stands, latest first. */
  searchHistory(query: string): Promise<readonly HistoryHit[]>;
  keepDraft(text: string): void;
}

export interface HistoryHit {
  readonly conversation: Conversation;
  readonly turn: Turn;
}

export interface ConversationServices {
  readonly shelf: ConversationShelf;
  readonly locks: TabLocks;
  readonly notes: PageNotes;
  readonly now: () => number;
}

/** Held by the tab that answers a question. */
export const answerLock = (turnId: string): string => `inkspan-answer-${turnId}`;

export interface Conversations {
  readonly actions: ConversationActions;
  /** The conversation shown, made if there is none. */
  readonly current: () => Conversation;
}

const MAX_HITS = 50;

export function conversationActions(
  store: StoreApi<AppState>,
  { shelf, locks, notes, now }: ConversationServices,
  messages: Messages,
): Conversations {
  function setConversation(conversation: Conversation): void {
    store.setState((state) => ({
      conversations: { ...state.conversations, [conversation.id]: conversation },
    }));
  }

  function dropConversation(id: string): void {
    const { [id]: _dropped, ...conversations } = store.getState().conversations;
    store.setState({ conversations });
  }

  function show(id: string): void {
    store.setState((state) => ({
      openConversations: { ...state.openConversations, [keyOf(id)]: id },
      highlight: null,
    }));
  }

  /** What a stored turn that was not finished has become. */
  async function settled(turn: Turn, conversationId: string): Promise<Turn> {
    if (!isRunning(turn)) return turn;
    const own = store.getState().activeJob?.jobId === turn.id;
    if (own) {
      const turns = store.getState().conversations[conversationId]?.turns;
      return turns?.find((one) => one.id === turn.id) ?? turn;
    }
    if (!(await locks.isHeld(answerLock(turn.id)))) return { ...turn, status: "interrupted" };
    void locks.whenFree(answerLock(turn.id)).then(() => refresh(conversationId));
    return { ...turn, status: "elsewhere" };
  }

  async function take(stored: Conversation): Promise<void> {
    const turns = await Promise.all(stored.turns.map((turn) => settled(turn, stored.id)));
    setConversation({ ...stored, turns });
  }

  let reading: Promise<void> = Promise.resolve();

  /** One after another: what was read earlier must not be shown over what was read later. */
  function inTurn(read: () => Promise<void>): Promise<void> {
    reading = reading.then(read, read);
    return reading;
  }

  /** Takes in what another tab has written. */
  async function refresh(id: string): Promise<void> {
    if (!loaded.has(keyOf(id))) return; // it is read when it is first opened
    await inTurn(async () => {
      const stored = await shelf.load(id).catch(() => undefined);
      if (stored) await take(stored);
      else if (!store.getState().conversations[id]?.turns.some(isRunning)) dropConversation(id);
    });
  }

  /** Keys whose conversations have been read. */
  const loaded = new Set<string>();
  shelf.subscribe((id) => void refresh(id));

  async function openConversation(): Promise<void> {
    const key = conversationKey(store.getState());
    if (key === "") return;
    const draft = notes.draft(key);
    if (draft !== "" && store.getState().drafts[key] === undefined) {
      store.setState((state) => ({ drafts: { ...state.drafts, [key]: draft } }));
    }
    if (loaded.has(key)) return;
    loaded.add(key);
    for (const stored of await shelf.list(key).catch(() => [])) {
      // A question asked while the record was read must not be overwritten.
      const known = store.getState().conversations[stored.id];
      const fresh = known?.turns.filter((turn) => !stored.turns.some(({ id }) => id === turn.id));
      await take({ ...stored, turns: [...stored.turns, ...(fresh ?? [])] });
    }
  }

  function current(): Conversation {
    const state = store.getState();
    const key = conversationKey(state);
    const shown = currentConversation(state);
    if (shown) return shown;
    const made = newConversation(key, true, now());
    setConversation(made);
    return made;
  }

  async function restore(conversation: Conversation): Promise<void> {
    setConversation(conversation);
    show(conversation.id);
    await shelf.alter(conversation, () => conversation).catch(() => {}); // it is on the screen; the library tells of a full disk
  }

  const actions: ConversationActions = {
    openConversation,
    showConversation: show,
    beginConversation() {
      const state = store.getState();
      const key = conversationKey(state);
      if (key === "") return;
      const own = conversationsOf(state, key);
      const empty = own.find((one) => one.turns.length === 0);
      const next = empty ?? newConversation(key, own.length === 0, now());
      setConversation(next);
      show(next.id);
    },
    async renameConversation(id, title) {
      const known = store.getState().conversations[id];
      if (!known) return;
      setConversation({ ...known, title });
      await shelf.alter(known, (stored) => ({ ...stored, title })).catch(() => {}); // as in `restore`
    },
    async deleteConversation(id) {
      const deleted = store.getState().conversations[id];
      if (!deleted) return;
      dropConversation(id);
      store.setState({ highlight: null });
      const name = deleted.title || (deleted.turns[0]?.question ?? "");
      messages.tell("conversation-deleted", name, { undo: () => restore(deleted) });
      await shelf.remove(id).catch(() => {});
    },
    async deleteTurn(turnId) {
      const holder = Object.values(store.getState().conversations).find((one) =>
        one.turns.some((turn) => turn.id === turnId),
      );
      const turn = holder?.turns.find((one) => one.id === turnId);
      if (!holder || !turn) return;
      setConversation(withoutTurn(holder, turnId));
      const { highlight } = store.getState();
      if (highlight?.turnId === turnId) store.setState({ highlight: null });
      messages.tell("turn-deleted", turn.question, {
        async undo() {
          const now = (await shelf.load(holder.id).catch(() => undefined)) ?? holder;
          const behind = holder.turns.slice(holder.turns.indexOf(turn) + 1).map((one) => one.id);
          const others = now.turns.filter((one) => one.id !== turnId);
          const at = others.findIndex((one) => behind.includes(one.id));
          const turns = at < 0 ? [...others, turn] : others.toSpliced(at, 0, turn);
          await restore({ ...now, turns });
        },
      });
      await shelf.alter(holder, (stored) => withoutTurn(stored, turnId)).catch(() => {});
    },
    async forgetConversations(documentId) {
      const kept = Object.entries(store.getState().conversations).filter(
        ([id]) => !isAbout(id, documentId),
      );
      const together = store.getState().together.filter((id) => id !== documentId);
      store.setState({ conversations: Object.fromEntries(kept), together });
      notes.forget(documentId);
      await shelf.forget(documentId).catch(() => {});
    },
    async searchHistory(query) {
      const words = query.toLowerCase().split(/\s+/).filter(Boolean);
      if (words.length === 0) return [];
      const stored = await shelf.all().catch(() => []);
      return stored
        .toReversed()
        .flatMap((conversation) =>
          conversation.turns
            .filter((turn) => {
              const text = `${conversation.title} ${turn.question} ${turn.answer}`.toLowerCase();
              return words.every((word) => text.includes(word));
            })
            .map((turn) => ({ conversation, turn })),
        )
        .slice(0, MAX_HITS);
    },
    keepDraft(text) {
      const key = conversationKey(store.getState());
      store.setState((state) => ({ drafts: { ...state.drafts, [key]: text } }));
      notes.keepDraft(key, text);
    },
  };
  return { actions, current };
}
