// The app's store and its actions over an EngineApi. It takes the API, the conversation shelf and the
// browser's services as arguments, so tests pass small fakes.
import { createStore, type StoreApi } from "zustand/vanilla";
import type {
  DeviceChoice,
  DocumentSummary,
  EngineApi,
  EngineErrorData,
  Section,
} from "../../workers/protocol.ts";
import { type TabLocks, toErrorData } from "../client/index.ts";
import type { AppUpdate, OfflineApp } from "../client/offline.ts";
import type { AppActions } from "./app-actions.ts";
import { initialState, NO_PASTE, type AppState } from "./app-state.ts";
import { awaitModel } from "./await-model.ts";
import { collectionActions, COLLECTIONS_KEY, readCollections } from "./collections.ts";
import { conversationActions } from "./conversation-actions.ts";
import type { ConversationShelf } from "./conversation-shelf.ts";
import { deletionActions } from "./deletion-actions.ts";
import { engineChoices } from "./engine-choices.ts";
import type { FailureKind } from "./failures.ts";
import { headActions } from "./head-actions.ts";
import { importActions, type Extract } from "./import-actions.ts";
import { openMessages } from "./messages.ts";
import { modelActions } from "./model-actions.ts";
import { mirrorEvents } from "./mirror-events.ts";
import { watchOverviews } from "./overviews.ts";
import { pageNotes } from "./page-notes.ts";
import { questionActions } from "./question-actions.ts";
import { estimateReading } from "./reading-estimate.ts";
import { sameDocument } from "./same-document.ts";
import { DOCUMENT_FILE, transferActions } from "./transfer-actions.ts";
import { serverActions } from "./server-actions.ts";
import { markWaiting } from "./waiting-elsewhere.ts";
import { readSettings, type Settings, writeSettings, type TextStorage } from "./settings.ts";

/** What the page lends to the store. */
export interface PageServices {
  readonly shelf: ConversationShelf;
  readonly locks: TabLocks;
  readonly storage: TextStorage;
  /** Told the key of what another tab has changed in `storage`. */
  readonly onStored: (listener: (key: string) => void) => void;
  /** Asks the browser to protect the library from eviction. */
  readonly requestPersistence: () => Promise<boolean>;
  readonly fetchText: (address: string) => Promise<string>;
  /** What lies at an address of the web, as a file. */
  readonly fetchFile: (address: string) => Promise<File>;
  readonly extract: Extract;
  /** Stores the app for use without network; tells when there is a new version of it. */
  readonly keepOffline: (onUpdate: (update: AppUpdate) => void) => OfflineApp | undefined;
  /** Gives the user a file to keep. */
  readonly saveFile: (file: Blob, name: string) => void;
  /** Address of a document file that the page was opened with. */
  readonly documentAddress: string | null;
  readonly modelId: string;
  /** For this visit, before what the settings say. */
  readonly device: DeviceChoice | null;
}

export interface App {
  readonly store: StoreApi<AppState>;
  readonly actions: AppActions;
}

/** Readings that take longer are begun only after a word of the user. */
const LONG_READING_SECONDS = 600;
export const SAMPLE_BOOK = {
  title: "Treasure Island, by Robert Louis Stevenson",
  address: "sample/treasure-island.txt",
};

