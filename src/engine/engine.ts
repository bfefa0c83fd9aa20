// The engine as its host sees it: one device, one model, many documents. Task-level verbs, events for
// everything that changes. The host gives GPU, storage and model files; nothing here knows a browser.
// Work on the GPU is serialised: reading yields to questions between chunks.

import type { KernelRuntime } from "../../kernels/index.ts";
import type {
  Answer,
  AskRequest,
  DocumentFileSummary,
  EngineErrorData,
  EngineEvent,
  GeneratedText,
  GenerateRequest,
  ImportedDocument,
  IngestProgress,
  MemoryLedger,
  ModelState,
  ModelSummary,
} from "./api.ts";
import { answerQuestion } from "./ask/answer.ts";
import { completeText } from "./ask/completion.ts";
import { SessionCache } from "./ask/session-cache.ts";
import type { EngineName } from "./ask/streams.ts";
import { bindDocuments, type DocumentBinding } from "./document-binding.ts";
import { type DocumentChanges, DocumentList } from "./document-list.ts";
import { EngineError } from "./errors.ts";
import { openDevice } from "./gpu-device.ts";
import { ReadingQueue } from "./ingest/reading-queue.ts";
import { Jobs } from "./jobs.ts";
import { describeModel, type LoadedModel, loadModel } from "./loaded-model.ts";
import type { ByteSource } from "./model/byte-source.ts";
import { type LentModel, ModelLoans } from "./model-loans.ts";
import { nameError } from "./name-error.ts";
import { cleanDocument, type Section } from "./sections.ts";
import { compareFingerprint } from "./store/fingerprint.ts";
import type { DocumentRepository } from "./store/repository.ts";
import { TokenCounter } from "./token-counter.ts";
import {
  type DocumentFile,
  DocumentTransfers,
  type WriteChunk,
} from "./transfer/document-transfers.ts";
import { Turnstile } from "./turnstile.ts";

export interface EngineHost {
  readonly gpu: GPU | undefined;
  readonly repository: DocumentRepository;
  /** Files of a model by id; throws `not-found`. `progress` counts downloaded bytes. */
  modelSources(
    id: string,
    progress: (loadedBytes: number, totalBytes: number) => void,
  ): Promise<readonly ByteSource[]>;
  now(): number; // ms
  /** Word from and to the engines of other tabs. */
  readonly changes?: DocumentChanges;
}

interface Ready {
  readonly runtime: KernelRuntime;
  readonly loaded: LoadedModel;
  readonly binding: DocumentBinding;
}

export class Engine {
  readonly #host: EngineHost;
  readonly #emit: (event: EngineEvent) => void;
  readonly #counter = new TokenCounter();
  readonly #turnstile = new Turnstile();
  readonly #jobs = new Jobs();
  readonly #readings: ReadingQueue;
  readonly #sessions = new SessionCache();
  readonly #loans = new ModelLoans();
  readonly #list: DocumentList;
  readonly #transfers: DocumentTransfers;
  #model: ModelState = { phase: "idle" };
  #engineName: EngineName = "ltri";
  #loading: { id: string; done: Promise<ModelSummary> } | undefined;
  #ready: Ready | undefined;

