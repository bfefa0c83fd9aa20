// The engine as a library: a model, documents, questions with evidence, plain completion. Everything
// runs in one worker, which starts with the first verb. Knows no user interface.
import type {
  Answer,
  AnswerFormat,
  AnswerMode,
  ConversationMessage,
  DeviceChoice,
  DocumentSummary,
  EngineErrorData,
  EngineEvent,
  EngineName,
  GeneratedText,
  IngestProgress,
  ModelState,
  ModelSummary,
  ServerChoice,
} from "../../workers/protocol.ts";
import {
  connectEngine,
  EngineCallError,
  type EngineClient,
  type EngineFiles,
  startExtraction,
} from "../client/index.ts";
import { type ChatCompletions, chatCompletions } from "./chat-completions.ts";
import { DocumentWatch } from "./document-watch.ts";
import { type DocumentShelf, openShelf } from "./documents.ts";
import { Jobs } from "./jobs.ts";
import { streamText, type TextStream } from "./text-stream.ts";
import { DEFAULT_ANSWER_MODE } from "../../workers/protocol.ts";
import { ownOptions } from "./own-options.ts";

export interface InkspanOptions {
  /**
   * Loaded by the first verb that needs a model; see `loadModel`. Default `default`. With null none is loaded:
   * documents are stored with their words (`unread`), and an `answerer` answers from the passages these find.
   */
  readonly model?: string | null;
  /** How documents are read and recalled; default `ltri`. The others are there to compare with. */
  readonly engine?: EngineName;
  /** What computes; `auto`, the default: the graphics card, and the processor where there is none. */
  readonly device?: DeviceChoice;
  /**
   * An OpenAI-compatible server that answers questions to documents instead of the loaded model: it gets the
   * question, earlier turns of `history` and the passages that were found, nothing else. Without it nothing
   * leaves the browser. To tell people so and to ask them is the page's part.
   */
  readonly answerer?: ServerChoice;
  /** Where worker and embedded model lie, when they are not beside this module. */
  readonly files?: EngineFiles;
}

export interface Sampling {
  /** 0, the default, is greedy and deterministic. */
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed?: number;
}

export interface AskOptions extends Sampling {
  /** Default 200. */
  readonly maxTokens?: number;
  /**
   * `recalled`: from the index alone. `reread`: the passages found are read again, also of a document whose
   * reading has not finished. `auto`, the default: what was measured to be better for the loaded model.
   */
  readonly answerMode?: AnswerMode;
  /** Earlier turns about the same document, oldest first. */
  readonly history?: readonly { readonly question: string; readonly answer: string }[];
  readonly signal?: AbortSignal;
}

export interface GenerateOptions extends Sampling {
  /** Text to continue, or a conversation to answer. Its text cannot make control tokens. */
  readonly prompt: string | readonly ConversationMessage[];
  /** Default 128. */
  readonly maxTokens?: number;
  /** Go on behind the token that ends a text: for measurements. */
  readonly ignoreEndToken?: boolean;
  /** A form that the answer has whatever the model would write. */
  readonly format?: AnswerFormat;
  /** Called once per token; the text is empty while a character is incomplete. */
  readonly onToken?: (text: string) => void;
  readonly signal?: AbortSignal;
}

export interface InkspanEvents {
  /** The model loads, is ready or has failed. */
  model: ModelState;
  /** The list of documents has changed. */
  documents: readonly DocumentSummary[];
  /** A document is being read. */
  progress: IngestProgress;
  /** The graphics device was lost; the engine starts again by itself. */
  lost: EngineErrorData;
}

export interface Inkspan {
  /**
   * `default` (the larger model beside the worker where this device is fast enough, else `nano`), `nano`, an id of the model list, an `https:` address of a GGUF file, or
   * `owner/repository/file.gguf` of the Hugging Face hub. Loading the present model again is a no-op.
   */
  loadModel(model?: string): Promise<ModelSummary>;
  /** Loads files chosen by a person: one GGUF, its parts, or the files of a safetensors folder. */
  loadModelFiles(files: readonly File[]): Promise<ModelSummary>;
  /** Documents read with another engine are stale until it is chosen again. */
  chooseEngine(engine: EngineName): Promise<void>;
  /** The loaded model moves there; documents stay as they are. */
  chooseDevice(device: DeviceChoice): Promise<void>;
  readonly documents: DocumentShelf;
  /**
   * One document, or several at once, by id. The pieces of the answer as they are written; `result` has its
   * evidence, what of it stands in the text, and statistics.
   */
  ask(
    documents: string | readonly string[],
    question: string,
    options?: AskOptions,
  ): TextStream<Answer>;
  /** Plain completion; no document takes part. */
  generate(options: GenerateOptions): Promise<GeneratedText>;
  readonly chat: { readonly completions: ChatCompletions };
  /** Returns the function that ends the subscription. */
  on<Type extends keyof InkspanEvents>(
    type: Type,
    listener: (detail: InkspanEvents[Type]) => void,
  ): () => void;
  /** Ends the worker and frees the device. Documents stay stored. */
  dispose(): void;
}

const TOP_K = 40;
const TOP_P = 0.95;

