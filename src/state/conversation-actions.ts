// Asking, stopping, and the evidence shown in the reader. One question at a time; a question cut off
// by a lost device is asked again once, because the engine restarts by itself.
import type { StoreApi } from "zustand/vanilla";
import type { AskRequest, EngineApi } from "../../workers/protocol.ts";
import { toErrorData } from "../client/index.ts";
import { askBlocker, type AppState, type Turn } from "./app-state.ts";
import type { ConversationShelf } from "./conversation-shelf.ts";
import { updateTurn } from "./mirror-events.ts";

export interface ConversationActions {
  openConversation(documentId: string): Promise<void>;
  forgetConversation(documentId: string): Promise<void>;
  clearConversation(documentId: string): Promise<void>;
  ask(question: string): Promise<void>;
  stop(): Promise<void>;
  /** Marks a turn's evidence in the reader and scrolls to passage `index`. */
  showEvidence(documentId: string, turnId: string, index: number): void;
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
): ConversationActions {
  const turnsOf = (documentId: string) => store.getState().conversations[documentId] ?? [];

  function setTurns(documentId: string, turns: readonly Turn[]): void {
    store.setState((state) => ({
      conversations: { ...state.conversations, [documentId]: turns },
    }));
  }

  async function keep(documentId: string): Promise<void> {
    // A full disk must not lose the answer on the screen; the library reports the disk itself.
    await shelf.save(documentId, turnsOf(documentId)).catch(() => {});
  }

  function markEvidence(documentId: string, turn: Turn, active: number | null): void {
    const visit = (store.getState().highlight?.visit ?? 0) + (active === null ? 0 : 1);
    const ranges = turn.evidence.map(({ start, end }) => ({ start, end }));
    store.setState({ highlight: { documentId, turnId: turn.id, ranges, active, visit } });
  }

  async function answer(request: AskRequest): Promise<void> {
    const { jobId, documentId } = request;
    const change = (part: Partial<Turn>) =>
      store.setState((state) => updateTurn(state, jobId, (turn) => ({ ...turn, ...part })), true);
    try {
      const result = await api.ask(request);
      const { text, evidence, stats, stopped } = result;
      change({ status: "done", answer: text, evidence, stats, stopped });
      const turn = turnsOf(documentId).find((one) => one.id === jobId);
      if (turn && store.getState().selectedId === documentId) markEvidence(documentId, turn, null);
    } catch (thrown) {
      change({ status: "failed", error: toErrorData(thrown) });
    }
  }

  return {
    async openConversation(documentId) {
      if (store.getState().conversations[documentId]) return;
      const turns = await shelf.load(documentId).catch(() => []);
      // A question asked while the record was read must not be overwritten.
      if (!store.getState().conversations[documentId]) setTurns(documentId, turns);
    },
    async forgetConversation(documentId) {
      const { [documentId]: _gone, ...conversations } = store.getState().conversations;
      store.setState({ conversations });
      await shelf.remove(documentId).catch(() => {});
    },
    async clearConversation(documentId) {
      setTurns(documentId, []);
      store.setState({ highlight: null });
      await shelf.remove(documentId).catch(() => {});
    },
    async ask(question) {
      const state = store.getState();
      const documentId = state.selectedId;
      const trimmed = question.trim();
      if (!documentId || !trimmed || state.activeJob || askBlocker(state)) return;
      const { temperature, maxTokens, seed, followUps } = state.settings;
      const earlier = followUps
        ? turnsOf(documentId)
            .filter((turn) => turn.status === "done")
            .slice(-HISTORY_TURNS)
        : [];
      const jobId = crypto.randomUUID();
      const request: AskRequest = {
        jobId,
        documentId,
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
      setTurns(documentId, [...turnsOf(documentId), turn]);
      store.setState({ activeJob: { jobId, documentId }, highlight: null });
      await answer(request);
      const failed = turnsOf(documentId).find((one) => one.id === jobId)?.error;
      if (failed?.code === "device-lost") {
        store.setState(
          (now) => updateTurn(now, jobId, () => ({ ...turn, status: "waiting" })),
          true,
        );
        await api.loadModel(modelId()).catch(() => {}); // its failure shows in the model panel
        await answer(request);
      }
      store.setState({ activeJob: null });
      await keep(documentId);
    },
    async stop() {
      const job = store.getState().activeJob;
      if (job) await api.cancel(job.jobId).catch(() => {}); // already over
    },
    showEvidence(documentId, turnId, index) {
      const turn = turnsOf(documentId).find((one) => one.id === turnId);
      if (turn?.evidence[index]) markEvidence(documentId, turn, index);
    },
    clearHighlight() {
      store.setState({ highlight: null });
    },
  };
}
