// Reads a document into a recurrent state, chunk by chunk. A commit keeps the whole state: a later reading
// goes on from it.

import type { DocumentWriter } from "../../store/types.ts";
import type { BoundModel } from "../bound-model.ts";
import type { DocumentReading } from "../engine.ts";
import { openBoundStream, streamIds } from "./bound-stream.ts";
import type { RecurrentStream } from "./recurrent-stream.ts";
import { decodeState, encodeState } from "./state-record.ts";

export async function openRecurrentReading(
  model: BoundModel,
  writer: DocumentWriter,
): Promise<DocumentReading> {
  const tokens = streamIds(model.binding.prompt, await writer.reader.tokenIds());
  const { checkpoint } = writer;
  const from = checkpoint ? decodeState(checkpoint, tokens) : undefined;
  const stream = openBoundStream(model);
  try {
    if (from) stream.restore(from);
  } catch (error) {
    stream.destroy();
    throw error;
  }
  return new RecurrentReading(model, writer, stream, tokens);
}

class RecurrentReading implements DocumentReading {
  readonly spans = 0;
  readonly ramBytes = 0;
  readonly #model: BoundModel;
  readonly #writer: DocumentWriter;
  readonly #stream: RecurrentStream;
  readonly #tokens: Uint32Array; // prefix and document

  constructor(
    model: BoundModel,
    writer: DocumentWriter,
    stream: RecurrentStream,
    tokens: Uint32Array,
  ) {
    this.#model = model;
    this.#writer = writer;
    this.#stream = stream;
    this.#tokens = tokens;
  }

  get now(): number {
    return this.#stream.position;
  }

  get totalTokens(): number {
    return this.#tokens.length;
  }

  isDone(): boolean {
    return this.now === this.#tokens.length;
  }

  async step(): Promise<void> {
    const { chunk } = this.#model.binding.parameters;
    const piece = this.#tokens.subarray(this.now, this.now + chunk);
    await this.#stream.read(piece, undefined, () => undefined, this.#tokens.length);
  }

  async commit(): Promise<void> {
    await this.#writer.commit(await this.#input());
  }

  async finish(): Promise<void> {
    if (!this.isDone()) throw new Error("the document is not at its end");
    await this.#writer.finish(await this.#input());
  }

  destroy(): void {
    this.#stream.destroy();
  }

  async #input() {
    const checkpoint = encodeState(await this.#stream.snapshot(), this.#tokens);
    const prefix = this.#model.binding.prompt.prefixIds.length;
    return { tokensCommitted: Math.max(0, this.now - prefix), checkpoint };
  }
}
