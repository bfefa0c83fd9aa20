// Asking, stopping, asking again, and the evidence shown in the reader. One question at a time; a
// question cut off by a lost device is asked again once, because the engine restarts by itself. The
// question is stored before it is asked and its answer while it grows: a reload loses seconds of it.
import type { StoreApi } from "zustand/vanilla";
import type { Answer, AskRequest, EngineApi } from "../../workers/protocol.ts";
import { toErrorData } from "../client/index.ts";
import {
  askBlocker,
  askedDocuments,
  currentConversation,
  readShare,
  type AppState,
} from "./app-state.ts";
import {
  answerLock,
  type Conversations,
  type ConversationServices,
} from "./conversation-actions.ts";
import { type Conversation, keyOf, type Turn, withTurn } from "./conversation.ts";
import { updateTurn } from "./mirror-events.ts";
import type { ServerGate } from "./server-actions.ts";

export interface QuestionActions {
  ask(question: string): Promise<void>;
  /** Asks the turn's question again, in its place. */
  retry(turnId: string): Promise<void>;
  /** Asks another question in the turn's place; turns behind it go, as they answered the old one. */
  askInstead(turnId: string, question: string): Promise<void>;
  stop(): Promise<void>;
  /** Marks a turn's evidence in the reader and goes to passage `index`, in whichever document it is. */
  showEvidence(turnId: string, index: number): void;
  clearHighlight(): void;
  /** The user has moved the text: the next answer leaves it where it is. */
  readerMoved(): void;
}

/** What an index that took part held. */
function readingOf({ readShare, mode }: Answer): Pick<Turn, "readShare" | "readBy"> {
  return { readShare: readShare ?? null, readBy: mode === "recalled" ? "index" : "both" };
}

const TOP_K = 40;
const TOP_P = 0.95;
const HISTORY_TURNS = 2;
/** How often a growing answer is stored. */
const KEEP_MS = 2_000;

