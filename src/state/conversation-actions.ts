// Asking, stopping, and the evidence shown in the reader. One question at a time; a question cut off
// by a lost device is asked again once, because the engine restarts by itself.
import type { StoreApi } from "zustand/vanilla";
import type { AskRequest, EngineApi } from "../../workers/protocol.ts";
import { toErrorData } from "../client/index.ts";
import {
  askBlocker,
  askedDocuments,
  conversationKey,
  type AppState,
  type Turn,
} from "./app-state.ts";
import type { ConversationShelf } from "./conversation-shelf.ts";
import { updateTurn } from "./mirror-events.ts";

export interface ConversationActions {
  /** Loads the conversation that the next question belongs to. */
  openConversation(): Promise<void>;
  /** Every conversation that the document took part in. */
  forgetConversations(documentId: string): Promise<void>;
  clearConversation(): Promise<void>;
  /** Ticks or unticks a document for being asked together with others. */
  askTogether(documentId: string, ticked: boolean): void;
  ask(question: string): Promise<void>;
  stop(): Promise<void>;
  /** Marks a turn's evidence in the reader and goes to passage `index`, in whichever document it is. */
  showEvidence(turnId: string, index: number): void;
  clearHighlight(): void;
}

const TOP_K = 40;
const TOP_P = 0.95;
const HISTORY_TURNS = 2;

export function conversationActions(
  api: EngineApi,
  store: StoreApi<AppState>,
  shelf: ConversationShelf,
  modelId: () => string,
  select: (documentId: string) => void,
): ConversationActions {
  const turnsOf = (key: string) => store.getState().conversations[key] ?? [];
  const turnOf = (turnId: string) =>
    Object.values(store.getState().conversations)
      .flat()
      .find((turn) => turn.id === turnId);

  function setTurns(key: string, turns: readonly Turn[]): void {
    store.setState((state) => ({ conversations: { ...state.conversations, [key]: turns } }));
  }

  async function keep(key: string): Promise<void> {
    // A full disk must not lose the answer on the screen; the library reports the disk itself.
    await shelf.save(key, turnsOf(key)).catch(() => {});
  }

  function markEvidence(turn: Turn, active: number | null): void {
    const visit = (store.getState().highlight?.visit ?? 0) + (active === null ? 0 : 1);
    const ranges = turn.evidence.map(({ documentId, start, end }) => ({ documentId, start, end }));
    store.setState({ highlight: { turnId: turn.id, ranges, active, visit } });
  }

  async function openConversation(): Promise<void> {
    const key = conversationKey(store.getState());
    if (key === "" || store.getState().conversations[key]) return;
    const turns = await shelf.load(key).catch(() => []);
    // A question asked while the record was read must not be overwritten.
    if (!store.getState().conversations[key]) setTurns(key, turns);
  }

  async function answer(request: AskRequest): Promise<void> {
    const { jobId } = request;
    const change = (part: Partial<Turn>) =>
      store.setState((state) => updateTurn(state, jobId, (turn) => ({ ...turn, ...part })), true);
    try {
      const result = await api.ask(request);
      const { text, evidence, stats, stopped } = result;
      change({ status: "done", answer: text, evidence, stats, stopped });
      const turn = turnOf(jobId);
      const isShown = turnsOf(conversationKey(store.getState())).some((one) => one.id === jobId);
      if (turn && isShown) markEvidence(turn, null);
    } catch (thrown) {
      change({ status: "failed", error: toErrorData(thrown) });
    }
  }

  return {
    openConversation,
    async forgetConversations(documentId) {
      const kept = Object.entries(store.getState().conversations).filter(
        ([key]) => !key.split("+").includes(documentId),
      );
      const together = store.getState().together.filter((id) => id !== documentId);
      store.setState({ conversations: Object.fromEntries(kept), together });
      await shelf.forget(documentId).catch(() => {});
    },
    async clearConversation() {
      const key = conversationKey(store.getState());
      setTurns(key, []);
      store.setState({ highlight: null });
      await shelf.remove(key).catch(() => {});
    },
    askTogether(documentId, ticked) {
      const others = store.getState().together.filter((id) => id !== documentId);
      store.setState({ together: ticked ? [...others, documentId] : others, highlight: null });
      void openConversation();
    },
    async ask(question) {
      const state = store.getState();
      const key = conversationKey(state);
      const trimmed = question.trim();
      if (!trimmed || state.activeJob || askBlocker(state)) return;
      const { temperature, maxTokens, seed, followUps } = state.settings;
      const earlier = followUps
        ? turnsOf(key)
            .filter((turn) => turn.status === "done")
            .slice(-HISTORY_TURNS)
        : [];
      const jobId = crypto.randomUUID();
      const request: AskRequest = {
        jobId,
        documentIds: askedDocuments(state).map((one) => one.id),
        question: trimmed,
        history: earlier.map((turn) => ({ question: turn.question, answer: turn.answer })),
        maxTokens,
        temperature,
        topK: TOP_K,
        topP: TOP_P,
        seed,
      };
      const turn: Turn = {
        id: jobId,
        question: trimmed,
        status: "waiting",
        answer: "",
        evidence: [],
        stats: null,
        stopped: null,
        error: null,
      };
      setTurns(key, [...turnsOf(key), turn]);
      store.setState({ activeJob: { jobId }, highlight: null });
      await answer(request);
      const failed = turnsOf(key).find((one) => one.id === jobId)?.error;
      if (failed?.code === "device-lost") {
        store.setState(
          (now) => updateTurn(now, jobId, () => ({ ...turn, status: "waiting" })),
          true,
        );
        await api.loadModel(modelId()).catch(() => {}); // its failure shows in the model panel
        await answer(request);
      }
      store.setState({ activeJob: null });
      await keep(key);
    },
    async stop() {
      const job = store.getState().activeJob;
      if (job) await api.cancel(job.jobId).catch(() => {}); // already over
    },
    showEvidence(turnId, index) {
      const turn = turnOf(turnId);
      const evidence = turn?.evidence[index];
      if (!turn || !evidence) return;
      markEvidence(turn, index);
      if (store.getState().selectedId !== evidence.documentId) select(evidence.documentId);
    },
    clearHighlight() {
      store.setState({ highlight: null });
    },
  };
}