  constructor(host: EngineHost, emit: (event: EngineEvent) => void) {
    this.#host = host;
    this.#emit = emit;
    this.#transfers = new DocumentTransfers(host.repository, () => host.now(), emit);
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
      fingerprint: () => this.#ready?.binding.fingerprint,
      emit,
    });
  }

  /** Document tokens that entered the transformer since the start; for tests and statistics. */
  get documentTokensComputed(): number {
    return this.#counter.documentTokens;
  }

  /** Sends the present state as events. */
  async announce(): Promise<void> {
    this.#emit({ type: "model", state: this.#model });
    await this.#list.announce();
    this.#announceLedger();
  }

  loadModel(id: string): Promise<ModelSummary> {
    if (this.#loading?.id === id && this.#model.phase !== "failed") return this.#loading.done;
    const previous = this.#loading?.done.catch(() => undefined);
    const done = (previous ?? Promise.resolve()).then(() => this.#load(id));
    this.#loading = { id, done };
    return done;
  }

  /**
   * The attention engine that documents are read and asked with. Documents of another one become
   * stale: they wait for their own engine, or are read again.
   */
  async chooseEngine(name: EngineName): Promise<void> {
    if (name === this.#engineName) return;
    this.#engineName = name;
    const ready = this.#ready;
    if (!ready) return;
    await this.#readings.stop();
    await this.#turnstile.run("question", () => this.#sessions.drop());
    if (this.#ready !== ready) return; // another model was loaded meanwhile, with this engine
    this.#ready = { ...ready, binding: bindDocuments(ready.loaded, name, {}) };
    await this.#resumeInterrupted();
    await this.#list.announce();
  }

  /** `sections` are its pages or chapters; evidence names the one it stands in. */
  async addDocument(
    title: string,
    text: string,
    sections: readonly Section[] = [],
  ): Promise<string> {
    const { binding, loaded } = this.#requireReady();
    const clean = cleanDocument(title, text, sections);
    if (clean.text.length === 0) {
      throw new EngineError("format-invalid", `"${title}" has no text. Choose another file.`);
    }
    const { ids, starts } = await this.#tokenize(binding, clean.text);
    const docId = await this.#host.repository.create({
      title,
      ...clean,
      tokenIds: ids,
      tokenStarts: starts,
      fingerprint: binding.fingerprint,
      geometry: binding.geometry,
      modelName: loaded.model.config.name,
    });
    this.#readings.add(docId);
    await this.#list.announce();
    return docId;
  }

  async pauseDocument(documentId: string): Promise<void> {
    await this.#readings.pause(documentId);
    await this.#list.announce();
  }

  async resumeDocument(documentId: string): Promise<void> {
    const { state, manifest } = await this.#host.repository.open(documentId);
    if (state === "damaged") {
      throw new EngineError("index-damaged", manifest.damage ?? "The document is damaged.");
    }
    if (state === "complete") return;
    this.#readings.add(documentId);
    await this.#list.announce();
  }

  /** Drops the index of a document and reads its text again with the present model. */
  async rebuildDocument(documentId: string): Promise<void> {
    const { binding, loaded } = this.#requireReady();
    await this.#letGo(documentId);
    const reader = await this.#host.repository.openReader(documentId);
    const text = await reader.text().finally(() => reader.close());
    const { ids, starts } = await this.#tokenize(binding, text);
    await this.#host.repository.rebuild(documentId, {
      tokenIds: ids,
      tokenStarts: starts,
      fingerprint: binding.fingerprint,
      geometry: binding.geometry,
      modelName: loaded.model.config.name,
    });
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

  async documentText(documentId: string): Promise<string> {
    const reader = await this.#host.repository.openReader(documentId);
    return reader.text().finally(() => reader.close());
  }

  async documentSections(documentId: string): Promise<readonly Section[]> {
    const reader = await this.#host.repository.openReader(documentId);
    return reader.sections().finally(() => reader.close());
  }

  /** Hands a finished document to `write` as a file, piece by piece; `cancel` ends it. */
  exportDocument(jobId: string, documentId: string, write: WriteChunk): Promise<void> {
    return this.#jobs.run(jobId, (signal) =>
      this.#transfers.export(jobId, documentId, write, signal),
    );
  }

  /** What a document file holds, from its beginning. */
  async inspectDocumentFile(file: DocumentFile): Promise<DocumentFileSummary> {
    return this.#transfers.inspect(file).catch((error: unknown) => {
      throw nameError(error);
    });
  }

  /** Takes a document file in; one that is in the library already is found instead. Needs no model. */
  async importDocument(jobId: string, file: DocumentFile): Promise<ImportedDocument> {
    const imported = await this.#jobs.run(jobId, (signal) =>
      this.#transfers.import(jobId, file, signal),
    );
    await this.#list.announce();
    return imported;
  }

  ask(request: AskRequest): Promise<Answer> {
    const { jobId, temperature, topK, topP, seed } = request;
    return this.#jobs.run(jobId, (signal) =>
      this.#turnstile.run("question", async () => {
        const ready = this.#requireReady();
        const parts = { ...ready, repository: this.#host.repository, counter: this.#counter };
        const cached = await this.#sessions.get(request.documentIds, parts);
        const { session } = cached.open;
        const answer = await answerQuestion(
          session,
          ready.binding,
          this.#counter,
          cached.documents,
          {
            ...request,
            sampling: { temperature, topK, topP, seed },
            signal,
            onText: (text) => this.#emit({ type: "token", jobId, text }),
            now: () => this.#host.now(),
          },
        );
        this.#announceLedger();
        return answer;
      }),
    );
  }

  /** Plain completion; no document takes part. */
  generate(request: GenerateRequest): Promise<GeneratedText> {
    const { jobId, temperature, topK, topP, seed } = request;
    return this.#jobs.run(jobId, (signal) =>
      this.#turnstile.run("question", () => {
        const { runtime, loaded, binding } = this.#requireReady();
        return completeText(runtime, loaded, binding.parameters, this.#counter, {
          ...request,
          sampling: { temperature, topK, topP, seed },
          signal,
          onPiece: (piece) => this.#emit({ type: "pieces", jobId, pieces: [piece] }),
          now: () => this.#host.now(),
        });
      }),
    );
  }

  /** For work that is neither a document nor a question; it shares the GPU through the turnstile. */
  lendModel<T>(task: (lent: LentModel) => Promise<T>): Promise<T> {
    const { runtime, loaded } = this.#requireReady();
    if (this.#model.phase !== "ready")
      throw new EngineError("not-found", "No model is loaded yet.");
    const { device } = this.#model;
    return this.#loans.lend({ runtime, loaded, turnstile: this.#turnstile, device }, task);
  }

  cancel(jobId: string): void {
    this.#jobs.cancel(jobId);
  }

  ledger(): MemoryLedger {
    const gpu = this.#ready?.runtime.ledger() ?? NO_GPU_BYTES;
    const vectors = this.#sessions.indexRamBytes + this.#readings.indexRamBytes;
    const ramCacheBytes = this.#host.repository.cache.counts.bytes + vectors;
    return { gpu, ramCacheBytes, diskBytes: this.#list.diskBytes };
  }

  async #load(id: string): Promise<ModelSummary> {
    try {
      await this.#unload();
      const started = this.#host.now();
      const stage = (name: "download" | "weights" | "shaders", done: number, total: number) => {
        const seconds = Math.max(0.001, (this.#host.now() - started) / 1000);
        this.#setModel({
          phase: "loading",
          stage: name,
          loadedBytes: done,
          totalBytes: total,
          bytesPerSecond: done / seconds,
        });
      };
      stage("download", 0, 0);
      const { runtime, report, lost } = await openDevice(this.#host.gpu);
      void lost.then(({ destroyed, message }) => {
        if (!destroyed) this.#deviceLost(message);
      });
      const sources = await this.#host.modelSources(id, (done, total) =>
        stage("download", done, total),
      );
      const loaded = await loadModel(runtime, id, sources, (done, total) =>
        // Shaders compile beside the upload; what is left afterwards is their time.
        stage(done < total ? "weights" : "shaders", done, total),
      );
      const binding = bindDocuments(loaded, this.#engineName, {});
      this.#ready = { runtime, loaded, binding };
      const model = describeModel(loaded);
      this.#setModel({ phase: "ready", model, device: report });
      await this.#resumeInterrupted();
      await this.#list.announce();
      this.#announceLedger();
      return model;
    } catch (error) {
      const named = nameError(error);
      this.#setModel({ phase: "failed", error: { code: named.code, message: named.message } });
      throw named;
    }
  }

  /** A reload in the middle of a reading goes on by itself. */
  async #resumeInterrupted(): Promise<void> {
    const { binding } = this.#requireReady();
    for (const info of await this.#host.repository.list()) {
      const stale = compareFingerprint(info.fingerprint, binding.fingerprint).length > 0;
      if (info.state !== "ingesting" || stale) continue;
      if (await this.#host.repository.isHeldElsewhere(info.docId)) continue;
      this.#readings.add(info.docId);
    }
  }

  async #unload(): Promise<void> {
    await this.#readings.stop();
    await this.#loans.recallAll();
    await this.#sessions.drop();
    const ready = this.#ready;
    this.#ready = undefined;
    if (!ready) return;
    ready.runtime.dispose();
    ready.runtime.device.destroy();
  }

  #readingParts() {
    if (!this.#ready) return undefined;
    return {
      ...this.#ready,
      repository: this.#host.repository,
      counter: this.#counter,
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

  async #tokenize(binding: DocumentBinding, text: string) {
    const steps = binding.tokenizer.encodeSteps(text);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      // A book takes a second: let questions and events through in between.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  #announceLedger(): void {
    this.#emit({ type: "ledger", ledger: this.ledger() });
  }

  #setModel(state: ModelState): void {
    this.#model = state;
    this.#emit({ type: "model", state });
  }

  #deviceLost(message: string): void {
    const error: EngineErrorData = {
      code: "device-lost",
      message: `The graphics device was lost (${message || "no reason given"}). Everything stored is safe; the engine starts again.`,
    };
    this.#setModel({ phase: "failed", error });
    this.#emit({ type: "device-lost", error });
  }

  #requireReady(): Ready {
    if (!this.#ready) throw new EngineError("not-found", "No model is loaded yet.");
    return this.#ready;
  }
}

const NO_GPU_BYTES = { weights: 0, "kv-pool": 0, activations: 0, index: 0, staging: 0 };
