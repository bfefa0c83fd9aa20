// Streams a document in: chunk by chunk through the transformer, with spans sealed and recalled as it
// goes. One call of `step` is one chunk. Not here: tokenizing, scheduling, what the store does.
// Source: specification §3, §10 (ingestion: one selection per chunk, lag 1).

import type { KernelRuntime, Recorder } from "../../../kernels/index.ts";
import { EngineError } from "../errors.ts";
import { Recall } from "../sequence/recall.ts";
import type { Sequence } from "../sequence/sequence.ts";
import type { SpanIndex } from "../sequence/span-index.ts";
import type { LtriParameters } from "../spans/parameters.ts";
import type { DocumentWriter } from "../store/types.ts";
import type { TokenCounter } from "../token-counter.ts";
import type { Transformer, Workspace } from "../transformer/transformer.ts";
import { restoreCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { SpanBuilder } from "./span-builder.ts";

export interface IngestParts {
  readonly runtime: KernelRuntime;
  readonly transformer: Transformer;
  readonly workspace: Workspace;
  readonly sequence: Sequence;
  readonly index: SpanIndex;
  readonly parameters: LtriParameters;
  readonly counter: TokenCounter;
  readonly writer: DocumentWriter;
  /** Prompt prefix and document, in the order they are read. */
  readonly tokens: Uint32Array;
  readonly prefixTokens: number;
}

export class Ingestor {
  readonly #parts: IngestParts;
  readonly #builder: SpanBuilder;
  readonly #recall: Recall;
  /** Ordinals per layer that the next chunk attends to, in document order. */
  #recalled: readonly (readonly number[])[];

  private constructor(parts: IngestParts) {
    this.#parts = parts;
    const { runtime, sequence, index, parameters, writer } = parts;
    this.#builder = new SpanBuilder(runtime, sequence, index, parameters);
    this.#recall = new Recall(runtime, sequence, index, (layer, ordinals) =>
      writer.reader.readSpanKv(layer, ordinals),
    );
    this.#recalled = sequence.layers.map(() => []);
  }

  /** Starts at the first token, or continues from the writer's last commit. */
  static async open(parts: IngestParts): Promise<Ingestor> {
    const ingestor = new Ingestor(parts);
    const { checkpoint, reader } = parts.writer;
    if (checkpoint) {
      const { runtime, sequence, index } = parts;
      const state = restoreCheckpoint(runtime, sequence, ingestor.#builder, checkpoint);
      ingestor.#recalled = state.recalled;
      for (let layer = 0; layer < sequence.layers.length; layer++) {
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
        const { mStat, mDyn } = await reader.vectors(layer);
        index.uploadVectors(layer, 0, mStat, mDyn);
      }
    }
    return ingestor;
  }

  /** Tokens streamed in, of `tokens.length`. */
  get now(): number {
    return this.#parts.sequence.now;
  }

  get totalTokens(): number {
    return this.#parts.tokens.length;
  }

  isDone(): boolean {
    return this.now === this.#parts.tokens.length;
  }

  get spans(): number {
    const { sequence, index } = this.#parts;
    return sequence.layers.reduce((sum, _, layer) => sum + index.table(layer).count, 0);
  }

  /** Reads the next chunk. Nothing is durable before `commit`. */
  async step(): Promise<void> {
    const { runtime, transformer, workspace, sequence, index, parameters, tokens } = this.#parts;
    const start = sequence.now;
    const count = Math.min(parameters.chunk, tokens.length - start);
    if (count <= 0) throw new Error("the document is at its end");
    for (let layer = 0; layer < sequence.layers.length; layer++) {
      const spans = await this.#recall.ensure(layer, this.#recalled[layer] ?? []);
      sequence.plan(layer, count, spans);
    }
    runtime.upload(workspace.ids, 0, tokens.subarray(start, start + count));
    this.#parts.counter.count(start, count, tokens.length);
    const recorder = runtime.record();
    transformer.embed(recorder, workspace, count);
    for (let layer = 0; layer < sequence.layers.length; layer++) {
      transformer.project(recorder, workspace, layer, count);
      index.keepMeanQuery(recorder, layer, workspace.q, 0, count);
      this.#attend(recorder, layer, count);
      transformer.finishLayer(recorder, workspace, layer, count);
    }
    const rows = this.#builder.readRows(recorder);
    recorder.submit();
    sequence.advance(count);
    await this.#seal(await rows, start, count);
  }

  /** Makes everything so far durable. */
  async commit(): Promise<void> {
    const { writer, sequence, prefixTokens } = this.#parts;
    const checkpoint = await this.#checkpoint(this.#builder);
    const tokensCommitted = Math.max(0, sequence.now - prefixTokens);
    await writer.commit({ tokensCommitted, checkpoint });
  }

  /** After the last step: seals what is left and makes the document complete. */
  async finish(): Promise<void> {
    const { runtime, sequence, writer, prefixTokens } = this.#parts;
    if (!this.isDone()) throw new Error("the document is not at its end");
    const recorder = runtime.record();
    this.#builder.discover(recorder, undefined, sequence.now, 0);
    recorder.submit();
    while (await this.#sealRound(sequence.now));
    for (const layer of sequence.layers) {
      // Sinks shorter than their pages: a document of a few tokens has no spans at all.
      if (sequence.now > sequence.shape.layout.sinkTokens && layer.firstRing !== sequence.now) {
        throw new Error(`tokens ${layer.firstRing}…${sequence.now} were not sealed`);
      }
    }
    const checkpoint = await this.#checkpoint(undefined);
    await writer.finish({ tokensCommitted: sequence.now - prefixTokens, checkpoint });
  }

  destroy(): void {
    this.#builder.destroy();
    this.#recall.destroy();
  }

  #attend(recorder: Recorder, layer: number, count: number): void {
    const { sequence, workspace } = this.#parts;
    // One token goes through the same kernels as many: the band needs the gathered working set.
    sequence.attend(recorder, workspace, layer, count, "prefill");
    if (sequence.now + count > sequence.shape.layout.sinkTokens) {
      this.#builder.recordBand(recorder, layer, count);
    }
  }

  async #seal(rows: Float32Array, start: number, count: number): Promise<void> {
    const { runtime, sequence, parameters, index } = this.#parts;
    const inRing = sequence.now > sequence.shape.layout.sinkTokens;
    const recorder = runtime.record();
    if (inRing) this.#builder.discover(recorder, rows, start, count);
    recorder.submit();
    while (await this.#sealRound(sequence.now - parameters.nLocal));
    await this.#choose(index);
  }

  /** True when something was sealed and more may follow. */
  async #sealRound(end: number): Promise<boolean> {
    const { runtime, writer } = this.#parts;
    this.#builder.resetLists();
    const recorder = runtime.record();
    const take = this.#builder.seal(recorder, end);
    recorder.submit();
    if (!take) return false;
    for (const [layer, spans] of await take()) await writer.append(layer, spans);
    return true;
  }

  /** The recalled set of the next chunk, from the mean query of the last one. */
  async #choose(index: SpanIndex): Promise<void> {
    const { runtime, sequence, parameters } = this.#parts;
    const { budget } = parameters;
    const everything = sequence.layers.every((_, layer) => index.table(layer).tokens <= budget);
    const all = (layer: number) => Array.from({ length: index.table(layer).count }, (_, i) => i);
    if (everything) {
      this.#recalled = sequence.layers.map((_, layer) => all(layer));
      return;
    }
    const recorder = runtime.record();
    for (let layer = 0; layer < sequence.layers.length; layer++) {
      const retrieval = { budgetTokens: budget, persistFrac: 0, persist: false };
      index.retrieve(recorder, sequence, layer, retrieval);
    }
    const selected = index.readAllSelected(recorder);
    recorder.submit();
    this.#recalled = (await selected).map((ids, layer) =>
      index.table(layer).tokens <= budget ? all(layer) : ids,
    );
  }

  #checkpoint(builder: SpanBuilder | undefined): Promise<Uint8Array> {
    const { runtime, sequence, index } = this.#parts;
    const sealed = sequence.layers.map((_, layer) => index.table(layer).count);
    const recalled = builder ? this.#recalled : [];
    return saveCheckpoint(runtime, sequence, builder, recalled, sealed);
  }
}
