// Questions to documents that have been read: the question in sub-chunks with exact retrieval per layer,
// then decoding with one submission per token. What a question leaves in the KV cache is dropped after it,
// so the document's state never changes.
// Source: docs/ltri.md §9. Not here: prompts and text (ask/), which spans (recaller.ts).

import type { Recorder } from "../../../../kernels/index.ts";
import { EngineError } from "../../errors.ts";
import type { AttendedInterval } from "../../ask/token-heat.ts";
import { behindSnapshot } from "../../mixers/mixer.ts";
import { SoftmaxMixer } from "../../mixers/softmax/softmax-mixer.ts";
import { forward, type Stack } from "../../transformer/forward.ts";
import { atOnce, decodeTimed, type DecodeOptions, type TakeTurn } from "../decoder.ts";
import type { DocumentSession, GenerateOptions, Generation, Recollection } from "../engine.ts";
import { Sampler } from "../sampler.ts";
import { requireRoom } from "../session-room.ts";
import { AttendedMass } from "./attended-mass.ts";
import { Recaller, type RecallerParts } from "./recaller.ts";
import { sessionTokens } from "./sizes.ts";

/** Decode steps in which the set stays what the keys of the document have given. */
const KEPT_STEPS = 64;

export class Session implements DocumentSession {
  readonly #parts: RecallerParts;
  readonly #stack: Stack;
  readonly #recaller: Recaller;
  readonly #sampler: Sampler;
  readonly #documentEnd: number;
  readonly #mass: AttendedMass;

  /** `kv` stands at the end of the documents; it and the index are given back with the session. */
  constructor(parts: RecallerParts) {
    this.#parts = parts;
    const { model, kv, index } = parts;
    const { transformer } = model.loaded;
    const workspace = transformer.createWorkspace(model.binding.parameters.chunk, 1);
    this.#stack = { transformer, workspace, mixer: new SoftmaxMixer(transformer, kv) };
    this.#recaller = new Recaller(parts);
    this.#sampler = new Sampler(model.backend, transformer.config.vocab);
    this.#documentEnd = kv.now;
    this.#mass = new AttendedMass(kv, index, model.binding.prompt.prefixIds.length, kv.now);
  }

  get documentTokens(): number {
    return this.#documentEnd;
  }

  get sessionTokens(): number {
    return sessionTokens(this.#stack.transformer.config.contextLength);
  }

  get ramBytes(): number {
    return this.#parts.index.vectors.pagedBytes + this.#recaller.keyRamBytes;
  }

  /** Tokens in sealed spans, per layer. */
  get sealedTokens(): number[] {
    const { kv, index } = this.#parts;
    return kv.config.layerConfigs.map((_, layer) => index.table(layer).tokens);
  }

  async generate(prompt: readonly number[], options: GenerateOptions): Promise<Generation> {
    const maxTokens = Math.min(options.maxTokens, this.sessionTokens - prompt.length);
    requireRoom(prompt, maxTokens, this.sessionTokens, "this model");
    return behindSnapshot(this.#stack.mixer, async () => {
      const decoded = await decodeTimed(maxTokens, options, {
        read: (turn) => this.#read(prompt, options.forced, options.signal, turn),
        first: async () => {
          const id = await this.#sampleFirst(options);
          this.#mass.clear();
          return id;
        },
        next: (step) => this.#decodeStep(options, step),
      });
      return {
        ...decoded,
        attended: this.#mass.intervals(),
        spansRecalled: this.#recaller.spansRecalled,
      };
    });
  }

  async recall(
    prompt: readonly number[],
    { signal, turn = atOnce }: Pick<DecodeOptions, "signal" | "turn">,
  ): Promise<Recollection> {
    requireRoom(prompt, 1, this.sessionTokens, "this model");
    return behindSnapshot(this.#stack.mixer, async () => {
      const matched = await this.#read(prompt, undefined, signal, turn, true);
      const { spansRecalled } = this.#recaller;
      return { attended: this.#mass.intervals(), matched, spansRecalled };
    });
  }

