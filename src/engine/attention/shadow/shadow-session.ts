// Questions to a document that was read with ShadowKV. Every step scores the landmarks of each layer with
// its own queries; when it sees the chunks that they choose is up to the mode. What a question leaves behind is dropped after it.
// Not here: prompts and text (ask/), which chunks (chunk-recall.ts).

import type { Backend } from "../../../../kernels/index.ts";
import { EngineError } from "../../errors.ts";
import { behindSnapshot } from "../../mixers/mixer.ts";
import { forward, type Stack } from "../../transformer/forward.ts";
import type { BoundModel } from "../bound-model.ts";
import { atOnce, decodeTimed, type DecodeOptions, type TakeTurn } from "../decoder.ts";
import type { DocumentSession, GenerateOptions, Generation, Recollection } from "../engine.ts";
import { Sampler } from "../sampler.ts";
import { requireRoom } from "../session-room.ts";
import { AttendedChunks } from "./attended-chunks.ts";
import { ChunkRecall } from "./chunk-recall.ts";
import type { KeyLoss } from "./key-loss.ts";
import { destroyLayer, type LayerMemory } from "./layer-memory.ts";
import type { ShadowMode } from "./shadow-sizes.ts";
import { ShadowMixer, type ShadowMixerShape } from "./shadow-mixer.ts";

export class ShadowSession implements DocumentSession {
  readonly documentTokens: number;
  readonly sessionTokens: number;
  readonly ramBytes: number;
  /** Rank of every layer, 0 where keys are exact. */
  readonly ranks: readonly number[];
  readonly #model: BoundModel;
  readonly #backend: Backend;
  readonly #mixer: ShadowMixer;
  readonly #stack: Stack;
  readonly #recall: ChunkRecall;
  readonly #sampler: Sampler;
  readonly #attended: AttendedChunks;
  readonly #maxTokens: number;
  readonly #isDeferred: boolean;
  readonly #recalled: readonly Set<number>[];
  #keyLoss: KeyLoss | undefined;

