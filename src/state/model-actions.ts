// Choosing a model: which one is loaded now and next time, and the verbs of the picker. A failure is
// shown in the picker, which covers the page's notices.
import type { StoreApi } from "zustand/vanilla";
import {
  DEFAULT_ID,
  type EngineApi,
  type EngineErrorData,
  LARGER_ID,
  type ModelEntry,
} from "../../workers/protocol.ts";
import { toErrorData } from "../client/index.ts";
import type { AppState } from "./app-state.ts";
import type { Failure, FailureKind } from "./failures.ts";
import type { TextStorage } from "./settings.ts";

/** A failed action of the picker. */
export interface ModelProblem {
  readonly what: Failure;
  readonly error: EngineErrorData;
}

export interface ModelActions {
  /** Loads the chosen model; its failure is the model's state. */
  loadModel(): Promise<void>;
  refreshModels(): Promise<void>;
  chooseModel(entry: ModelEntry): Promise<void>;
  /** Opens the larger of the models that come with the page, also where it would be slow. */
  openLargerModel(): Promise<void>;
  /** Opens and loads files from this computer. */
  openModelFiles(files: readonly File[]): Promise<void>;
  /** Asks the user, in the picker, whether these files are to become the model. */
  offerModelFiles(files: readonly File[]): void;
  declineModelFiles(): void;
  /** Adds an address to the list; resolves with true when it could be read. */
  openModelAddress(address: string, revision: string, token: string): Promise<boolean>;
  downloadModel(entry: ModelEntry): Promise<void>;
  cancelDownload(entry: ModelEntry): Promise<void>;
  verifyModel(entry: ModelEntry): Promise<void>;
  deleteModel(entry: ModelEntry): Promise<void>;
  dismissModelProblem(): void;
}

const REMEMBERED_KEY = "inkspan-model";

export function rememberedModel(storage: TextStorage): string {
  try {
    return storage.getItem(REMEMBERED_KEY) ?? "";
  } catch {
    return ""; // storage blocked
  }
}

export function modelActions(
  api: EngineApi,
  store: StoreApi<AppState>,
  storage: TextStorage,
  firstId: string,
): { actions: ModelActions; chosenId: () => string } {
  let chosen = firstId;

  function remember(id: string): void {
    try {
      storage.setItem(REMEMBERED_KEY, id);
    } catch {
      // storage blocked: the choice holds until the page closes
    }
  }

  async function attempt(
    kind: FailureKind,
    name: string,
    action: () => Promise<void>,
  ): Promise<boolean> {
    store.setState({ modelProblem: null });
    try {
      await action();
      return true;
    } catch (thrown) {
      const error = toErrorData(thrown);
      if (error.code !== "cancelled")
        store.setState({ modelProblem: { what: { kind, name }, error } });
      return false;
    } finally {
      await refresh();
    }
  }

  async function refresh(): Promise<void> {
    const models = await api.listModels().catch(() => null); // the list stays as it was
    if (models) store.setState({ models });
  }

  async function load(id: string): Promise<void> {
    chosen = id;
    await api.loadModel(id);
  }

  const actions: ModelActions = {
    async loadModel() {
      try {
        await load(chosen);
      } catch (thrown) {
        const error = toErrorData(thrown);
        if (error.code === "not-found" && rememberedModel(storage) === chosen) {
          // Deleted, or evicted by the browser: the page must not stay without a model for ever.
          remember("");
          if (chosen !== DEFAULT_ID) {
            chosen = DEFAULT_ID;
            return actions.loadModel();
          }
        }
        store.setState({ model: { phase: "failed", error } });
      }
    },
    refreshModels: refresh,
    async chooseModel(entry) {
      await attempt("load-model", entry.name, async () => {
        await load(entry.id);
        const isOurs = entry.origin === "embedded" || entry.id === LARGER_ID;
        if (isOurs) remember(entry.id);
        else if (entry.state === "ready" && entry.keptBytes > 0) remember(entry.id);
      });
    },
    async openLargerModel() {
      remember(LARGER_ID);
      chosen = LARGER_ID;
      await actions.loadModel();
    },
    async openModelFiles(files) {
      store.setState({ offeredModel: null });
      await attempt("open-model-file", "", async () => {
        const entry = await api.openModelFile(files);
        await load(entry.id);
      });
    },
    offerModelFiles(files) {
      store.setState({ offeredModel: files });
    },
    declineModelFiles() {
      store.setState({ offeredModel: null });
    },
    openModelAddress: (address, revision, token) =>
      attempt("open-model-address", "", async () => {
        await api.openModelAddress(address, revision, token);
      }),
    async downloadModel(entry) {
      await attempt("download-model", entry.name, async () => {
        await api.downloadModel(entry.id);
      });
    },
    async cancelDownload(entry) {
      await attempt("stop-download", entry.name, () => api.cancelDownload(entry.id));
    },
    async verifyModel(entry) {
      await attempt("verify-model", entry.name, async () => {
        await api.verifyModel(entry.id);
      });
    },
    async deleteModel(entry) {
      await attempt("delete-model", entry.name, () => api.deleteModel(entry.id));
    },
    dismissModelProblem() {
      store.setState({ modelProblem: null });
    },
  };
  return { actions, chosenId: () => chosen };
}
