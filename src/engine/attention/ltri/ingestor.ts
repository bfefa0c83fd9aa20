// Streams a document in: chunk by chunk through the transformer, with spans sealed and recalled as it
// goes. One call of `step` is one chunk. Not here: tokenizing, scheduling, what the store does.
// Source: docs/ltri.md §2 (one selection per chunk).

import type { Recorder } from "../../../../kernels/index.ts";
import { EngineError } from "../../errors.ts";
import type { PagedKv } from "../../mixers/softmax/paged-kv.ts";
import type { DocumentWriter, SealedSpans } from "../../store/types.ts";
import { forward, type Stack } from "../../transformer/forward.ts";
import type { BoundModel } from "../bound-model.ts";
import type { DocumentReading } from "../engine.ts";
import type { LtriParameters } from "../parameters.ts";
import { restoreCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { ResidentSpans } from "./resident-spans.ts";
import { SpanBuilder } from "./span-builder.ts";
import type { SpanIndex } from "./span-index.ts";

export interface IngestParts {
  readonly model: BoundModel;
  readonly stack: Stack;
  readonly kv: PagedKv;
  readonly index: SpanIndex;
  readonly writer: DocumentWriter;
  /** Prompt prefix and document, in the order they are read. */
  readonly tokens: Uint32Array;
  readonly prefixTokens: number;
  /** First token of the stream whose spans are worth storing. */
  readonly keepFrom: number;
}

export class Ingestor implements DocumentReading {
  readonly #parts: IngestParts;
  readonly #builder: SpanBuilder;
  readonly #resident: ResidentSpans;
  /** Ordinals per layer that the next chunk attends to, in document order. */
  #recalled: readonly (readonly number[])[];

  private constructor(parts: IngestParts) {
    this.#parts = parts;
    const { model, kv, index, writer, keepFrom } = parts;
    const { backend, binding } = model;
    this.#builder = new SpanBuilder(backend, kv, index, binding.parameters, keepFrom);
    this.#resident = new ResidentSpans(backend, kv, index, (layer, ordinals) =>
      writer.reader.readSpanKv(layer, ordinals),
    );
    this.#recalled = kv.config.layerConfigs.map(() => []);
  }

  /** Starts at the first token, or continues from the writer's last commit. */
  static async open(parts: IngestParts): Promise<Ingestor> {
    const ingestor = new Ingestor(parts);
    const { checkpoint, reader } = parts.writer;
    if (checkpoint) {
      const { model, kv, index } = parts;
      const state = restoreCheckpoint(model.backend, kv, ingestor.#builder, checkpoint);
      ingestor.#recalled = state.recalled;
      for (let layer = 0; layer < kv.config.layers; layer++) {
        const { count, start, length } = reader.spans(layer);
        if (count !== state.sealed[layer]) {
          throw new EngineError(
            "index-damaged",
            `Layer ${layer} has ${count} stored spans, its checkpoint ${String(state.sealed[layer])}.`,
          );
        }
        const spans = Array.from({ length: count }, (_, i) => ({
          start: start[i]!,
          length: length[i]!,
        }));
        index.append(layer, spans);
        await index.vectors.restore(layer, count);
      }
    }
    return ingestor;
  }

  /** Tokens streamed in, of `tokens.length`. */
  get now(): number {
    return this.#parts.kv.now;
  }

  get totalTokens(): number {
    return this.#parts.tokens.length;
  }

  isDone(): boolean {
    return this.now === this.#parts.tokens.length;
  }

  get spans(): number {
    const { kv, index } = this.#parts;
    return kv.config.layerConfigs.reduce((sum, _, layer) => sum + index.table(layer).count, 0);
  }

  get ramBytes(): number {
    return this.#parts.index.vectors.pagedBytes;
  }

  /** Reads the next chunk. Nothing is durable before `commit`. */
  async step(): Promise<void> {
    const { model, stack, kv, index, tokens } = this.#parts;
    const { backend, counter } = model;
    const { workspace, mixer } = stack;
    const { chunk, nLocal } = this.#parameters;
    const start = kv.now;
    const count = Math.min(chunk, tokens.length - start);
    if (count <= 0) throw new Error("the document is at its end");
    for (let layer = 0; layer < kv.config.layers; layer++) {
      const spans = await this.#resident.ensure(layer, this.#visible(layer, count));
      kv.plan(layer, count, spans);
    }
    backend.upload(workspace.ids, 0, tokens.subarray(start, start + count));
    counter.count(start, count, tokens.length);
    const recorder = backend.record();
    // One token goes through the same kernels as many: the band needs the gathered working set.
    await forward(
      stack,
      { recorder, tokens: count, path: "prefill" },
      {
        beforeMix: (_, layer) => {
          index.keepMeanQuery(recorder, layer, workspace.q, 0, count);
          return undefined;
        },
        afterMix: (_, layer) => {
          if (start + count <= kv.shape.layout.sinkTokens) return;
          this.#builder.recordBand(recorder, layer, count);
        },
      },
    );
    mixer.advance(count);
    // What leaves the window now was discovered in earlier chunks (nLocal ≥ segLen + lMax + chunk):
    // sealing and the choice need nothing of this chunk from the CPU, so one wait serves all three.
    const sealEnd = kv.now - nLocal;
    const rows = this.#builder.readRows(recorder);
    this.#builder.resetLists();
    const sealed = this.#builder.seal(recorder, sealEnd);
    // Rare: more spans than a round holds, or vectors that are scored from RAM and must be there first.
    const isLater = this.#builder.hasReady(sealEnd) || index.isPaged;
    const choice = isLater ? undefined : await this.#recordChoice(recorder);
    recorder.submit();
    const [sums, spans, recalled] = await Promise.all([rows, sealed?.(), choice?.()]);
    await this.#append(spans);
    this.#recalled = recalled ?? (await this.#chooseLater(sealEnd));
    this.#discover(sums, start, count);
  }

  /** Makes everything so far durable. */
  async commit(): Promise<void> {
    const { writer, kv, prefixTokens } = this.#parts;
    const checkpoint = await this.#checkpoint(this.#builder);
    const tokensCommitted = Math.max(0, kv.now - prefixTokens);
    await writer.commit({ tokensCommitted, checkpoint });
  }

  /** After the last step: seals what is left and makes the document complete. */
  async finish(): Promise<void> {
    const { model, kv, writer, prefixTokens } = this.#parts;
    if (!this.isDone()) throw new Error("the document is not at its end");
    const recorder = model.backend.record();
    this.#builder.discover(recorder, undefined, kv.now, 0);
    recorder.submit();
    while (await this.#sealRound(kv.now));
    for (let layer = 0; layer < kv.config.layers; layer++) {
      const left = kv.firstRing(layer);
      // Sinks shorter than their pages: a document of a few tokens has no spans at all.
      if (kv.now > kv.shape.layout.sinkTokens && left !== kv.now) {
        throw new Error(`tokens ${left}…${kv.now} were not sealed`);
      }
    }
    const checkpoint = await this.#checkpoint(undefined);
    await writer.finish({ tokensCommitted: kv.now - prefixTokens, checkpoint });
  }

  destroy(): void {
    const { stack, kv, index } = this.#parts;
    this.#builder.destroy();
    this.#resident.destroy();
    kv.destroy();
    index.destroy();
    stack.transformer.destroyWorkspace(stack.workspace);
  }

  get #parameters(): LtriParameters {
    return this.#parts.model.binding.parameters;
  }

  /** A layer with a sliding window sees what reaches into it, another what was recalled. */
  #visible(layer: number, tokens: number): readonly number[] {
    const { kv, index } = this.#parts;
    if (kv.window(layer) === 0) return this.#recalled[layer] ?? [];
    return index.table(layer).reaching(kv.oldestVisible(layer, tokens));
  }

  #discover(rows: Float32Array, start: number, count: number): void {
    const { model, kv } = this.#parts;
    if (kv.now <= kv.shape.layout.sinkTokens) return;
    const recorder = model.backend.record();
    this.#builder.discover(recorder, rows, start, count);
    recorder.submit();
  }

  async #append(sealed: ReadonlyMap<number, SealedSpans> | undefined): Promise<void> {
    for (const [layer, spans] of sealed ?? []) await this.#parts.writer.append(layer, spans);
  }

  /** True when something was sealed and more may follow. */
  async #sealRound(end: number): Promise<boolean> {
    this.#builder.resetLists();
    const recorder = this.#parts.model.backend.record();
    const take = this.#builder.seal(recorder, end);
    recorder.submit();
    await this.#append(await take?.());
    return take !== undefined;
  }

  async #chooseLater(sealEnd: number): Promise<readonly (readonly number[])[]> {
    while (await this.#sealRound(sealEnd));
    const recorder = this.#parts.model.backend.record();
    const take = await this.#recordChoice(recorder);
    recorder.submit();
    return take();
  }

  /** The recalled sets of the next chunk, from the mean queries of the last one; to be called after submit. */
  async #recordChoice(recorder: Recorder): Promise<() => Promise<readonly (readonly number[])[]>> {
    const { kv, index } = this.#parts;
    const { budget } = this.#parameters;
    const layers = kv.config.layerConfigs;
    const isChosen = layers.map(
      (_, layer) => kv.window(layer) === 0 && index.table(layer).tokens > budget,
    );
    const all = (layer: number) => Array.from({ length: index.table(layer).count }, (_, i) => i);
    // The set of a layer with a window is found when it is planned.
    const fixed = layers.map((_, layer) => {
      return isChosen[layer] || kv.window(layer) > 0 ? [] : all(layer);
    });
    if (!isChosen.includes(true)) return () => Promise.resolve(fixed);
    for (const layer of layers.keys()) {
      const retrieval = { budgetTokens: budget, persistFrac: 0, persist: false };
      await index.retrieve(recorder, kv, layer, retrieval);
    }
    const selected = index.readAllSelected(recorder);
    return async () =>
      (await selected).map((ids, layer) => (isChosen[layer] ? ids : fixed[layer]!));
  }

  #checkpoint(builder: SpanBuilder | undefined): Promise<Uint8Array> {
    const { model, kv, index } = this.#parts;
    const sealed = kv.config.layerConfigs.map((_, layer) => index.table(layer).count);
    const recalled = builder ? this.#recalled : [];
    return saveCheckpoint(model.backend, kv, builder, recalled, sealed);
  }
}