  /** The layers are given back with the session. */
  constructor(
    model: BoundModel,
    layers: readonly LayerMemory[],
    shape: ShadowMixerShape & { readonly mode: ShadowMode },
  ) {
    const { transformer } = model.loaded;
    const { config } = transformer;
    this.#model = model;
    this.#backend = model.backend;
    this.#maxTokens = shape.maxTokens;
    this.#isDeferred = shape.mode === "deferred";
    this.documentTokens = shape.documentTokens;
    this.sessionTokens = shape.room;
    this.ranks = layers.map(({ lowRank }) => lowRank?.rank ?? 0);
    this.ramBytes = layers.reduce(
      (sum, { values = [] }) => sum + values.reduce((bytes, one) => bytes + one.byteLength, 0),
      0,
    );
    this.#mixer = new ShadowMixer(model.backend, transformer, layers, shape);
    const workspace = transformer.createWorkspace(shape.maxTokens, 1);
    this.#stack = { transformer, workspace, mixer: this.#mixer };
    this.#recall = new ChunkRecall(model.backend, config, this.#mixer, shape);
    this.#sampler = new Sampler(model.backend, config.vocab);
    const windowed = config.layerConfigs.map(({ slidingWindow }) => slidingWindow !== null);
    this.#attended = new AttendedChunks(layers, windowed, {
      prefixTokens: model.binding.prompt.prefixIds.length,
      documentEnd: shape.documentTokens,
    });
    this.#recalled = layers.map(() => new Set<number>());
  }

  /** Share of chosen chunks that were in their slots already, per layer; NaN where nothing is kept in them. */
  get hitRates(): number[] {
    return this.#mixer.layers.map(({ lowRank }) =>
      lowRank && !lowRank.onDevice ? lowRank.chosen.hits / lowRank.chosen.chosen : Number.NaN,
    );
  }

  async generate(prompt: readonly number[], options: GenerateOptions): Promise<Generation> {
    const maxTokens = Math.min(options.maxTokens, this.sessionTokens - prompt.length);
    requireRoom(prompt, maxTokens, this.sessionTokens, "the document");
    return behindSnapshot(this.#mixer, async () => {
      const decoded = await decodeTimed(maxTokens, options, {
        read: (turn) => this.#read(prompt, options.forced, options.signal, turn),
        first: async () => {
          const id = await this.#sampleFirst(options);
          this.#attended.clear();
          return id;
        },
        next: (step) => this.#decodeStep(options, step),
      });
      return {
        ...decoded,
        attended: this.#attended.intervals(),
        spansRecalled: this.#chunksRecalled(),
      };
    });
  }

  async recall(
    prompt: readonly number[],
    { signal, turn = atOnce }: Pick<DecodeOptions, "signal" | "turn">,
  ): Promise<Recollection> {
    requireRoom(prompt, 1, this.sessionTokens, "the document");
    return behindSnapshot(this.#mixer, async () => {
      await this.#read(prompt, undefined, signal, turn);
      const matched = this.#mixer.layers.map(() => []);
      const spansRecalled = this.#chunksRecalled();
      return { attended: this.#attended.intervals(), matched, spansRecalled };
    });
  }

  /** Distinct ones, over all layers. */
  #chunksRecalled(): number {
    return this.#recalled.reduce((sum, chunks) => sum + chunks.size, 0);
  }

  /**
   * Reads `prompt`, then `answer` token by token whatever the model would say; `onLogits` gets f32 [V] behind
   * the prompt and behind every token of the answer but the last; `keyLoss` is told of all their keys. For
   * measurements.
   */
  async follow(
    prompt: readonly number[],
    answer: readonly number[],
    onLogits: (logits: Float32Array) => void,
    keyLoss?: KeyLoss,
  ): Promise<void> {
    requireRoom(
      prompt,
      this.sessionTokens - prompt.length - answer.length + 1,
      this.sessionTokens,
      "the document",
    );
    this.#keyLoss = keyLoss;
    try {
      await behindSnapshot(this.#mixer, async () => {
        await this.#read(prompt, undefined, undefined, atOnce);
        onLogits(await this.readLogits());
        for (const id of answer.slice(0, -1)) {
          await this.#step([id]);
          onLogits(await this.readLogits());
        }
      });
    } finally {
      this.#keyLoss = undefined;
    }
  }

  /** Logits of the last step, f32 [V]. */
  async readLogits(): Promise<Float32Array> {
    const { workspace, transformer } = this.#stack;
    const bytes = transformer.config.vocab * 4;
    return new Float32Array(await this.#backend.read(workspace.logits, 0, bytes));
  }

  destroy(): void {
    this.#recall.destroy();
    this.#sampler.destroy();
    this.#stack.transformer.destroyWorkspace(this.#stack.workspace);
    this.#mixer.destroy();
    for (const layer of this.#mixer.layers) destroyLayer(this.#backend, layer);
  }

  /** Sub-chunks, each with its own choice; the last token alone, so that its own query decides. */
  async #read(
    prompt: readonly number[],
    forced: readonly number[] | undefined,
    signal: AbortSignal | undefined,
    turn: TakeTurn,
  ): Promise<void> {
    const { subChunk, lastQ } = this.#model.binding.parameters;
    this.#recall.begin(forced);
    this.#attended.clear();
    for (const chunks of this.#recalled) chunks.clear();
    const body = prompt.length - 1;
    for (let at = 0; at < prompt.length;) {
      if (signal?.aborted) throw new EngineError("cancelled", "The question was cancelled.");
      const left = body - at;
      const most = left > lastQ ? Math.min(this.#maxTokens, left - lastQ) : subChunk;
      const count = left === 0 ? 1 : Math.min(most, left, this.#maxTokens);
      await turn(() => this.#step(prompt.slice(at, at + count)));
      at += count;
    }
    this.#recall.beginAnswer();
  }

  /** Tokens with known ids → their logits in the workspace. */
  async #step(ids: readonly number[]): Promise<void> {
    const { counter } = this.#model;
    const { transformer, workspace } = this.#stack;
    const tokens = ids.length;
    await this.#recall.prepare();
    this.#backend.upload(workspace.ids, 0, Uint32Array.from(ids));
    counter.count(this.#mixer.position, tokens, this.documentTokens);
    const recorder = this.#backend.record();
    const path = tokens === 1 ? "decode" : "prefill";
    const settle = await this.#forward(recorder, tokens, path);
    transformer.logits(recorder, workspace, tokens - 1, 1);
    recorder.submit();
    this.#mixer.advance(tokens);
    if (path === "decode") this.#attended.clear();
    await settle();
  }

  async #sampleFirst({ sampling }: DecodeOptions): Promise<number> {
    const recorder = this.#backend.record();
    const id = this.#sampler.sample(recorder, this.#stack.workspace, sampling, 0);
    recorder.submit();
    return id;
  }

  /** The id in ws.ids → the next id. */
  async #decodeStep({ sampling, onChoice }: GenerateOptions, step: number): Promise<number> {
    const { transformer, workspace } = this.#stack;
    await this.#recall.prepare();
    this.#model.counter.count(this.#mixer.position, 1, this.documentTokens);
    const recorder = this.#backend.record();
    const settle = await this.#forward(recorder, 1, "decode");
    transformer.logits(recorder, workspace, 0, 1);
    const id = this.#sampler.sample(recorder, workspace, sampling, step);
    recorder.submit();
    await settle();
    for (const layer of this.#mixer.layers.keys()) {
      const used = this.#attended.used(layer);
      onChoice?.({ layer, used, wanted: this.#isDeferred ? undefined : used });
    }
    this.#mixer.advance(1);
    return id;
  }

  /** Records all layers; what comes back takes in their attention, once the recording was submitted. */
  async #forward(
    recorder: ReturnType<Backend["record"]>,
    tokens: number,
    path: "prefill" | "decode",
  ): Promise<() => Promise<void>> {
    const { heads, kvHeads } = this.#stack.transformer.config;
    const weights: { readonly layer: number; readonly read: () => Promise<Float32Array> }[] = [];
    const losses: (() => Promise<void>)[] = [];
    const now = this.#mixer.position;
    await forward(
      this.#stack,
      { recorder, tokens, path },
      {
        beforeMix: (pass, layer) => this.#recall.choose(pass, layer),
        afterMix: (_, layer) => {
          const memory = this.#mixer.layers[layer]!;
          const { k } = this.#stack.workspace;
          const loss = this.#keyLoss?.read(recorder, layer, memory, k, { tokens, now });
          if (loss) losses.push(loss);
          if (path === "prefill" || !this.#attended.isCounted(layer)) return;
          weights.push({ layer, read: this.#mixer.readWeights(recorder, layer) });
        },
      },
    );
    return async () => {
      await this.#recall.settle();
      for (const loss of losses) await loss();
      for (const layer of this.#mixer.layers.keys()) this.#noteChosen(layer);
      for (const { layer, read } of weights) {
        this.#attended.add(layer, await read(), heads, kvHeads);
      }
    };
  }

  #noteChosen(layer: number): void {
    const memory = this.#mixer.layers[layer];
    const chosen = memory?.lowRank?.chosen;
    if (!memory || !chosen) return;
    for (const head of memory.outlierChunks.keys()) {
      for (let slot = 0; slot < chosen.slots; slot++) {
        this.#recalled[layer]?.add(chosen.chunkIn(head, slot));
      }
    }
  }
}
