// The engine as its host sees it: one device, one model, many documents. Task-level verbs, events for
// everything that changes. The host gives GPU, storage and model files; nothing here knows a browser.
// Not here: the model itself (model-slot.ts).
// Work on the GPU is serialised: reading yields to questions between chunks.

import type {
  Answer,
  AskRequest,
  DocumentFileSummary,
  EngineEvent,
  GeneratedText,
  GenerateRequest,
  ImportedDocument,
  IngestProgress,
  MemoryLedger,
  ModelSummary,
  ServerChoice,
} from "./api.ts";
import { QuestionDesk } from "./ask/question-desk.ts";
import { SessionCache } from "./ask/session-cache.ts";
import type { EngineName } from "./attention/engine-names.ts";
import { changesList, type DocumentChanges, DocumentList } from "./host/document-list.ts";
import { EngineError } from "./errors.ts";
import { tokenized } from "./ingest/tokenized.ts";
import { ReadingQueue } from "./ingest/reading-queue.ts";
import type { DeviceChoice } from "./host/device-choice.ts";
import { RunningJobs } from "./host/running-jobs.ts";
import type { LentModel } from "./host/model-loans.ts";
import { type ModelHost, ModelSlot } from "./host/model-slot.ts";
import type { Fetch } from "./model-server/server-connection.ts";
import { OverviewDesk } from "./overview/overview-desk.ts";
import type { DocumentOverview } from "./overview/types.ts";
import { cleanDocument, type Section } from "./sections.ts";
import { requireUndamaged } from "./store/document-state.ts";
import { compareFingerprint } from "./store/fingerprint.ts";
import { isTextAlone, TEXT_ALONE } from "./store/text-alone.ts";
import type { DocumentRepository } from "./store/repository.ts";
import { TokenCounter } from "./transformer/token-counter.ts";
import {
  type DocumentFile,
  DocumentTransfers,
  type WriteChunk,
} from "./transfer/document-transfers.ts";
import { Turnstile } from "./host/turnstile.ts";

export interface EngineHost extends ModelHost {
  readonly repository: DocumentRepository;
  /** Word from and to the engines of other tabs. */
  readonly changes?: DocumentChanges;
  /** For model servers that a caller names; without it they are refused. */
  readonly fetch?: Fetch;
}

export class Engine {
  readonly #host: EngineHost;
  readonly #emit: (event: EngineEvent) => void;
  readonly #counter = new TokenCounter();
  readonly #turnstile = new Turnstile();
  readonly #jobs = new RunningJobs();
  readonly #readings: ReadingQueue;
  readonly #sessions = new SessionCache();
  readonly #slot: ModelSlot;
  readonly #list: DocumentList;
  readonly #transfers: DocumentTransfers;
  readonly #questions: QuestionDesk;
  readonly #overviews: OverviewDesk;
  /** Added while a model was loading, which reads them as soon as it is there. */
  readonly #awaitModel = new Set<string>();

