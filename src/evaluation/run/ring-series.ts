// Documents that begin alike, for the engines without an index. `full` keeps every token, so going
// back to where two documents part is a rewind; `streaming` forgets, so its sinks and window are kept
// at those places.

import type { Backend } from "../../../kernels/index.ts";
import { kvRowBytes } from "../../../kernels/index.ts";
import { readTokens } from "../../engine/transformer/read-tokens.ts";
import { Session } from "../../engine/attention/ltri/session.ts";
import { openRingSequence, sessionTokens } from "../../engine/attention/ltri/sizes.ts";
import { PAGE_TOKENS } from "../../engine/mixers/softmax/kv-layout.ts";
import { SpanIndex } from "../../engine/attention/ltri/span-index.ts";
import type { Sequence } from "../../engine/mixers/softmax/paged-kv.ts";
import type { Workspace } from "../../engine/transformer/transformer.ts";
import {
  type DocumentSeries,
  forkPoint,
  isSame,
  type SeriesParts,
  streamOf,
} from "./document-series.ts";

interface RingState {
  readonly firstRing: readonly number[];
  readonly pools: readonly Uint8Array[]; // k and v of every layer
}

/** Without spans nothing is recalled; the index needs room for one token all the same. */
const NO_BUDGET = 1;

export class RingSeries implements DocumentSeries {
  readonly #engine: "full" | "streaming";
  readonly #parts: SeriesParts;
  readonly #sequence: Sequence;
  readonly #index: SpanIndex;
  readonly #workspace: Workspace;
  readonly #base: Uint32Array;
  readonly #kept = new Map<number, RingState>();
  /** What the sequence holds. */
  #held: Uint32Array | undefined;
  #session: Session | undefined;

  constructor(engine: "full" | "streaming", parts: SeriesParts) {
    this.#engine = engine;
    this.#parts = parts;
    const { backend, loaded, binding, documents } = parts;
    const { config } = loaded.model;
    const [first] = documents;
    if (!first) throw new Error("a series of no documents");
    this.#base = streamOf(binding, first);
    const longest = documents.reduce((most, { length }) => Math.max(most, length), 0);
    const total = binding.prompt.prefixIds.length + longest;
    this.#sequence = openRingSequence(backend, config, binding.parameters, engine, total);
    this.#index = new SpanIndex(backend, config, binding.parameters, NO_BUDGET);
    this.#workspace = loaded.transformer.createWorkspace(binding.parameters.chunk, 1);
  }

  async open(index: number, onChunk: (tokens: number) => void): Promise<Session> {
    const { binding, documents } = this.#parts;
    const ids = documents[index];
    if (!ids) throw new Error(`document ${index}`);
    const stream = streamOf(binding, ids);
    if (this.#session && this.#held && isSame(this.#held, stream)) return this.#session;
    this.#session?.destroy();
    this.#session = undefined;
    await this.#read(stream, onChunk);
    this.#session = this.#newSession();
    return this.#session;
  }

  destroy(): void {
    this.#session?.destroy();
    this.#session = undefined;
    this.#sequence.destroy();
    this.#index.destroy();
    this.#parts.loaded.transformer.destroyWorkspace(this.#workspace);
    this.#kept.clear();
  }

  async #read(stream: Uint32Array, onChunk: (tokens: number) => void): Promise<void> {
    const { backend, loaded, binding, counter, turn } = this.#parts;
    const { chunk, nLocal } = binding.parameters;
    const sequence = this.#sequence;
    const places = this.#goBack(stream);
    const keepTokens = this.#engine === "streaming" ? nLocal : 0;
    const workspace = this.#workspace;
    const { transformer } = loaded;
    this.#held = undefined;
    const reader = { backend, transformer, workspace, sequence, counter, chunk, keepTokens };
    while (sequence.now < stream.length) {
      const tokens = stream.subarray(sequence.now, sequence.now + chunk);
      await turn(() => readTokens(reader, tokens, undefined, () => undefined));
      onChunk(tokens.length);
      if (places.has(sequence.now)) {
        this.#kept.set(sequence.now, await turn(() => saveRing(backend, sequence)));
      }
    }
    this.#held = stream;
  }

  /** To the last place that `stream` shares; returns the places to keep on the way. */
  #goBack(stream: Uint32Array): Set<number> {
    const { backend, binding, documents } = this.#parts;
    const { chunk } = binding.parameters;
    const sequence = this.#sequence;
    if (this.#engine === "full") {
      sequence.rewind(this.#held ? forkPoint(this.#held, stream, chunk) : 0);
      return new Set();
    }
    const isBase = this.#kept.size === 0 && isSame(this.#base, stream);
    const at = forkPoint(this.#base, stream, chunk);
    const state = isBase ? undefined : this.#kept.get(at);
    if (state) restoreRing(backend, sequence, state, at);
    else restart(sequence);
    if (!isBase) return new Set();
    const later = documents.slice(1).map((ids) => streamOf(binding, ids));
    return new Set(later.map((other) => forkPoint(this.#base, other, chunk)));
  }

  #newSession(): Session {
    const { backend, loaded, binding, counter } = this.#parts;
    return new Session({
      backend,
      transformer: loaded.transformer,
      workspace: this.#workspace,
      sequence: this.#sequence,
      index: this.#index,
      parameters: binding.parameters,
      counter,
      load: () => Promise.resolve([]),
      prefixTokens: binding.prompt.prefixIds.length,
      sessionTokens: sessionTokens(loaded.model.config.contextLength),
      answerBudget: NO_BUDGET,
      retrieving: [],
    });
  }
}

function restart(sequence: Sequence): void {
  sequence.rewind(0);
  for (const layer of sequence.layers) layer.firstRing = sequence.shape.layout.sinkTokens;
}

/** Bytes of sinks and ring in one pool. */
function ringBytes(sequence: Sequence): number {
  const { layout, kvDtype } = sequence.shape;
  const { kvHeads, headDim } = sequence.config;
  return layout.firstSpanPage * PAGE_TOKENS * kvHeads * kvRowBytes(kvDtype, headDim);
}

async function saveRing(backend: Backend, sequence: Sequence): Promise<RingState> {
  const recorder = backend.record();
  const bytes = ringBytes(sequence);
  const pools = sequence.layers.flatMap(({ kPool, vPool }) => [
    recorder.readback(kPool, 0, bytes),
    recorder.readback(vPool, 0, bytes),
  ]);
  recorder.submit();
  return {
    firstRing: sequence.layers.map(({ firstRing }) => firstRing),
    pools: (await Promise.all(pools)).map((pool) => new Uint8Array(pool)),
  };
}

function restoreRing(backend: Backend, sequence: Sequence, state: RingState, now: number): void {
  sequence.layers.forEach((layer, i) => {
    backend.upload(layer.kPool, 0, state.pools[2 * i]!);
    backend.upload(layer.vPool, 0, state.pools[2 * i + 1]!);
    layer.firstRing = state.firstRing[i]!;
  });
  sequence.now = now;
}
