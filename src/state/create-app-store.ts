// The app's store and its actions over an EngineApi. It takes the API, the conversation shelf and the
// browser's services as arguments, so tests pass small fakes.
import { createStore, type StoreApi } from "zustand/vanilla";
import type { EngineApi, EngineErrorData, Section } from "../../workers/protocol.ts";
import { toErrorData } from "../client/index.ts";
import type { AppUpdate, OfflineApp } from "../client/offline.ts";
import { initialState, type AppState } from "./app-state.ts";
import { conversationActions, type ConversationActions } from "./conversation-actions.ts";
import type { ConversationShelf } from "./conversation-shelf.ts";
import { headActions, type HeadActions } from "./head-actions.ts";
import { importActions, type Extract, type ImportActions } from "./import-actions.ts";
import { modelActions, type ModelActions } from "./model-actions.ts";
import { mirrorEvents } from "./mirror-events.ts";
import { DOCUMENT_FILE, transferActions, type TransferActions } from "./transfer-actions.ts";
import { readSettings, writeSettings, type Settings, type TextStorage } from "./settings.ts";

/** What the page lends to the store. */
export interface PageServices {
  readonly shelf: ConversationShelf;
  readonly storage: TextStorage;
  /** Asks the browser to protect the library from eviction. */
  readonly requestPersistence: () => Promise<boolean>;
  readonly fetchText: (address: string) => Promise<string>;
  readonly extract: Extract;
  /** Stores the app for use without network; tells when there is a new version of it. */
  readonly keepOffline: (onUpdate: (update: AppUpdate) => void) => OfflineApp | undefined;
  /** Gives the user a file to keep. */
  readonly saveFile: (file: Blob, name: string) => void;
  /** Address of a document file that the page was opened with. */
  readonly documentAddress: string | null;
  readonly modelId: string;
}

export interface AppActions
  extends ConversationActions, HeadActions, ImportActions, ModelActions, TransferActions {
  /** Subscribes to the worker and loads the model; call once. */
  start(): Promise<void>;
  addText(title: string, text: string | Blob): Promise<void>;
  addSampleBook(): Promise<void>;
  select(documentId: string | null): void;
  pause(documentId: string): Promise<void>;
  resume(documentId: string): Promise<void>;
  readAgain(documentId: string): Promise<void>;
  rename(documentId: string, title: string): Promise<void>;
  remove(documentId: string): Promise<void>;
  protectStorage(): Promise<void>;
  /** Opens the choice of what to delete for a document that has run out of storage. */
  makeRoom(documentId: string): void;
  /** Deletes these documents and goes on reading the one that needed room. */
  freeSpace(documentIds: readonly string[]): Promise<void>;
  /** The document stays paused. */
  declineSpace(): void;
  refreshStorage(): Promise<void>;
  changeSettings(change: Partial<Settings>): void;
  /** For the evaluation, which keeps a store of its own. */
  readonly benchmark: EngineApi["benchmark"];
  /** Loads the page with the new version of the app. */
  updateApp(): void;
  /** Shows a problem the page itself found. */
  report(what: string, error: EngineErrorData): void;
  dismiss(noticeId: number): void;
}

export interface App {
  readonly store: StoreApi<AppState>;
  readonly actions: AppActions;
}

const SELECTED_KEY = "inkspan-selected";
export const SAMPLE_BOOK = {
  title: "Treasure Island, by Robert Louis Stevenson",
  address: "sample/treasure-island.txt",
};