  constructor(host: EngineHost, emit: (event: EngineEvent) => void) {
    this.#host = host;
    this.#emit = emit;
    const users = { release: () => this.#release(), begin: () => this.#begin() };
    this.#slot = new ModelSlot(host, users, this.#turnstile, this.#counter, emit);
    this.#transfers = new DocumentTransfers(
      host.repository,
      () => host.now(),
      emit,
      () => this.#slot.ready?.binding,
    );
    this.#readings = new ReadingQueue(
      () => this.#readingParts(),
      async () => {
        await this.#list.announce();
        this.#announceLedger();
      },
    );
    this.#list = new DocumentList({
      repository: host.repository,
      changes: host.changes,
      readings: this.#readings,
      sessions: this.#sessions,
      turnstile: this.#turnstile,
      binding: () => this.#slot.ready?.binding,
      emit,
    });
    const shared = {
      repository: host.repository,
      turnstile: this.#turnstile,
      now: () => host.now(),
      emit,
    };
    this.#questions = new QuestionDesk({
      ...shared,
      sessions: this.#sessions,
      jobs: this.#jobs,
      require: () => this.#slot.require(),
      ready: () => this.#slot.ready,
      prove: (id) => this.#transfers.prove(id),
      fetch: host,
      onAnswer: () => this.#announceLedger(),
    });
    this.#overviews = new OverviewDesk({
      ...shared,
      model: () => this.#slot.ready,
      open: (id, model) =>
        this.#questions.open({ documentIds: [id], answerMode: "recalled" }, model),
      isBusy: () => !this.#jobs.isIdle || !this.#readings.isIdle || this.#slot.isLent,
    });
  }

  /** Document tokens that entered the transformer since the start; for tests and statistics. */
  get documentTokensComputed(): number {
    return this.#counter.documentTokens;
  }

  async announce(): Promise<void> {
    this.#slot.announce();
    await this.#list.announce();
    this.#announceLedger();
  }

  loadModel(id: string): Promise<ModelSummary> {
    return this.#slot.load(id);
  }

  /** Lets go of the loaded model. Texts can be added and put to a model server all the same. */
  async unloadModel(): Promise<void> {
    this.#awaitModel.clear();
    await this.#slot.unload();
    await this.#list.announce();
    this.#announceLedger();
  }

  get device(): DeviceChoice {
    return this.#slot.device;
  }

  chooseDevice(choice: DeviceChoice): Promise<void> {
    return this.#slot.chooseDevice(choice);
  }

  chooseAdapter(isOn: boolean): Promise<void> {
    return this.#slot.chooseAdapter(isOn);
  }

  /**
   * The attention that documents are read and asked with: an engine, and whether the heads of the model that copy vote
   * by their weights. Documents of another choice become stale: they wait for their own, or are read again.
   */
  chooseEngine(name: EngineName, byMeasuredHeads = false): Promise<void> {
    return this.#slot.choose(name, byMeasuredHeads);
  }

  /** Measures which heads of the loaded model copy; progress arrives as events, `cancel` ends it. */
  measureHeads(jobId: string): Promise<void> {
    return this.#jobs.run(jobId, (signal) => this.#slot.measureHeads(jobId, signal));
  }

  /**
   * `sections` are its pages or chapters; evidence names the one it stands in. `owner` adds it for itself,
   * not for the person's library. Without a model text and words are stored: `unread`.
   */
  async addDocument(
    title: string,
    text: string,
    sections: readonly Section[] = [],
    owner?: string,
  ): Promise<string> {
    const clean = cleanDocument(title, text, sections);
    if (clean.text.length === 0) {
      throw new EngineError("no-text", `"${title}" has no text. Choose another file.`);
    }
    const { ready } = this.#slot;
    const docId = await this.#host.repository.create({
      title,
      ...clean,
      ...(ready ? await tokenized(ready, clean.text) : TEXT_ALONE),
      ...(owner === undefined ? {} : { owner }),
    });
    if (ready) {
      this.#readings.add(docId);
      this.#measureMissingHeads();
    } else if (this.#slot.isLoading) this.#awaitModel.add(docId);
    await this.#list.announce();
    return docId;
  }

  async pauseDocument(documentId: string): Promise<void> {
    await this.#readings.pause(documentId);
    await this.#list.announce();
  }

  async resumeDocument(documentId: string): Promise<void> {
    const opened = await this.#host.repository.open(documentId);
    requireUndamaged(opened);
    if (opened.state === "complete") return;
    if (isTextAlone(opened.manifest.fingerprint)) return this.rebuildDocument(documentId);
    this.#readings.add(documentId);
    await this.#list.announce();
  }

  /** Drops the index of a document and reads its text again with the present model. */
  async rebuildDocument(documentId: string): Promise<void> {
    const model = this.#slot.require();
    await this.#letGo(documentId);
    const text = await this.#orTell(() => this.#host.repository.text(documentId));
    await this.#host.repository.rebuild(documentId, await tokenized(model, text));
    this.#readings.add(documentId);
    await this.#list.announce();
  }

  async renameDocument(documentId: string, title: string): Promise<void> {
    await this.#host.repository.rename(documentId, title);
    await this.#list.announce();
  }

  async deleteDocument(documentId: string): Promise<void> {
    await this.#letGo(documentId);
    await this.#host.repository.delete(documentId);
    await this.#list.announce();
    this.#announceLedger();
  }

  documentText(documentId: string): Promise<string> {
    return this.#orTell(() => this.#host.repository.text(documentId));
  }

  documentSections(documentId: string): Promise<readonly Section[]> {
    return this.#host.repository.sections(documentId);
  }

  /** Hands a finished document to `write` as a file, piece by piece; `cancel` ends it. */
  exportDocument(jobId: string, documentId: string, write: WriteChunk): Promise<void> {
    return this.#jobs.run(jobId, (signal) =>
      this.#transfers.export(jobId, documentId, write, signal),
    );
  }

  /** What a document file holds, from its beginning; `cancel` ends it. */
  inspectDocumentFile(jobId: string, file: DocumentFile): Promise<DocumentFileSummary> {
    return this.#jobs.run(jobId, (signal) => this.#transfers.inspect(file, signal));
  }

  /** Takes a document file in; one that is in the library already is found instead. Needs no model. */
  async importDocument(
    jobId: string,
    file: DocumentFile,
    owner?: string,
  ): Promise<ImportedDocument> {
    const imported = await this.#jobs.run(jobId, (signal) =>
      this.#transfers.import(jobId, file, signal, owner),
    );
    await this.#list.announce();
    return imported;
  }

  ask(request: AskRequest): Promise<Answer> {
    this.#measureMissingHeads(); // of documents that were not read here
    return this.#orTell(() => this.#questions.ask(request));
  }

  /** The models of a server; nothing of any document is sent. */
  listServerModels(server: Pick<ServerChoice, "address" | "key">) {
    return this.#questions.listServerModels(server);
  }

  /** Plain completion; no document takes part. */
  generate(request: GenerateRequest): Promise<GeneratedText> {
    return this.#questions.generate(request);
  }

  /** What was made of it before anybody asked; null where nothing was. */
  async documentOverview(documentId: string): Promise<DocumentOverview | null> {
    return (await this.#host.repository.overview(documentId)) ?? null;
  }

  /** The one document whose overview is to be made in idle time; null: none. It arrives as an event. */
  wishOverview(documentId: string | null): void {
    this.#overviews.wish(documentId ?? undefined);
  }

  /** Damage that shows in the task shows in the list at once. */
  async #orTell<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      if (changesList(error)) await this.#list.announce();
      throw error;
    }
  }

  /** For work that is neither a document nor a question; it shares the GPU through the turnstile. */
  lendModel<T>(task: (lent: LentModel) => Promise<T>): Promise<T> {
    return this.#slot.lend(task);
  }

  cancel(jobId: string): void {
    this.#jobs.cancel(jobId);
  }

  ledger(): MemoryLedger {
    const others = this.#sessions.ramBytes + this.#readings.indexRamBytes;
    const ramCacheBytes = this.#host.repository.cache.counts.bytes + others;
    return { gpu: this.#slot.gpuBytes, ramCacheBytes, diskBytes: this.#list.diskBytes };
  }

  /**
   * Beside the first reading or question with a model, once per visit. Until it is done, and when it fails,
   * questions are compared with the keys of all heads.
   */
  #measureMissingHeads(): void {
    if (!this.#slot.lacksHeadWeights) return;
    void this.measureHeads("missing heads").catch(() => undefined);
  }

  /** Ends readings and the session: the model is about to change. */
  async #release(): Promise<void> {
    await this.#readings.stop();
    await this.#turnstile.run("question", () => this.#sessions.drop());
  }

  /** A model is there: a reading that a reload interrupted goes on by itself. */
  async #begin(): Promise<void> {
    const { binding } = this.#slot.require();
    for (const info of await this.#host.repository.list()) {
      const stale = compareFingerprint(info.fingerprint, binding.fingerprint).length > 0;
      if (info.state !== "ingesting" || stale) continue;
      if (await this.#host.repository.isHeldElsewhere(info.docId)) continue;
      this.#readings.add(info.docId);
    }
    await this.#list.announce();
    this.#announceLedger();
    void this.#readAwaiting();
  }

  async #readAwaiting(): Promise<void> {
    for (const documentId of this.#awaitModel) {
      this.#awaitModel.delete(documentId);
      await this.rebuildDocument(documentId).catch(() => undefined); // it stays unread, or was deleted
    }
  }

  #readingParts() {
    const { ready } = this.#slot;
    if (!ready) return undefined;
    return {
      model: ready,
      repository: this.#host.repository,
      turnstile: this.#turnstile,
      now: () => this.#host.now(),
      onCommit: () => void this.#list.announce(),
      onProgress: (progress: IngestProgress) => {
        this.#emit({ type: "ingest", progress });
        this.#announceLedger();
      },
    };
  }

  /** Ends reading and questions of a document, so that its records may change. */
  async #letGo(documentId: string): Promise<void> {
    await this.pauseDocument(documentId);
    await this.#turnstile.run("question", async () => {
      if (this.#sessions.isOpen(documentId)) await this.#sessions.drop();
    });
  }

  #announceLedger(): void {
    this.#emit({ type: "ledger", ledger: this.ledger() });
  }
}
