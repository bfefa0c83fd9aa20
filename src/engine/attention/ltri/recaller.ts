// Which spans every layer of a session attends to: all of them where they fit, else those that the
// layer's own queries choose, or those that the keys of the question's words have found. Makes them
// resident and plans the step. Not here: the order of steps (session.ts), scoring (span-index.ts).

import type { PagedKv } from "../../mixers/softmax/paged-kv.ts";
import type { Pass } from "../../mixers/mixer.ts";
import type { Workspace } from "../../transformer/transformer.ts";
import type { AttendedInterval } from "../../ask/token-heat.ts";
import type { BoundModel } from "../bound-model.ts";
import type { TokenSpan } from "../engine.ts";
import { type RetrievalHeads, retrievalHeads } from "./key-scan.ts";
import { QuestionScan } from "./question-scan.ts";
import { type LoadSpans, ResidentSpans } from "./resident-spans.ts";
import { RetrievalKeys } from "./retrieval-keys.ts";
import type { SpanIndex } from "./span-index.ts";

export interface RecallerParts {
  readonly model: BoundModel;
  readonly kv: PagedKv;
  readonly index: SpanIndex;
  readonly load: LoadSpans;
  /** Recalled tokens per layer. */
  readonly answerBudget: number;
  /** Instead of recall: the spans of so many tokens at the end of the document. */
  readonly tailTokens: number | undefined;
}

export class Recaller {
  readonly #parts: RecallerParts;
  readonly #resident: ResidentSpans;
  readonly #keys: RetrievalKeys;
  readonly #scan: QuestionScan;
  /** Ordinals per layer that the running step attends to. */
  readonly #sets: (readonly number[])[];
  readonly #recalled: Set<number>[];
  #forced: readonly number[] = [];

  constructor(parts: RecallerParts) {
    this.#parts = parts;
    const { model, kv, index, load } = parts;
    const { backend, binding } = model;
    const retrieving = headsOf(kv, binding.headWeights);
    this.#resident = new ResidentSpans(backend, kv, index, load);
    this.#keys = new RetrievalKeys(kv, index, load, retrieving);
    const { z0, lastQ } = binding.parameters;
    this.#scan = new QuestionScan(backend, kv, index, this.#keys, z0, retrieving, lastQ);
    this.#sets = kv.config.layerConfigs.map(() => []);
    this.#recalled = kv.config.layerConfigs.map(() => new Set<number>());
  }

  /** A new question. `forced`: tokens whose spans are recalled in every layer whatever their score. */
  begin(forced: readonly number[] = []): void {
    const { model, index } = this.#parts;
    const { questionKeyBytes, persistFrac } = model.binding.parameters;
    index.resetRecall();
    this.#scan.begin(this.#keys.totalBytes <= questionKeyBytes && persistFrac > 0);
    this.#forced = forced;
    index.forceRecall(forced);
    for (const set of this.#recalled) set.clear();
  }

  /** Distinct spans that were recalled since `begin`, over all layers. */
  get spansRecalled(): number {
    return this.#recalled.reduce((sum, set) => sum + set.size, 0);
  }

  /** Keys of the document that are kept in RAM. */
  get keyRamBytes(): number {
    return this.#keys.residentBytes;
  }

  /** Some layer must choose. */
  get chooses(): boolean {
    return this.#sets.some((_, layer) => this.isChosen(layer));
  }

  /** The keys of the question's words decide. */
  get byKeys(): boolean {
    return this.#scan.isOn;
  }

  /** The layer does not see everything, and not simply the end of the text. */
  isChosen(layer: number): boolean {
    const { kv, index, answerBudget, tailTokens } = this.#parts;
    if (tailTokens !== undefined || kv.window(layer) > 0) return false;
    return index.table(layer).tokens > answerBudget;
  }

  /** Before a layer of a prefill step is mixed: chooses by its own queries, waits for what is missing. */
  async choose(pass: Pass, ws: Workspace, layer: number, keepQueries: boolean): Promise<void> {
    const { index } = this.#parts;
    const { recorder, tokens } = pass;
    const isChosen = this.isChosen(layer);
    const keeps = keepQueries && this.#scan.compares(layer);
    if (isChosen) await this.score(pass, ws, layer);
    if (isChosen || keeps) {
      const selected = isChosen ? index.readSelected(recorder, layer) : undefined;
      const queries = keeps ? recorder.readback(ws.q, 0, tokens * this.#queryBytes) : undefined;
      recorder.cut();
      if (queries) this.#scan.keep(layer, new Float32Array(await queries));
      if (selected) this.#sets[layer] = await selected;
    }
    await this.plan(layer, pass.tokens);
  }

  /** Scores the index with the layer's mean query and selects; adds to the persistent recall. */
  async score({ recorder, tokens }: Pass, ws: Workspace, layer: number): Promise<void> {
    const { model, kv, index, answerBudget } = this.#parts;
    index.keepMeanQuery(recorder, layer, ws.q, 0, tokens);
    await index.retrieve(recorder, kv, layer, {
      budgetTokens: answerBudget,
      persistFrac: model.binding.parameters.persistFrac,
      persist: true,
    });
  }

  /** Compares the kept queries with all keys; what they find is in every later choice. */
  async compareKeys(signal: AbortSignal | undefined): Promise<AttendedInterval[][]> {
    const matched = await this.#scan.run(signal);
    this.#parts.index.forceRecall(this.#forced);
    return matched;
  }

  /** Makes the set of a layer resident and fixes what the next `tokens` tokens attend to. */
  async plan(layer: number, tokens: number): Promise<void> {
    const { kv } = this.#parts;
    if (!this.isChosen(layer)) this.#sets[layer] = this.#visible(layer, tokens);
    const ordinals = this.#sets[layer] ?? [];
    for (const ordinal of ordinals) this.#recalled[layer]?.add(ordinal);
    kv.plan(layer, tokens, await this.#resident.ensure(layer, ordinals));
  }

  /** The set of a layer from now on. */
  take(layer: number, ordinals: readonly number[]): void {
    this.#sets[layer] = ordinals;
  }

  /** The set of a layer as tokens of the stream. */
  tokenSpans(layer: number, ordinals = this.#sets[layer] ?? []): TokenSpan[] {
    const table = this.#parts.index.table(layer);
    return ordinals.map((ordinal) => ({
      start: table.start(ordinal),
      length: table.length(ordinal),
    }));
  }

  destroy(): void {
    this.#resident.destroy();
    this.#scan.destroy();
  }

  /** Of one token's queries. */
  get #queryBytes(): number {
    const { heads, headDim } = this.#parts.kv.config;
    return heads * headDim * 4;
  }

  /** Without a choice: all spans, those at the end of the document, or those that reach into the window. */
  #visible(layer: number, tokens: number): number[] {
    const { kv, index, tailTokens } = this.#parts;
    const table = index.table(layer);
    if (kv.window(layer) > 0) return table.reaching(kv.oldestVisible(layer, tokens));
    return table.last(tailTokens ?? Infinity);
  }
}

/** A layer with a sliding window sees the end of the text alone: its keys are not asked. */
function headsOf(
  kv: PagedKv,
  weights: readonly (readonly number[])[] | undefined,
): RetrievalHeads[] {
  const { layers, kvHeads } = kv.config;
  return retrievalHeads(weights, layers, kvHeads).filter(({ layer }) => kv.window(layer) === 0);
}