export function createAppStore(api: EngineApi, services: PageServices): App {
  const store = createStore<AppState>(() =>
    initialState(readSettings(services.storage), readSelected(services.storage)),
  );
  let nextNotice = 1;
  let offline: OfflineApp | undefined;
  // An added document is selected by its id, which may arrive before the list that has it.
  let awaitedId: string | null = null;

  /** Runs an action; its failure becomes a notice instead of an unhandled rejection. */
  async function attempt(what: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (thrown) {
      const error = toErrorData(thrown);
      if (error.code === "cancelled") return; // the user's own wish
      report(what, error);
    }
  }

  function report(what: string, error: EngineErrorData): void {
    const notice = { id: nextNotice++, what, error };
    store.setState((state) => ({ notices: [...state.notices, notice] }));
  }

  async function openText(documentId: string): Promise<void> {
    const open = store.getState().text;
    if (open.status === "ready" && open.documentId === documentId) return;
    if (open.status === "loading" && open.documentId === documentId) return;
    store.setState({ text: { status: "loading", documentId } });
    const content = Promise.all([
      api.documentText(documentId),
      api.documentSections(documentId).catch(() => []), // a text without page names is still a text
    ]);
    const text = await content.then(
      ([value, sections]) => ({ status: "ready", documentId, text: value, sections }) as const,
      (thrown: unknown) => ({ status: "failed", documentId, error: toErrorData(thrown) }) as const,
    );
    if (store.getState().selectedId === documentId) store.setState({ text });
  }

  async function refreshStorage(): Promise<void> {
    const report = await api.storage().catch(() => null); // shown as unknown; not worth a notice
    if (report) store.setState({ storage: report });
  }

  function chooseEngine(): Promise<void> {
    const { engine, measuredHeads } = store.getState().settings;
    return attempt("The attention engine could not be chosen", () =>
      api.chooseEngine(engine, measuredHeads),
    );
  }

  function select(documentId: string | null): void {
    writeSelected(services.storage, documentId);
    store.setState({ selectedId: documentId, ...(documentId ? {} : { text: { status: "none" } }) });
    if (!documentId) return;
    void openText(documentId);
    void conversation.openConversation();
  }

  /** After a new list: keep the selection on a document that exists. */
  function settleSelection(): void {
    const { documents, selectedId, documentsKnown, text } = store.getState();
    if (!documentsKnown) return;
    const present = documents.some((one) => one.id === selectedId);
    if (present) awaitedId = null;
    if (selectedId && selectedId === awaitedId) return;
    if (!present) {
      const next = documents[0]?.id ?? null;
      if (next !== selectedId) select(next);
    } else if (selectedId && text.status === "none") {
      select(selectedId);
    }
  }

  const models = modelActions(api, store, services.storage, services.modelId);
  const conversation = conversationActions(api, store, services.shelf, models.chosenId, select);

  /** Selects a document that was just stored. */
  function show(documentId: string): void {
    awaitedId = documentId;
    select(documentId);
    void services.requestPersistence().then(refreshStorage);
  }

  const imports = importActions(store, services.extract, attempt, report, add);
  const transfers = transferActions(api, store, services.saveFile, attempt, show);

  async function add(
    title: string,
    text: string | Blob,
    sections: readonly Section[] = [],
  ): Promise<void> {
    show(await api.addDocument(title, text, sections));
  }

  async function addText(title: string, text: string | Blob): Promise<void> {
    store.setState({ adding: true });
    await attempt(`“${title}” could not be added`, () => add(title, text));
    store.setState({ adding: false });
  }

  const actions: AppActions = {
    ...conversation,
    ...models.actions,
    ...headActions(api, store, attempt),
    ...imports,
    ...transfers,
    async addFiles(files) {
      const isDocument = (file: File) => file.name.toLowerCase().endsWith(DOCUMENT_FILE);
      for (const file of files.filter(isDocument)) await transfers.importFile(file);
      const others = files.filter((file) => !isDocument(file));
      if (others.length > 0) await imports.addFiles(others);
    },
    async start() {
      await api.events((events) => {
        store.setState(mirrorEvents(store.getState(), events), true);
        const listed = events.some((event) => event.type === "documents");
        if (listed) {
          settleSelection();
          void refreshStorage();
        }
      });
      const { documentAddress } = services;
      if (documentAddress !== null) void transfers.offerDocument(documentAddress);
      await chooseEngine();
      await actions.loadModel();
      // After the model: what the first visit waits for comes first.
      offline = services.keepOffline((appUpdate) => store.setState({ appUpdate }));
    },
    updateApp: () => offline?.update(),
    addText,
    async addSampleBook() {
      store.setState({ adding: true });
      await attempt("The sample book could not be added", async () => {
        await addText(SAMPLE_BOOK.title, await services.fetchText(SAMPLE_BOOK.address));
      });
      store.setState({ adding: false });
    },
    select,
    pause: (id) => attempt("Reading could not be paused", () => api.pauseDocument(id)),
    resume: (id) => attempt("Reading could not be resumed", () => api.resumeDocument(id)),
    readAgain: (id) =>
      attempt("The document could not be read again", () => api.rebuildDocument(id)),
    rename: (id, title) =>
      attempt("The document could not be renamed", () => api.renameDocument(id, title)),
    remove: (id) =>
      attempt("The document could not be deleted", async () => {
        await api.deleteDocument(id);
        await conversation.forgetConversations(id);
        await refreshStorage();
      }),
    makeRoom(documentId) {
      store.setState({ shortOfSpace: documentId });
    },
    async freeSpace(documentIds) {
      const { shortOfSpace } = store.getState();
      store.setState({ shortOfSpace: null });
      for (const id of documentIds) await actions.remove(id);
      if (shortOfSpace !== null) await actions.resume(shortOfSpace);
    },
    declineSpace() {
      store.setState({ shortOfSpace: null });
    },
    async protectStorage() {
      await services.requestPersistence();
      await refreshStorage();
    },
    refreshStorage,
    changeSettings(change) {
      const settings = { ...store.getState().settings, ...change };
      store.setState({ settings });
      writeSettings(services.storage, settings);
      if (change.engine !== undefined || change.measuredHeads !== undefined) void chooseEngine();
    },
    benchmark: api.benchmark,
    report,
    dismiss(noticeId) {
      store.setState((state) => ({ notices: state.notices.filter((one) => one.id !== noticeId) }));
    },
  };
  return { store, actions };
}

function readSelected(storage: TextStorage): string | null {
  try {
    return storage.getItem(SELECTED_KEY) || null;
  } catch {
    return null; // storage blocked
  }
}

function writeSelected(storage: TextStorage, documentId: string | null): void {
  try {
    storage.setItem(SELECTED_KEY, documentId ?? "");
  } catch {
    // storage blocked: the first document is selected next time
  }
}