export function questionActions(
  api: EngineApi,
  store: StoreApi<AppState>,
  { shelf, locks }: ConversationServices,
  conversations: Conversations,
  modelId: () => string,
  server: ServerGate,
  select: (documentId: string) => void,
): QuestionActions {
  let hasMoved = false;
  const turnOf = (turnId: string) =>
    Object.values(store.getState().conversations)
      .flatMap((one) => one.turns)
      .find((turn) => turn.id === turnId);
  async function keep(conversation: Conversation, turnId: string): Promise<void> {
    const turn = turnOf(turnId);
    // A full disk must not lose the answer on the screen; the library reports the disk itself.
    if (!turn) return; // deleted meanwhile
    await shelf
      .alter({ ...conversation, turns: [] }, (stored) => withTurn(stored, turn))
      .catch(() => {});
  }

  function markEvidence(turn: Turn, active: number | null, isWanted: boolean): void {
    const visit = (store.getState().highlight?.visit ?? 0) + (active === null ? 0 : 1);
    const ranges = turn.evidence.map(({ documentId, start, end }) => ({ documentId, start, end }));
    store.setState({ highlight: { turnId: turn.id, ranges, active, visit, isWanted } });
  }

  /** The best passage of the document that is open, if the reader may be moved. */
  function passageToShow({ evidence }: Turn): number | null {
    const { selectedId } = store.getState();
    if (hasMoved) return null;
    const best = evidence.findIndex(({ documentId }) => documentId === selectedId);
    return best < 0 ? null : best;
  }

  async function answer(request: AskRequest): Promise<void> {
    const { jobId } = request;
    const change = (part: Partial<Turn>) =>
      store.setState((state) => updateTurn(state, jobId, (turn) => ({ ...turn, ...part })), true);
    try {
      const result = await api.ask(request);
      const { text, evidence, grounding, stats, stopped, server: answerer = null } = result;
      const answered = { evidence, grounding, stats, stopped, server: answerer };
      const reading = stats.documentTokens > 0 ? readingOf(result) : {};
      change({ status: "done", answer: text, ...answered, ...reading });
      const turn = turnOf(jobId);
      const isShown = currentConversation(store.getState())?.turns.some(({ id }) => id === jobId);
      if (turn && isShown) markEvidence(turn, passageToShow(turn), false);
    } catch (thrown) {
      change({ status: "failed", error: toErrorData(thrown) });
    }
  }

  /** Asks behind `earlier`; `place` puts the new turn among those of the conversation. */
  async function askAfter(
    conversation: Conversation,
    earlier: readonly Turn[],
    question: string,
    place: (held: Conversation, turn: Turn) => Conversation,
  ): Promise<void> {
    const state = store.getState();
    const { temperature, maxTokens, seed, followUps, answerMode } = state.settings;
    const { answerStyle, instructions } = state.settings;
    const seen = followUps
      ? earlier.filter((turn) => turn.status === "done").slice(-HISTORY_TURNS)
      : [];
    const jobId = crypto.randomUUID();
    const choice = server.choice();
    const request: AskRequest = {
      jobId,
      documentIds: askedDocuments(state).map((one) => one.id),
      question,
      answerMode,
      history: seen.map((turn) => ({ question: turn.question, answer: turn.answer })),
      manner: { style: answerStyle, instructions },
      maxTokens,
      temperature,
      topK: TOP_K,
      topP: TOP_P,
      seed,
      ...(choice ? { server: choice } : {}),
    };
    const turn: Turn = {
      id: jobId,
      question,
      status: "waiting",
      answer: "",
      evidence: [],
      grounding: null,
      stats: null,
      stopped: null,
      server: null,
      readShare: readShare(state),
      readBy: "words",
      error: null,
    };
    const release = locks.hold(answerLock(jobId));
    hasMoved = false;
    const asked = place(conversation, turn);
    store.setState((now) => ({
      conversations: { ...now.conversations, [asked.id]: asked },
      openConversations: { ...now.openConversations, [keyOf(asked.id)]: asked.id },
      activeJob: { jobId },
      highlight: null,
    }));
    await shelf.alter(conversation, (stored) => place(stored, turn)).catch(() => {});
    let kept = "";
    const timer = setInterval(() => {
      const now = turnOf(jobId)?.answer ?? "";
      if (now === kept) return;
      kept = now;
      void keep(conversation, jobId);
    }, KEEP_MS);
    await answer(request);
    if (turnOf(jobId)?.error?.code === "device-lost") {
      store.setState((now) => updateTurn(now, jobId, () => turn), true);
      await api.loadModel(modelId()).catch(() => {}); // its failure shows in the model panel
      await answer(request);
    }
    clearInterval(timer);
    store.setState({ activeJob: null });
    await keep(conversation, jobId);
    release();
  }

  const mayAsk = (question: string) => {
    const state = store.getState();
    return question !== "" && !state.activeJob && !askBlocker(state);
  };

  /** A question in the place of a turn of the conversation shown. */
  async function replace(
    turnId: string,
    question: string,
    place: (held: Conversation, at: number, turn: Turn) => readonly Turn[],
  ): Promise<void> {
    const shown = currentConversation(store.getState());
    const at = shown?.turns.findIndex((one) => one.id === turnId) ?? -1;
    if (!shown || at < 0 || !mayAsk(question) || !(await server.isAgreed())) return;
    await askAfter(shown, shown.turns.slice(0, at), question, (held, turn) => {
      const where = held.turns.findIndex((one) => one.id === turnId);
      return where < 0 ? withTurn(held, turn) : { ...held, turns: place(held, where, turn) };
    });
  }

  return {
    async ask(question) {
      const trimmed = question.trim();
      if (!mayAsk(trimmed) || !(await server.isAgreed())) return;
      conversations.actions.keepDraft("");
      const conversation = conversations.current();
      await askAfter(conversation, conversation.turns, trimmed, withTurn);
    },
    retry: (turnId) =>
      replace(turnId, turnOf(turnId)?.question ?? "", ({ turns }, at, turn) =>
        turns.with(at, turn),
      ),
    askInstead: (turnId, question) =>
      replace(turnId, question.trim(), ({ turns }, at, turn) => [...turns.slice(0, at), turn]),
    async stop() {
      const job = store.getState().activeJob;
      if (job) await api.cancel(job.jobId).catch(() => {}); // already over
    },
    showEvidence(turnId, index) {
      const turn = turnOf(turnId);
      const evidence = turn?.evidence[index];
      if (!turn || !evidence) return;
      markEvidence(turn, index, true);
      if (store.getState().selectedId !== evidence.documentId) select(evidence.documentId);
    },
    clearHighlight() {
      store.setState({ highlight: null });
    },
    readerMoved() {
      hasMoved = true;
    },
  };
}