export function createAppStore(api: EngineApi, services: PageServices): App {
  const notes = pageNotes(services.storage);
  const store = createStore<AppState>(() => ({
    ...initialState(readSettings(services.storage), notes.selected()),
    collections: readCollections(services.storage),
  }));
  const now = () => Date.now();
  const messages = openMessages(store);
  let nextNotice = 1;
  let offline: OfflineApp | undefined;
  // An added document is selected by its id, which may arrive before the list that has it.
  let awaitedId: string | null = null;
  // As the engine told them, those included whose deletion is not final.
  let listed: readonly DocumentSummary[] = [];
  let answerOffer: ((accepted: boolean) => void) | undefined;

  /** Runs an action; its failure becomes a notice instead of an unhandled rejection. */
  async function attempt(
    kind: FailureKind,
    name: string,
    action: () => Promise<void>,
  ): Promise<void> {
    try {
      await action();
    } catch (thrown) {
      const error = toErrorData(thrown);
      if (error.code !== "cancelled") report(kind, name, error); // else the user's own wish
    }
  }

  function report(kind: FailureKind, name: string, error: EngineErrorData): void {
    const notice = { id: nextNotice++, what: { kind, name }, error };
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

  const choices = engineChoices(api, store, attempt);

  function changeSettings(change: Partial<Settings>): void {
    const settings = { ...store.getState().settings, ...change };
    store.setState({ settings });
    writeSettings(services.storage, settings);
    choices.tell(change);
  }

  function select(documentId: string | null): void {
    notes.keepSelected(documentId);
    store.setState({ selectedId: documentId, ...(documentId ? {} : { text: { status: "none" } }) });
    if (!documentId) return;
    void openText(documentId);
    void conversations.actions.openConversation();
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
  const talk = { shelf: services.shelf, locks: services.locks, notes, now };
  const conversations = conversationActions(store, talk, messages);
  const servers = serverActions(api, store, changeSettings, () => models.actions.loadModel());
  const questions = questionActions(
    api,
    store,
    talk,
    conversations,
    models.chosenId,
    servers.gate,
    select,
  );
  const collections = collectionActions(store, services.storage, messages, askTogether);
  const deletions = deletionActions(
    api,
    store,
    notes,
    messages,
    attempt,
    listAgain,
    async (id) => {
      await conversations.actions.forgetConversations(id);
      await refreshStorage();
    },
    now,
  );

  function askTogether(documentIds: readonly string[]): void {
    store.setState({ together: [...documentIds], highlight: null });
    void conversations.actions.openConversation();
  }

  const marked = (list: readonly DocumentSummary[]) =>
    markWaiting(list, (id) => notes.isPaused(id));

  function listAgain(): void {
    const event = { type: "documents", documents: marked(listed) } as const;
    store.setState(mirrorEvents(store.getState(), [event]), true);
    settleSelection();
  }

  /** Selects a document that was just stored. */
  function show(documentId: string): void {
    awaitedId = documentId;
    deletions.takeBack(documentId);
    select(documentId);
    void services.requestPersistence().then(refreshStorage);
  }

  const imports = importActions(store, services.extract, attempt, report, add);
  const transfers = transferActions(
    api,
    store,
    services.saveFile,
    attempt,
    show,
    (title) => messages.tell("already-here", title),
    { fetch: services.fetchFile, add: (files) => imports.addFiles(files) },
  );

  async function add(
    title: string,
    text: string | Blob,
    sections: readonly Section[] = [],
  ): Promise<void> {
    await awaitModel(store, title);
    const { documents } = store.getState();
    const same = await sameDocument(text, documents, (id) => api.documentText(id));
    if (same) {
      select(same.id);
      messages.tell("already-here", same.title);
      return;
    }
    const size = typeof text === "string" ? text.length : text.size;
    if (await mayRead(title, size)) show(await api.addDocument(title, text, sections));
  }

  /** Asks the user before a reading that takes very long or has no room. Without a model there is none yet. */
  async function mayRead(title: string, characters: number): Promise<boolean> {
    await refreshStorage();
    const { model, documents, readingRate, storage } = store.getState();
    if (model.phase === "idle" || model.phase === "failed") return true;
    const estimate = estimateReading(characters, model, documents, readingRate);
    const freeBytes =
      storage && storage.quotaBytes > 0 ? storage.quotaBytes - storage.usedBytes : null;
    const isLong = (estimate.seconds ?? 0) > LONG_READING_SECONDS;
    const isLarge = freeBytes !== null && (estimate.bytes ?? 0) > freeBytes;
    if (!isLong && !isLarge) return true;
    store.setState({ readingOffer: { title, estimate, freeBytes } });
    const accepted = await new Promise<boolean>((resolve) => (answerOffer = resolve));
    answerOffer = undefined;
    store.setState({ readingOffer: null });
    return accepted;
  }

  async function addText(title: string, text: string | Blob): Promise<void> {
    store.setState({ adding: true });
    await attempt("add", title, () => add(title, text));
    store.setState({ adding: false });
  }

  /** The engine reads every unfinished document when a model is loaded; those paused by the user stay so. */
  function holdPaused(documents: readonly DocumentSummary[]): void {
    for (const { id, state } of documents) {
      if (state !== "queued" && state !== "ingesting") continue;
      if (notes.isPaused(id)) void api.pauseDocument(id).catch(() => {}); // deleted meanwhile
    }
  }

  function noteRate(): void {
    const { model, progress } = store.getState();
    if (model.phase !== "ready") return;
    const measured = Object.values(progress).at(-1)?.tokensPerSecond ?? 0;
    const rate = measured > 0 ? measured : notes.readingRate(model.model.name);
    if (measured > 0) notes.keepReadingRate(model.model.name, measured);
    if (rate !== store.getState().readingRate) store.setState({ readingRate: rate });
  }

  const actions: AppActions = {
    ...collections,
    ...conversations.actions,
    ...deletions.actions,
    ...messages.actions,
    ...models.actions,
    ...questions,
    ...servers.actions,
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
      deletions.start();
      services.onStored((key) => {
        if (key === COLLECTIONS_KEY) collections.refreshCollections();
        if (!notes.isPausedKey(key)) return;
        holdPaused(listed); // another tab may pause what waits here
        listAgain();
      });
      await api.events((events) => {
        noteRate();
        const told = events.map((event) =>
          event.type === "documents" ? { ...event, documents: marked(event.documents) } : event,
        );
        store.setState(mirrorEvents(store.getState(), told), true);
        const list = events.findLast((event) => event.type === "documents");
        if (!list) return;
        listed = list.documents;
        holdPaused(listed);
        if (store.getState().collectionId !== null) collections.refreshCollections();
        settleSelection();
        noteRate();
        void refreshStorage();
      });
      watchOverviews(api, store);
      const { documentAddress } = services;
      if (documentAddress !== null) void transfers.offerDocument(documentAddress);
      await choices.tellAll(services.device ?? store.getState().settings.device);
      await servers.loadFirstModel();
      // After the model: what the first visit waits for comes first.
      offline = services.keepOffline((appUpdate) => store.setState({ appUpdate }));
    },
    updateApp: () => offline?.update(),
    addText,
    async addSampleBook() {
      store.setState({ adding: true });
      await attempt("add-sample", "", async () => {
        await addText(SAMPLE_BOOK.title, await services.fetchText(SAMPLE_BOOK.address));
      });
      store.setState({ adding: false });
    },
    async addWebPage(address) {
      await imports.addFiles([await services.fetchFile(address)]);
    },
    paste(change) {
      const paste = { ...store.getState().paste, ...change };
      const isEmpty = paste.title === "" && paste.text === "";
      store.setState({ paste: isEmpty && !paste.isOpen ? NO_PASTE : paste });
    },
    answerReadingOffer: (accepted) => answerOffer?.(accepted),
    select,
    askTogether,
    placeOf: (id) => notes.place(id),
    keepPlace: (id, offset) => notes.keepPlace(id, offset),
    readText: (id) => api.documentText(id),
    pause(id) {
      notes.keepPaused(id, true);
      listAgain();
      return attempt("pause", "", () => api.pauseDocument(id));
    },
    resume(id) {
      notes.keepPaused(id, false);
      return attempt("resume", "", () => api.resumeDocument(id));
    },
    readAgain(id) {
      notes.keepPaused(id, false);
      return attempt("read-again", "", () => api.rebuildDocument(id));
    },
    rename: (id, title) => attempt("rename", "", () => api.renameDocument(id, title)),
    makeRoom(documentId) {
      store.setState({ shortOfSpace: documentId });
    },
    async freeSpace(documentIds) {
      const { shortOfSpace } = store.getState();
      store.setState({ shortOfSpace: null });
      for (const id of documentIds) await actions.removeNow(id);
      if (shortOfSpace !== null) await actions.resume(shortOfSpace);
    },
    declineSpace() {
      store.setState({ shortOfSpace: null });
    },
    async protectStorage() {
      if (!(await services.requestPersistence())) messages.tell("persistence-refused", "");
      await refreshStorage();
    },
    refreshStorage,
    changeSettings,
    saveFile: services.saveFile,
    benchmark: api.benchmark,
    dismiss(noticeId) {
      store.setState((state) => ({ notices: state.notices.filter((one) => one.id !== noticeId) }));
    },
  };
  return { store, actions };
}