  /** Logits of the last step, f32 [V]. */
  async readLogits(): Promise<Float32Array> {
    const { workspace, transformer } = this.#stack;
    const bytes = transformer.config.vocab * 4;
    return new Float32Array(await this.#parts.model.backend.read(workspace.logits, 0, bytes));
  }

  destroy(): void {
    this.#recaller.destroy();
    this.#sampler.destroy();
    this.#stack.transformer.destroyWorkspace(this.#stack.workspace);
    this.#parts.kv.destroy();
    this.#parts.index.destroy();
  }

  /**
   * Sub-chunks with exact selection; the last token alone, so that its own query decides. `isFinding`: what the
   * question's words match is told also where everything is attended to and nothing has to be chosen.
   */
  async #read(
    prompt: readonly number[],
    forced: readonly number[] | undefined,
    signal: AbortSignal | undefined,
    turn: TakeTurn,
    isFinding = false,
  ): Promise<AttendedInterval[][]> {
    const recaller = this.#recaller;
    const { mixer } = this.#stack;
    const { chunk, subChunk, lastQ } = this.#parts.model.binding.parameters;
    recaller.begin(forced);
    this.#mass.clear();
    const { chooses } = recaller;
    const compares = recaller.byKeys && (chooses || isFinding);
    const fine = chooses ? subChunk : chunk;
    const body = prompt.length - 1;
    let matched: AttendedInterval[][] = [];
    let isRead = false;
    for (let at = 0; at < prompt.length;) {
      if (signal?.aborted) throw new EngineError("cancelled", "The question was cancelled.");
      const left = body - at;
      const isHistory = left > lastQ;
      if (left === 0 && compares && !isRead) {
        matched = await turn(() => recaller.compareKeys(signal));
        isRead = true;
        if (!chooses) continue;
        // What the question's words have found must be there when they are read.
        const kept = mixer.reusablePrefix(mixer.position - Math.min(body, lastQ));
        at -= mixer.position - kept;
        mixer.restore({ position: kept });
        continue;
      }
      const most = isHistory ? Math.min(chunk, left - lastQ) : fine;
      const count = left === 0 ? 1 : Math.min(most, left);
      const keepQueries = compares && !isHistory && !isRead;
      await turn(() => this.#step(prompt.slice(at, at + count), keepQueries));
      at += count;
    }
    return matched;
  }

  /** One exact step: per layer score, read back, load, attend. */
  async #step(ids: readonly number[], keepQueries: boolean): Promise<void> {
    const { kv, model } = this.#parts;
    const { transformer, workspace, mixer } = this.#stack;
    const tokens = ids.length;
    model.backend.upload(workspace.ids, 0, Uint32Array.from(ids));
    model.counter.count(mixer.position, tokens, this.#documentEnd);
    const recorder = model.backend.record();
    const path = tokens === 1 ? "decode" : "prefill";
    if (path === "decode") recorder.clear(kv.mass);
    await forward(
      this.#stack,
      { recorder, tokens, path },
      {
        beforeMix: (pass, layer) => this.#recaller.choose(pass, workspace, layer, keepQueries),
        afterMix: (_, layer) => {
          if (path === "decode") kv.addMass(recorder, layer);
        },
      },
    );
    transformer.logits(recorder, workspace, tokens - 1, 1);
    const mass = path === "decode" ? this.#readMass(recorder) : undefined;
    recorder.submit();
    mixer.advance(tokens);
    if (!mass) return;
    this.#mass.clear();
    this.#mass.add(await mass);
  }

  async #sampleFirst({ sampling }: DecodeOptions): Promise<number> {
    const recorder = this.#parts.model.backend.record();
    const id = this.#sampler.sample(recorder, this.#stack.workspace, sampling, 0);
    recorder.submit();
    return id;
  }

  /** The id in ws.ids → the next id. One submission, one read-back. */
  async #decodeStep({ sampling, onChoice }: GenerateOptions, step: number): Promise<number> {
    const { kv, index, model } = this.#parts;
    const { transformer, workspace, mixer } = this.#stack;
    const recaller = this.#recaller;
    const layers = kv.config.layerConfigs;
    const { retrievalMode, rescoreEvery, refreshEvery } = model.binding.parameters;
    // Vectors find less than the keys have found: they do not replace it in an answer of usual length.
    const every = recaller.byKeys ? Math.max(refreshEvery, KEPT_STEPS) : refreshEvery;
    const refresh = step % every === 0;
    const isExact = retrievalMode === "exact";
    // While the set is the one that the keys gave, nobody would take a new score.
    const isScored = (!recaller.byKeys || refresh || isExact) && step % rescoreEvery === 0;
    model.counter.count(mixer.position, 1, this.#documentEnd);
    for (const layer of layers.keys()) await recaller.plan(layer, 1);
    const recorder = model.backend.record();
    recorder.clear(kv.mass);
    const score = async (pass: Parameters<Recaller["score"]>[0], layer: number) => {
      await recaller.score(pass, workspace, layer);
      if (!isExact) return;
      const chosen = index.readSelected(recorder, layer);
      recorder.cut();
      recaller.take(layer, await chosen);
      await recaller.plan(layer, 1);
    };
    await forward(
      this.#stack,
      { recorder, tokens: 1, path: "decode" },
      {
        beforeMix: (pass, layer) =>
          isScored && recaller.isChosen(layer) ? score(pass, layer) : undefined,
        afterMix: (_, layer) => kv.addMass(recorder, layer),
      },
    );
    transformer.logits(recorder, workspace, 0, 1);
    const id = this.#sampler.sample(recorder, workspace, sampling, step);
    const mass = this.#readMass(recorder);
    const isRead = isScored && (refresh || onChoice !== undefined);
    const selected = isRead ? index.readAllSelected(recorder) : undefined;
    recorder.submit();
    this.#mass.add(await mass);
    const chosen = await selected;
    for (const layer of layers.keys()) {
      const own = recaller.isChosen(layer) ? chosen?.[layer] : undefined;
      const used = recaller.tokenSpans(layer);
      const wanted = own ? recaller.tokenSpans(layer, own) : chosen && used;
      onChoice?.({ layer, used, wanted });
      if (refresh && own) recaller.take(layer, own);
    }
    mixer.advance(1);
    return id;
  }

  async #readMass(recorder: Recorder): Promise<Float32Array> {
    const { mass } = this.#parts.kv;
    return new Float32Array(await recorder.readback(mass, 0, mass.size));
  }
}
