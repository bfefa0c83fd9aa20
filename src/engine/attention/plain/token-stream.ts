// A token stream on the device: reads tokens in chunks, goes on token by token. What it remembers of the
// stream is its mixer's; subclasses make it ready for a step and give it back.

import type { Backend, Recorder } from "../../../../kernels/index.ts";
import { forward, type LayerHooks, type Stack } from "../../transformer/forward.ts";
import type { TokenCounter } from "../../transformer/token-counter.ts";

export abstract class TokenStream {
  readonly stack: Stack;
  protected readonly backend: Backend;
  readonly #counter: TokenCounter;
  readonly #chunk: number;

  protected constructor(backend: Backend, stack: Stack, counter: TokenCounter) {
    this.backend = backend;
    this.stack = stack;
    this.#counter = counter;
    this.#chunk = stack.workspace.maxTokens;
  }

  /** Before a step of so many tokens is recorded. */
  protected abstract prepare(tokens: number): void;

  /**
   * Appends `tokens`, chunk by chunk. `documentEnd`: how many tokens of the stream belong to a document; default all
   * of these. `onLogits` receives f32 [rows, V] per chunk, in order.
   */
  async read(
    tokens: Uint32Array,
    onLogits: ((logits: Float32Array) => void) | undefined,
    onProgress: (tokensDone: number) => void,
    documentEnd = this.stack.mixer.position + tokens.length,
    hooks?: LayerHooks,
  ): Promise<void> {
    const { transformer, workspace } = this.stack;
    for (let at = 0; at < tokens.length; at += this.#chunk) {
      const count = Math.min(this.#chunk, tokens.length - at);
      this.prepare(count);
      this.backend.upload(workspace.ids, 0, tokens.subarray(at, at + count));
      this.#counter.count(this.stack.mixer.position, count, documentEnd);
      const recorder = this.backend.record();
      await forward(this.stack, { recorder, tokens: count, path: "prefill" }, hooks);
      let logits: Promise<ArrayBuffer> | undefined;
      if (onLogits) {
        transformer.logits(recorder, workspace, 0, count);
        logits = recorder.readback(workspace.logits, 0, count * transformer.config.vocab * 4);
      }
      // Without a read-back the loop would run ahead of the device without bound.
      const fence = logits ?? recorder.readback(workspace.ids, 0, 4);
      recorder.submit();
      this.#advance(count);
      const bytes = await fence;
      if (onLogits && logits) onLogits(new Float32Array(bytes));
      onProgress(at + count);
    }
  }

  /** The token in ws.ids, as one submission; `record` adds what is to be read back from it. */
  async step<T>(record: (recorder: Recorder) => Promise<T>, hooks?: LayerHooks): Promise<T> {
    this.prepare(1);
    this.#counter.count(this.stack.mixer.position, 1, 0);
    const recorder = this.backend.record();
    await forward(this.stack, { recorder, tokens: 1, path: "decode" }, hooks);
    const result = record(recorder);
    recorder.submit();
    this.#advance(1);
    return result;
  }

  destroy(): void {
    this.stack.transformer.destroyWorkspace(this.stack.workspace);
  }

  #advance(tokens: number): void {
    this.stack.mixer.advance(tokens);
    this.stack.hop?.advance(tokens);
  }
}