export function createInkspan(
  options: InkspanOptions = {},
  connect: (files?: EngineFiles) => EngineClient = connectEngine,
  extract: typeof startExtraction = startExtraction,
): Inkspan {
  const { model = "default", engine: attention, device, answerer, ...others } = ownOptions(options);
  const server = answerer && { server: { ...ownOptions(answerer) } };
  const files =
    Object.hasOwn(others, "files") && others.files ? ownOptions(others.files) : undefined;
  const jobs = new Jobs();
  const watch = new DocumentWatch();
  const listeners = new Map<keyof InkspanEvents, Set<(detail: never) => void>>();
  let chosen: string | null = model;
  let running: EngineClient | undefined;
  let subscribed: Promise<void> = Promise.resolve();
  let isDisposed = false;

  function tell<Type extends keyof InkspanEvents>(type: Type, detail: InkspanEvents[Type]): void {
    for (const listener of listeners.get(type) ?? []) {
      (listener as (detail: InkspanEvents[Type]) => void)(detail);
    }
  }

  function take(event: EngineEvent): void {
    jobs.take(event);
    watch.take(event);
    if (event.type === "model") tell("model", event.state);
    if (event.type === "documents") tell("documents", event.documents);
    if (event.type === "ingest") tell("progress", event.progress);
    if (event.type === "device-lost") tell("lost", event.error);
  }

  async function start(engine: EngineClient): Promise<void> {
    await engine.events((events) => events.forEach(take));
    if (device !== undefined) await engine.chooseDevice(device);
    if (attention !== undefined) await engine.chooseEngine(attention);
  }

  async function client(): Promise<EngineClient> {
    if (isDisposed) {
      throw new EngineCallError({ code: "cancelled", message: "This engine was disposed." });
    }
    if (!running) {
      running = connect(files);
      subscribed = start(running);
    }
    await subscribed;
    return running;
  }

  async function loaded(): Promise<EngineClient> {
    const engine = await client();
    if (chosen === null) {
      const message = "No model was chosen (`model: null`); `loadModel` loads one.";
      throw new EngineCallError({ code: "no-model", message });
    }
    await engine.loadModel(chosen);
    return engine;
  }

  function ask(
    documents: string | readonly string[],
    question: string,
    options: AskOptions = {},
  ): TextStream<Answer> {
    const { maxTokens = 200, answerMode = DEFAULT_ANSWER_MODE, history = [] } = ownOptions(options);
    const { signal, ...sampling } = ownOptions(options);
    return streamText(async (push, cancelled) => {
      // A server needs no model here: passages are then found by words.
      const engine = await (server ? client() : loaded());
      return jobs.run(push, (jobId) => {
        const documentIds = typeof documents === "string" ? [documents] : [...documents];
        const request = { jobId, documentIds, question, answerMode, history: [...history] };
        const settings = { maxTokens, ...complete(ownOptions(sampling)), ...server };
        const answer = engine.ask({ ...request, ...settings });
        return cancellable(engine, jobId, answer, cancelled);
      });
    }, signal);
  }

  async function generate(given: GenerateOptions): Promise<GeneratedText> {
    const options = ownOptions(given);
    const { prompt, maxTokens = 128, ignoreEndToken = false, format, onToken, signal } = options;
    const engine = await loaded();
    return jobs.run(
      (piece) => onToken?.(piece),
      (jobId) => {
        const form = format ? { format } : {};
        const request = { jobId, prompt, maxTokens, ignoreEndToken, ...form, ...complete(options) };
        return cancellable(engine, jobId, engine.generate(request), signal);
      },
    );
  }

  return {
    async loadModel(next = chosen ?? "default") {
      const engine = await client();
      const id = next.includes("/") ? (await engine.openModelAddress(next, "", "")).id : next;
      chosen = id;
      return engine.loadModel(id);
    },
    async loadModelFiles(given) {
      const engine = await client();
      const { id } = await engine.openModelFile([...given]);
      chosen = id;
      return engine.loadModel(id);
    },
    async chooseEngine(name) {
      await (await client()).chooseEngine(name);
    },
    async chooseDevice(choice) {
      await (await client()).chooseDevice(choice);
    },
    documents: openShelf({
      client,
      loaded,
      hasModel: () => chosen !== null,
      watch,
      extract: (file, onProgress) => extract(file, onProgress, files?.extraction),
    }),
    ask,
    generate,
    chat: { completions: chatCompletions({ model: () => chosen ?? "none", ask, generate }) },
    on(type, listener) {
      const ofType = listeners.get(type) ?? new Set();
      listeners.set(type, ofType);
      ofType.add(listener);
      return () => ofType.delete(listener);
    },
    dispose() {
      isDisposed = true;
      watch.giveUp();
      running?.dispose();
      running = undefined;
      listeners.clear();
    },
  };
}

function complete({ temperature = 0, topK = TOP_K, topP = TOP_P, seed = 1 }: Sampling) {
  return { temperature, topK, topP, seed };
}

async function cancellable<T>(
  engine: EngineClient,
  jobId: string,
  work: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const cancel = (): void => void engine.cancel(jobId).catch(() => {}); // already over
  if (signal?.aborted) cancel();
  signal?.addEventListener("abort", cancel);
  try {
    return await work;
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}
