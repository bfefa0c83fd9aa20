// Questions to one document that has been read: the question in sub-chunks with exact retrieval per
// layer, then decoding with one submission per token. The session's KV lives in the ring behind the
// document and is dropped after each answer, so the document state never changes.
// Source: specification §7, §10, §11.3. Not here: prompts and text (answer.ts), stored bytes.

import {
  argmax,
  type Backend,
  type Recorder,
  SAMPLE_SCRATCH_BYTES,
  sampleTop,
  type DeviceBuffer,
} from "../../../../kernels/index.ts";
import { EngineError } from "../../errors.ts";
import { Recall, type LoadSpans } from "./resident-spans.ts";
import type { Sequence } from "../../mixers/softmax/paged-kv.ts";
import type { SpanIndex } from "./span-index.ts";
import type { AttendedInterval } from "../../ask/evidence.ts";
import type { RetrievalHeads } from "./key-scan.ts";
import type { LtriParameters } from "../parameters.ts";
import type { TokenCounter } from "../../transformer/token-counter.ts";
import type { Transformer, Workspace } from "../../transformer/transformer.ts";
import { AttendedMass } from "./attended-mass.ts";
import { QuestionScan } from "./question-scan.ts";
import { RetrievalKeys } from "./retrieval-keys.ts";

export interface SessionParts {
  readonly backend: Backend;
  readonly transformer: Transformer;
  readonly workspace: Workspace;
  /** At the end of the document; `sequence.now` is its length. */
  readonly sequence: Sequence;
  readonly index: SpanIndex;
  readonly parameters: LtriParameters;
  readonly counter: TokenCounter;
  readonly load: LoadSpans;
  /** Tokens of the stream before its first document. */
  readonly prefixTokens: number;
  /** Tokens that a question, its history and its answer may take. */
  readonly sessionTokens: number;
  /** Recalled tokens per layer while answering. */
  readonly answerBudget: number;
  /** Whose keys a question is compared with. */
  readonly retrieving: readonly RetrievalHeads[];
  /** Instead of recall: the spans of so many tokens at the end of the document. */
  readonly tailTokens?: number | undefined;
}

export interface Sampling {
  /** 0 is greedy and deterministic. */
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
}

export interface Generation {
  readonly ids: readonly number[];
  readonly stopped: "end" | "length" | "cancelled";
  /**
   * Per layer: attended spans, and blocks of the document's tokens in the sinks, with their mass summed
   * over heads and decode steps.
   */
  readonly attended: readonly (readonly AttendedInterval[])[];
  /** Distinct spans that were recalled, over all layers. */
  readonly spansRecalled: number;
  readonly timeToFirstTokenMs: number;
  readonly decodeMs: number;
}

/** Spans that one layer attended to in one decode step, and those its own query would have chosen. */
export interface LayerChoice {
  readonly layer: number;
  readonly used: readonly TokenSpan[];
  readonly wanted: readonly TokenSpan[];
}

export interface TokenSpan {
  readonly start: number;
  readonly length: number;
}

/** Decode steps in which the set stays what the keys of the document have given. */
const KEPT_STEPS = 64;

export type Turn = <T>(step: () => Promise<T>) => Promise<T>;
const atOnce: Turn = (step) => step();

export interface GenerateOptions {
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly stopIds: ReadonlySet<number>;
  readonly onToken: (id: number) => void;
  /** Runs one step when it is its turn; by default at once. */
  readonly turn?: Turn | undefined;
  readonly signal: AbortSignal | undefined;
  /** For measurements: every decode step in which the choice is rescored then waits for it. */
  readonly onChoice?: ((choice: LayerChoice) => void) | undefined;
  /** For measurements: tokens whose spans are recalled in every layer whatever their score. */
  readonly mustRecall?: readonly number[] | undefined;
  readonly now: () => number; // ms
}

