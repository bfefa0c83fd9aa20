// Streams a document in: chunk by chunk through the transformer, with spans sealed and recalled as it
// goes. One call of `step` is one chunk. Not here: tokenizing, scheduling, what the store does.
// Source: specification §3, §10 (ingestion: one selection per chunk, lag 1).

import type { Backend, Recorder } from "../../../../kernels/index.ts";
import { EngineError } from "../../errors.ts";
import { Recall } from "./resident-spans.ts";
import type { Sequence } from "../../mixers/softmax/paged-kv.ts";
import type { SpanIndex } from "./span-index.ts";
import type { LtriParameters } from "../parameters.ts";
import type { DocumentWriter, SealedSpans } from "../../store/types.ts";
import type { TokenCounter } from "../../transformer/token-counter.ts";
import type { Transformer, Workspace } from "../../transformer/transformer.ts";
import { restoreCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { SpanBuilder } from "./span-builder.ts";

export interface IngestParts {
  readonly backend: Backend;
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
  /** First token of the stream whose spans are worth storing. */
  readonly keepFrom: number;
}

export class Ingestor {
  readonly #parts: IngestParts;
  readonly #builder: SpanBuilder;
  readonly #recall: Recall;
  /** Ordinals per layer that the next chunk attends to, in document order. */
  #recalled: readonly (readonly number[])[];

  private constructor(parts: IngestParts) {
    this.#parts = parts;
    const { backend, sequence, index, parameters, writer, keepFrom } = parts;
    this.#builder = new SpanBuilder(backend, sequence, index, parameters, keepFrom);
    this.#recall = new Recall(backend, sequence, index, (layer, ordinals) =>
      writer.reader.readSpanKv(layer, ordinals),
    );
    this.#recalled = sequence.layers.map(() => []);
  }

  /** Starts at the first token, or continues from the writer's last commit. */
  static async open(parts: IngestParts): Promise<Ingestor> {
    const ingestor = new Ingestor(parts);
    const { checkpoint, reader } = parts.writer;
    if (checkpoint) {
      const { backend, sequence, index } = parts;
      const state = restoreCheckpoint(backend, sequence, ingestor.#builder, checkpoint);
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
        await index.vectors.restore(layer, count);
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

  /** Index vectors that are in RAM. */
  get indexRamBytes(): number {
    return this.#parts.index.vectors.pagedBytes;
  }

  /** Reads the next chunk. Nothing is durable before `commit`. */
  async step(): Promise<void> {
    const { backend, transformer, workspace, sequence, index, parameters, tokens } = this.#parts;
    const start = sequence.now;
    const count = Math.min(parameters.chunk, tokens.length - start);
    if (count <= 0) throw new Error("the document is at its end");
    for (let layer = 0; layer < sequence.layers.length; layer++) {
      const spans = await this.#recall.ensure(layer, this.#recalled[layer] ?? []);
      sequence.plan(layer, count, spans);
    }
    backend.upload(workspace.ids, 0, tokens.subarray(start, start + count));
    this.#parts.counter.count(start, count, tokens.length);
    let recorder = backend.record();
    transformer.embed(recorder, workspace, count);
    for (let layer = 0; layer < sequence.layers.length; layer++) {
      transformer.project(recorder, workspace, layer, count);
      index.keepMeanQuery(recorder, layer, workspace.q, 0, count);
      this.#attend(recorder, layer, count);
      transformer.finishLayer(recorder, workspace, layer, count);
    }
    sequence.advance(count);
    // What leaves the window now was discovered in earlier chunks (nLocal ≥ segLen + lMax + chunk):
    // sealing and the choice need nothing of this chunk from the CPU, so one wait serves all three.
    const sealEnd = sequence.now - parameters.nLocal;
    const rows = this.#builder.readRows(recorder);
    this.#builder.resetLists();
    const sealed = this.#builder.seal(recorder, sealEnd);
    // Rare: more spans than a round holds, or vectors that are scored from RAM and must be there first.
    const isLater = this.#builder.hasReady(sealEnd) || index.isPaged;
    const choice = isLater ? undefined : await this.#recordChoice(recorder);
    recorder = choice?.recorder ?? recorder;
    recorder.submit();
    const [sums, spans, recalled] = await Promise.all([rows, sealed?.(), choice?.take()]);
    await this.#append(spans);
    this.#recalled = recalled ?? (await this.#chooseLater(sealEnd));
    this.#discover(sums, start, count);
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
    const { backend, sequence, writer, prefixTokens } = this.#parts;
    if (!this.isDone()) throw new Error("the document is not at its end");
    const recorder = backend.record();
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

  #discover(rows: Float32Array, start: number, count: number): void {
    const { backend, sequence } = this.#parts;
    if (sequence.now <= sequence.shape.layout.sinkTokens) return;
    const recorder = backend.record();
    this.#builder.discover(recorder, rows, start, count);
    recorder.submit();
  }

  async #append(sealed: ReadonlyMap<number, SealedSpans> | undefined): Promise<void> {
    for (const [layer, spans] of sealed ?? []) await this.#parts.writer.append(layer, spans);
  }

  /** True when something was sealed and more may follow. */
  async #sealRound(end: number): Promise<boolean> {
    this.#builder.resetLists();
    const recorder = this.#parts.backend.record();
    const take = this.#builder.seal(recorder, end);
    recorder.submit();
    await this.#append(await take?.());
    return take !== undefined;
  }

  async #chooseLater(sealEnd: number): Promise<readonly (readonly number[])[]> {
    while (await this.#sealRound(sealEnd));
    const { recorder, take } = await this.#recordChoice(this.#parts.backend.record());
    recorder.submit();
    return take();
  }

  /** The recalled sets of the next chunk, from the mean queries of the last one; `take` after submit. */
  async #recordChoice(
    recorder: Recorder,
  ): Promise<{ recorder: Recorder; take: () => Promise<readonly (readonly number[])[]> }> {
    const { sequence, parameters, index } = this.#parts;
    const { budget } = parameters;
    const fits = sequence.layers.map((_, layer) => index.table(layer).tokens <= budget);
    const all = (layer: number) => Array.from({ length: index.table(layer).count }, (_, i) => i);
    const everything = sequence.layers.map((_, layer) => (fits[layer] ? all(layer) : []));
    if (!fits.includes(false)) return { recorder, take: () => Promise.resolve(everything) };
    for (let layer = 0; layer < sequence.layers.length; layer++) {
      const retrieval = { budgetTokens: budget, persistFrac: 0, persist: false };
      recorder = await index.retrieve(recorder, sequence, layer, retrieval);
    }
    const selected = index.readAllSelected(recorder);
    const take = async () =>
      (await selected).map((ids, layer) => (fits[layer] ? everything[layer]! : ids));
    return { recorder, take };
  }

  #checkpoint(builder: SpanBuilder | undefined): Promise<Uint8Array> {
    const { backend, sequence, index } = this.#parts;
    const sealed = sequence.layers.map((_, layer) => index.table(layer).count);
    const recalled = builder ? this.#recalled : [];
    return saveCheckpoint(backend, sequence, builder, recalled, sealed);
  }
}
