// Answers of a model server, when the person has chosen one: which, with what key, and the agreement that is
// asked for before the first question to each. Off by default, and never chosen by itself.
import type { StoreApi } from "zustand/vanilla";
import { type EngineApi, isLoopback, type ServerChoice } from "../../workers/protocol.ts";
import { toErrorData } from "../client/index.ts";
import { askedDocuments, type AppState } from "./app-state.ts";
import { type Consent, serverOf, worksWithoutModel } from "./server-consent.ts";
import type { ServerSettings, Settings } from "./settings.ts";

export interface ServerActions {
  changeServer(change: Partial<ServerSettings>): void;
  /** In memory only, unless the settings say that it is kept. */
  setServerKey(key: string): void;
  /** Asks the server for its models; they, or why not, are in the state. */
  listServerModels(): Promise<void>;
  answerConsent(agreed: boolean): void;
}

export interface ServerGate {
  /** True when the question may go where the settings say; asks the person the first time. */
  isAgreed(): Promise<boolean>;
  /** Undefined while the loaded model answers. */
  choice(): ServerChoice | undefined;
}

export function serverActions(
  api: EngineApi,
  store: StoreApi<AppState>,
  changeSettings: (change: Partial<Settings>) => void,
  loadModel: () => Promise<void>,
): { actions: ServerActions; gate: ServerGate; loadFirstModel: () => Promise<void> } {
  let settle: ((agreed: boolean) => void) | undefined;
  const settings = () => store.getState().settings;
  const key = () => store.getState().serverKey.trim() || null;

  const actions: ServerActions = {
    changeServer(change) {
      const hadModel = !worksWithoutModel(settings());
      const server = { ...settings().server, ...change };
      const isElsewhere = change.address !== undefined;
      // A key belongs to the address that it was given for.
      if (isElsewhere) store.setState({ serverKey: "", serverModels: null, serverProblem: null });
      const kept = isElsewhere || !server.keepsKey ? "" : store.getState().serverKey;
      changeSettings({ server: { ...server, key: kept } });
      const hasModel = !worksWithoutModel(settings());
      if (hadModel && !hasModel) void api.unloadModel().catch(() => {}); // its state tells
      if (!hadModel && hasModel) void loadModel();
    },
    setServerKey(value) {
      store.setState({ serverKey: value });
      const { server } = settings();
      if (server.keepsKey) changeSettings({ server: { ...server, key: value } });
    },
    async listServerModels() {
      const { address } = settings().server;
      store.setState({ serverProblem: null });
      try {
        const models = await api.listServerModels({ address, key: key() });
        if (settings().server.address !== address) return; // another one was named meanwhile
        store.setState({ serverModels: models });
        const isKnown = models.some(({ id }) => id === settings().server.model);
        const [first] = models;
        if (!isKnown && first) actions.changeServer({ model: first.id });
      } catch (thrown) {
        store.setState({ serverModels: null, serverProblem: toErrorData(thrown) });
      }
    },
    answerConsent(agreed) {
      const { consent } = store.getState();
      store.setState({ consent: null });
      if (agreed && consent) {
        changeSettings({ agreedServers: [...settings().agreedServers, consent.base] });
      }
      settle?.(agreed);
      settle = undefined;
    },
  };

  const gate: ServerGate = {
    async isAgreed() {
      const chosen = settings();
      if (!chosen.server.isOn) return true;
      const server = serverOf(chosen);
      if (!server) return false;
      if (chosen.agreedServers.includes(server.base)) return true;
      const consent: Consent = {
        ...server,
        isThisComputer: isLoopback(server.base),
        titles: askedDocuments(store.getState()).map(({ title }) => title),
        sendsHistory: chosen.followUps,
      };
      settle?.(false);
      return new Promise((resolve) => {
        settle = resolve;
        store.setState({ consent });
      });
    },
    choice() {
      const chosen = settings();
      const server = chosen.server.isOn ? serverOf(chosen) : null;
      if (!server) return undefined;
      const { serverModels } = store.getState();
      const stated = serverModels?.find(({ id }) => id === server.model)?.contextTokens;
      const contextTokens = stated ?? chosen.server.contextTokens ?? undefined;
      return {
        address: server.base,
        model: server.model,
        key: key(),
        ...(contextTokens === undefined ? {} : { contextTokens }),
      };
    },
  };
  /** When the page opens: none where the person works without one. */
  async function loadFirstModel(): Promise<void> {
    if (!worksWithoutModel(settings())) await loadModel();
  }

  return { actions, gate, loadFirstModel };
}