export class Session {
  readonly #parts: SessionParts;
  readonly #recall: Recall;
  readonly #keys: RetrievalKeys;
  readonly #scan: QuestionScan;
  readonly #scratch: DeviceBuffer;
  readonly #documentEnd: number;
  /** Ordinals per layer that the running step attends to. */
  readonly #sets: (readonly number[])[];
  readonly #mass: AttendedMass;
  readonly #recalledSpans: Set<number>[];

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { backend, sequence, index, load, parameters, retrieving } = parts;
    this.#recall = new Recall(backend, sequence, index, load);
    this.#scratch = backend.createBuffer("sample scratch", "activations", SAMPLE_SCRATCH_BYTES);
    this.#documentEnd = sequence.now;
    this.#keys = new RetrievalKeys(sequence, index, load, retrieving);
    const { z0, lastQ } = parameters;
    this.#scan = new QuestionScan(backend, sequence, index, this.#keys, z0, retrieving, lastQ);
    this.#sets = sequence.layers.map(() => []);
    this.#mass = new AttendedMass(sequence, index, parts.prefixTokens, this.#documentEnd);
    this.#recalledSpans = sequence.layers.map(() => new Set<number>());
  }

  get documentTokens(): number {
    return this.#documentEnd;
  }

  /** Tokens that question, history and answer may take together. */
  get sessionTokens(): number {
    return this.#parts.sessionTokens;
  }

  /** Feeds `prompt` behind the document and generates. Throws `context-overflow` when it is too long. */
  async generate(prompt: readonly number[], options: GenerateOptions): Promise<Generation> {
    const { sequence, index, sessionTokens } = this.#parts;
    const maxTokens = Math.min(options.maxTokens, sessionTokens - prompt.length);
    if (prompt.length === 0 || maxTokens < 1) {
      throw new EngineError(
        "context-overflow",
        `The question and its history take ${prompt.length} tokens; this model leaves ${sessionTokens} for them and the answer. Ask a shorter question or start a new conversation.`,
      );
    }
    const started = options.now();
    index.resetRecall();
    const { questionKeyBytes, persistFrac } = this.#parts.parameters;
    const hasRoom = this.#keys.totalBytes <= questionKeyBytes && persistFrac > 0;
    this.#scan.begin(hasRoom && !options.mustRecall);
    if (options.mustRecall) index.forceRecall(options.mustRecall);
    this.#mass.clear();
    for (const set of this.#recalledSpans) set.clear();
    try {
      const turn = options.turn ?? atOnce;
      await this.#prefill(prompt, options.signal, turn);
      const first = await turn(() => this.#sampleFirst(options));
      const timeToFirstTokenMs = options.now() - started;
      const decodeStarted = options.now();
      const { ids, stopped } = await this.#decode(first, maxTokens, options);
      return {
        ids,
        stopped,
        attended: this.#mass.intervals(),
        spansRecalled: this.#recalledSpans.reduce((sum, set) => sum + set.size, 0),
        timeToFirstTokenMs,
        decodeMs: options.now() - decodeStarted,
      };
    } finally {
      sequence.rewind(this.#documentEnd);
    }
  }

  /** Tokens in sealed spans, per layer. */
  get sealedTokens(): number[] {
    const { sequence, index } = this.#parts;
    return sequence.layers.map((_, layer) => index.table(layer).tokens);
  }

  /** Logits of the last step, f32 [V]. */
  async readLogits(): Promise<Float32Array> {
    const { backend, workspace, transformer } = this.#parts;
    const bytes = transformer.config.vocab * 4;
    return new Float32Array(await backend.read(workspace.logits, 0, bytes));
  }

  /** Keys of the document that are kept in RAM. */
  get keyRamBytes(): number {
    return this.#keys.residentBytes;
  }

  destroy(): void {
    this.#recall.destroy();
    this.#scan.destroy();
    this.#parts.backend.destroyBuffer(this.#scratch);
  }

  /** Sub-chunks with exact selection; the last token alone, so that its own query decides. */
  async #prefill(
    prompt: readonly number[],
    signal: AbortSignal | undefined,
    turn: Turn,
  ): Promise<void> {
    const { parameters, sequence } = this.#parts;
    const body = prompt.length - 1;
    const retrieves = sequence.layers.some((_, layer) => !this.#fits(layer));
    const fine = retrieves ? parameters.subChunk : parameters.chunk;
    let isRead = false;
    for (let at = 0; at < prompt.length;) {
      if (signal?.aborted) throw new EngineError("cancelled", "The question was cancelled.");
      const left = body - at;
      const isHistory = left > parameters.lastQ;
      const most = isHistory ? Math.min(parameters.chunk, left - parameters.lastQ) : fine;
      const count = left === 0 ? 1 : Math.min(most, left);
      if (left === 0 && retrieves && this.#scan.isOn && !isRead) {
        await turn(() => this.#scan.run(signal));
        // What the question's words have found must be there when they are read.
        const again = Math.min(body, parameters.lastQ);
        sequence.rewind(sequence.now - again);
        at -= again;
        isRead = true;
        continue;
      }
      await turn(() => this.#step(prompt.slice(at, at + count), !isHistory && !isRead));
      at += count;
    }
  }

  /** One exact step: per layer score, read back, load, attend. */
  async #step(ids: readonly number[], isScanned: boolean): Promise<void> {
    const { backend, transformer, workspace, sequence, index } = this.#parts;
    const count = ids.length;
    backend.upload(workspace.ids, 0, Uint32Array.from(ids));
    this.#parts.counter.count(sequence.now, count, this.#documentEnd);
    let recorder = backend.record();
    transformer.embed(recorder, workspace, count);
    for (let layer = 0; layer < sequence.layers.length; layer++) {
      transformer.project(recorder, workspace, layer, count);
      if (this.#fits(layer)) {
        this.#sets[layer] = this.#allSpans(layer);
      } else {
        index.keepMeanQuery(recorder, layer, workspace.q, 0, count);
        recorder = await index.retrieve(recorder, sequence, layer, this.#retrieval());
        const selected = index.readSelected(recorder, layer);
        const queries =
          isScanned && this.#scan.compares(layer) ? this.#readQueries(recorder, count) : undefined;
        recorder.submit();
        recorder = backend.record();
        if (queries) this.#scan.keep(layer, new Float32Array(await queries));
        this.#sets[layer] = await selected;
      }
      await this.#plan(layer, count);
      sequence.attend(recorder, workspace, layer, count, count === 1 ? "decode" : "prefill");
      transformer.finishLayer(recorder, workspace, layer, count);
    }
    transformer.logits(recorder, workspace, count - 1, 1);
    recorder.submit();
    sequence.advance(count);
  }

  /** f32 [count, H*D], before RoPE, of the layer just projected. */
  #readQueries(recorder: Recorder, count: number): Promise<ArrayBuffer> {
    const { heads, headDim } = this.#parts.sequence.config;
    return recorder.readback(this.#parts.workspace.q, 0, count * heads * headDim * 4);
  }

  async #plan(layer: number, tokens: number): Promise<void> {
    const { sequence } = this.#parts;
    const ordinals = this.#sets[layer] ?? [];
    for (const ordinal of ordinals) this.#recalledSpans[layer]?.add(ordinal);
    sequence.plan(layer, tokens, await this.#recall.ensure(layer, ordinals));
  }

  async #sampleFirst(options: GenerateOptions): Promise<number> {
    const { backend, workspace } = this.#parts;
    const recorder = backend.record();
    this.#sample(recorder, options.sampling, 0);
    const id = recorder.readback(workspace.ids, 0, 4);
    recorder.submit();
    return new Uint32Array(await id)[0]!;
  }

  async #decode(
    first: number,
    maxTokens: number,
    options: GenerateOptions,
  ): Promise<Pick<Generation, "ids" | "stopped">> {
    const ids: number[] = [];
    const turn = options.turn ?? atOnce;
    const every = this.#parts.parameters.refreshEvery;
    // Vectors find less than the keys have found: they do not replace it in an answer of usual length.
    const refreshEvery = this.#scan.isOn ? Math.max(every, KEPT_STEPS) : every;
    for (let id = first; ;) {
      if (options.signal?.aborted) return { ids, stopped: "cancelled" };
      if (options.stopIds.has(id)) {
        // The end token's step is run for nothing but its attention: short answers need the evidence.
        if (ids.length === 0) await turn(() => this.#decodeStep(options, 1, false));
        return { ids, stopped: "end" };
      }
      ids.push(id);
      options.onToken(id);
      if (ids.length === maxTokens) return { ids, stopped: "length" };
      const refresh = ids.length % refreshEvery === 0;
      id = await turn(() => this.#decodeStep(options, ids.length, refresh));
    }
  }

  /** The id in ws.ids → the next id. One submission, one read-back. */
  async #decodeStep(options: GenerateOptions, step: number, refresh: boolean): Promise<number> {
    const { backend, transformer, workspace, sequence, index, parameters } = this.#parts;
    this.#parts.counter.count(sequence.now, 1, this.#documentEnd);
    for (let layer = 0; layer < sequence.layers.length; layer++) await this.#plan(layer, 1);
    let recorder = backend.record();
    recorder.clear(sequence.mass);
    transformer.embed(recorder, workspace, 1);
    const isExact = parameters.retrievalMode === "exact";
    // While the set is the one that the keys gave, nobody would take a new score.
    const isWanted = !this.#scan.isOn || refresh || isExact || options.onChoice !== undefined;
    const rescore = isWanted && step % parameters.rescoreEvery === 0;
    for (let layer = 0; layer < sequence.layers.length; layer++) {
      transformer.project(recorder, workspace, layer, 1);
      if (rescore && !this.#fits(layer)) {
        index.keepMeanQuery(recorder, layer, workspace.q, 0, 1);
        recorder = await index.retrieve(recorder, sequence, layer, this.#retrieval());
        if (isExact) {
          const chosen = index.readSelected(recorder, layer);
          recorder.submit();
          recorder = backend.record();
          this.#sets[layer] = await chosen;
          await this.#plan(layer, 1);
        }
      }
      sequence.attend(recorder, workspace, layer, 1, "decode");
      sequence.addMass(recorder, layer);
      transformer.finishLayer(recorder, workspace, layer, 1);
    }
    transformer.logits(recorder, workspace, 0, 1);
    this.#sample(recorder, options.sampling, step);
    const id = recorder.readback(workspace.ids, 0, 4);
    const mass = recorder.readback(sequence.mass, 0, sequence.mass.size);
    const isRead = rescore && (refresh || options.onChoice !== undefined);
    const selected = isRead ? index.readAllSelected(recorder) : undefined;
    recorder.submit();
    this.#mass.add(new Float32Array(await mass));
    const sets = await selected;
    sets?.forEach((chosen, layer) => {
      const used = this.#sets[layer] ?? [];
      const wanted = this.#fits(layer) ? used : chosen;
      options.onChoice?.({
        layer,
        used: this.#tokenSpans(layer, used),
        wanted: this.#tokenSpans(layer, wanted),
      });
      if (refresh) this.#sets[layer] = wanted;
    });
    sequence.advance(1);
    return new Uint32Array(await id)[0]!;
  }

  #sample(
    recorder: Parameters<typeof argmax>[0],
    { temperature, topK, topP, seed }: Sampling,
    step: number,
  ): void {
    const { transformer, workspace } = this.#parts;
    const { vocab } = transformer.config;
    const shape = { vocabulary: vocab, tokenIndex: 0 };
    if (temperature === 0) {
      argmax(recorder, workspace.logits, this.#scratch, workspace.ids, shape);
    } else {
      const sampling = { ...shape, temperature, topK, topP, seed, step };
      sampleTop(recorder, workspace.logits, this.#scratch, workspace.ids, sampling);
    }
  }

  #tokenSpans(layer: number, ordinals: readonly number[]): TokenSpan[] {
    const table = this.#parts.index.table(layer);
    return ordinals.map((ordinal) => ({
      start: table.start(ordinal),
      length: table.length(ordinal),
    }));
  }

  #retrieval() {
    const { answerBudget, parameters } = this.#parts;
    return { budgetTokens: answerBudget, persistFrac: parameters.persistFrac, persist: true };
  }

  /** Everything is recalled, no score is needed. */
  #fits(layer: number): boolean {
    if (this.#parts.tailTokens !== undefined) return true;
    return this.#parts.index.table(layer).tokens <= this.#parts.answerBudget;
  }

  /** All spans; of an engine with a window alone, those at the end of the document. */
  #allSpans(layer: number) {
    return this.#parts.index.table(layer).last(this.#parts.tailTokens ?? Infinity);
  }
}
