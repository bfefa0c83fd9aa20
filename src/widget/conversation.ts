// From the widget's settings to answers: opens the text, loads the model, reads the text or finds it
// read already, asks. Holds no elements.
import {
  type Answer,
  type DeviceChoice,
  type EngineErrorData,
  type EngineFiles,
  type EngineName,
  type IngestProgress,
  InkspanError,
  type ModelState,
  type ServerChoice,
  toErrorData,
} from "../library/index.ts";
import { findDocument, replaceDocument } from "./known-document.ts";
import { isDeviceChoice, isEngineName } from "../../workers/protocol.ts";
import { borrowEngine, type BorrowedEngine } from "./shared-engine.ts";
import { openSource, type Source, type SourceChoice } from "./source/source.ts";

export interface ConversationSettings {
  readonly choice: SourceChoice;
  /** Where the selector is looked up first. */
  readonly root: ParentNode;
  readonly model: string;
  /** Null: as the page's other widgets, at first `ltri`. */
  readonly engine: EngineName | null;
  /** Null: as the page's other widgets, at first `auto`. */
  readonly device: DeviceChoice | null;
  readonly files: EngineFiles | undefined;
  /** The server that answers in the place of a model here; null: none. */
  readonly answerer: ServerChoice | null;
  /** The app of this origin lists what the widget adds. */
  readonly isShared: boolean;
}

/** Of the documents that a widget has added for itself. */
const OWNER = "widget";

export type Preparation =
  | { readonly phase: "idle" }
  | { readonly phase: "text" }
  | { readonly phase: "model"; readonly model: ModelState }
  | { readonly phase: "reading"; readonly progress: IngestProgress | null }
  | { readonly phase: "paused"; readonly progress: IngestProgress | null }
  | { readonly phase: "ready"; readonly documentId: string }
  | { readonly phase: "failed"; readonly error: EngineErrorData };

const MAX_TOKENS = 200;

export class Conversation {
  readonly #settings: ConversationSettings;
  readonly #tell: (state: Preparation) => void;
  #engine: BorrowedEngine | undefined;
  #preparing: Promise<string> | undefined;
  #abort = new AbortController();
  #leave: (() => void)[] = [];
  #state: Preparation = { phase: "idle" };
  #progress: IngestProgress | null = null;
  #readingId: string | undefined;
  source: Source | undefined;

  constructor(settings: ConversationSettings, tell: (state: Preparation) => void) {
    this.#settings = settings;
    this.#tell = tell;
  }

  get state(): Preparation {
    return this.#state;
  }

  /** Resolves with the document's id when questions can be asked. */
  prepare(): Promise<string> {
    this.#preparing ??= this.#prepare().catch((thrown: unknown) => {
      this.#preparing = undefined;
      const error = toErrorData(thrown);
      this.#set(error.code === "cancelled" ? { phase: "idle" } : { phase: "failed", error });
      throw thrown;
    });
    return this.#preparing;
  }

  /** `onText` gets the answer piece by piece. */
  async ask(
    question: string,
    onText: (piece: string) => void,
    signal: AbortSignal,
  ): Promise<Answer> {
    const documentId = await abortable(this.prepare(), signal);
    const { inkspan } = this.#borrow();
    // Another widget may have asked for another model meanwhile.
    if (!this.#settings.answerer) await inkspan.loadModel(this.#settings.model);
    const stream = inkspan.ask(documentId, question, { maxTokens: MAX_TOKENS, signal });
    for await (const piece of stream) onText(piece);
    return stream.result;
  }

  /** Stops loading, or pauses the reading; `prepare` or `resume` goes on. */
  async stop(): Promise<void> {
    if (this.#state.phase === "reading" && this.#readingId !== undefined) {
      await this.#borrow().inkspan.documents.pause(this.#readingId);
      this.#set({ phase: "paused", progress: this.#progress });
      return;
    }
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#release();
  }

  async resume(): Promise<void> {
    if (this.#readingId === undefined) return;
    this.#set({ phase: "reading", progress: this.#progress });
    await this.#borrow().inkspan.documents.resume(this.#readingId);
  }

  close(): void {
    this.#abort.abort();
    this.#release();
  }

  async #prepare(): Promise<string> {
    const { signal } = this.#abort;
    const { choice, root, model, engine, device } = this.#settings;
    this.#set({ phase: "text" });
    const { inkspan } = this.#borrow();
    const readFile = (file: File) => inkspan.documents.readFile(file, { signal });
    const source = await openSource(choice, root, readFile, signal);
    signal.throwIfAborted();
    this.source = source;
    if (!this.#settings.answerer) {
      this.#set({ phase: "model", model: { phase: "idle" } });
      if (isDeviceChoice(device)) await abortable(inkspan.chooseDevice(device), signal);
      if (isEngineName(engine)) await abortable(inkspan.chooseEngine(engine), signal);
      await abortable(inkspan.loadModel(model), signal);
    }
    const documentId = await abortable(this.#read(source), signal);
    if (source.kind === "index") {
      const text = await inkspan.documents.text(documentId);
      this.source = { kind: "file", title: source.title, text, sections: [], notices: [] };
    }
    this.#set({ phase: "ready", documentId });
    return documentId;
  }

  async #read(source: Source): Promise<string> {
    const { documents } = this.#borrow().inkspan;
    const { answerer, isShared } = this.#settings;
    const owner = isShared ? undefined : OWNER;
    const onProgress = (progress: IngestProgress): void => {
      this.#readingId = progress.documentId;
      this.#progress = progress;
      if (this.#state.phase !== "paused") this.#set({ phase: "reading", progress });
    };
    if (source.kind === "index") {
      this.#set({ phase: "text" });
      const found = await documents.import(source.address, this.#abort.signal, owner);
      if (found.state !== "stale" || answerer) return found.id;
      return (await documents.rebuild(found.id, { onProgress })).id;
    }
    const known = await findDocument(this.#borrow().inkspan, source.text);
    const isUsable = known?.state === "complete" || (known !== undefined && answerer !== null);
    if (!isUsable) this.#set({ phase: "reading", progress: null });
    this.#readingId = known?.id;
    const { id } = await (known === undefined
      ? documents.add(source.title, source.text, {
          sections: sectionsOf(source),
          onProgress,
          ...(owner === undefined ? {} : { owner }),
        })
      : isUsable
        ? known
        : known.state === "stale" || known.state === "damaged"
          ? documents.rebuild(known.id, { onProgress })
          : documents.resume(known.id, { onProgress }));
    await this.#forgetOlder(id);
    return id;
  }

  /** The document that an older version of the same content had become, unless it is the person's own. */
  async #forgetOlder(documentId: string): Promise<void> {
    const older = replaceDocument(subjectOf(this.#settings.choice), documentId);
    if (older === null) return;
    const { documents } = this.#borrow().inkspan;
    const found = (await documents.list()).find(({ id }) => id === older);
    if (found?.owner === OWNER) documents.delete(older).catch(() => {}); // deleted meanwhile
  }

  #borrow(): BorrowedEngine {
    if (!this.#engine) {
      const engine = borrowEngine(this.#settings.files, this.#settings.answerer);
      this.#engine = engine;
      this.#leave = [
        engine.inkspan.on("model", (model) => {
          const isLoading = this.#state.phase === "model" && model.phase === "loading";
          if (isLoading) this.#set({ phase: "model", model });
        }),
      ];
    }
    return this.#engine;
  }

  #release(): void {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    this.#engine?.release();
    this.#engine = undefined;
    this.#preparing = undefined;
  }

  #set(state: Preparation): void {
    this.#state = state;
    this.#tell(state);
  }
}

/** The host's page is one piece. */
function sectionsOf(source: Source) {
  return source.kind === "file" ? source.sections : [];
}

/** What a conversation is about: the page with its selector, or the address of the file. */
export function subjectOf({ src, selector }: SourceChoice): string {
  if (src) return new URL(src, document.baseURI).href;
  return `${location.href.replace(/#.*/, "")} ${selector ?? ""}`;
}

/** Ends with the signal, whatever becomes of the work. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => {}); // told once, below
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new InkspanError({ code: "cancelled", message: "Stopped." }));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
