// A token stream whose KV cache stays whole on the device: exact attention over everything, nothing
// stored, nothing recalled. For completion, for logits of every position, to measure heads, and as the
// oracle of the tests.

import type { Backend, KvDtype, Recorder } from "../../../../kernels/index.ts";
import { kvLayout } from "../../mixers/softmax/kv-layout.ts";
import { pageTableEntries } from "../../mixers/softmax/page-table.ts";
import { PagedKv } from "../../mixers/softmax/paged-kv.ts";
import { SoftmaxMixer } from "../../mixers/softmax/softmax-mixer.ts";
import { forward, type LayerHooks, type Stack } from "../../transformer/forward.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import type { TokenCounter } from "../../transformer/token-counter.ts";

export interface PlainStreamShape {
  /** Most tokens that the stream will have. */
  readonly totalTokens: number;
  /** Tokens of one prefill step. */
  readonly chunk: number;
  readonly kvDtype: KvDtype;
  /** Rows of logits that one step may ask for. */
  readonly logitRows: number;
}

export class PlainStream {
  readonly stack: Stack;
  readonly kv: PagedKv;
  readonly #backend: Backend;
  readonly #counter: TokenCounter;
  readonly #chunk: number;

  constructor(
    backend: Backend,
    { transformer }: LoadedModel,
    counter: TokenCounter,
    { totalTokens, chunk, kvDtype, logitRows }: PlainStreamShape,
  ) {
    this.#backend = backend;
    this.#counter = counter;
    this.#chunk = chunk;
    const layout = kvLayout(0, totalTokens, 0);
    this.kv = new PagedKv(backend, transformer.config, {
      layout,
      kvDtype,
      maxTokens: chunk,
      setCapacity: layout.ringCapacity,
      maxEntries: pageTableEntries(0, layout.ringCapacity),
      positions: "absolute",
      clampDistance: 0,
      maxPositions: layout.ringCapacity + chunk,
    });
    this.stack = {
      transformer,
      workspace: transformer.createWorkspace(chunk, logitRows),
      mixer: new SoftmaxMixer(transformer, this.kv),
    };
  }

  /** Appends `tokens`. `onLogits` receives f32 [rows, V] per chunk, in order. */
  async read(
    tokens: Uint32Array,
    onLogits: ((logits: Float32Array) => void) | undefined,
    onProgress: (tokensDone: number) => void,
  ): Promise<void> {
    const { transformer, workspace, mixer } = this.stack;
    const end = mixer.position + tokens.length;
    for (let at = 0; at < tokens.length; at += this.#chunk) {
      const count = Math.min(this.#chunk, tokens.length - at);
      this.#plan(count);
      this.#backend.upload(workspace.ids, 0, tokens.subarray(at, at + count));
      this.#counter.count(mixer.position, count, end);
      const recorder = this.#backend.record();
      await forward(this.stack, { recorder, tokens: count, path: "prefill" });
      let logits: Promise<ArrayBuffer> | undefined;
      if (onLogits) {
        transformer.logits(recorder, workspace, 0, count);
        logits = recorder.readback(workspace.logits, 0, count * transformer.config.vocab * 4);
      }
      // Without a read-back the loop would run ahead of the device without bound.
      const fence = logits ?? recorder.readback(workspace.ids, 0, 4);
      recorder.submit();
      mixer.advance(count);
      const bytes = await fence;
      if (onLogits && logits) onLogits(new Float32Array(bytes));
      onProgress(at + count);
    }
  }

  /** The token in ws.ids, as one submission; `record` adds what is to be read back from it. */
  async step<T>(record: (recorder: Recorder) => Promise<T>, hooks?: LayerHooks): Promise<T> {
    const { mixer } = this.stack;
    this.#plan(1);
    this.#counter.count(mixer.position, 1, 0);
    const recorder = this.#backend.record();
    await forward(this.stack, { recorder, tokens: 1, path: "decode" }, hooks);
    const result = record(recorder);
    recorder.submit();
    mixer.advance(1);
    return result;
  }

  destroy(): void {
    this.kv.destroy();
    this.stack.transformer.destroyWorkspace(this.stack.workspace);
  }

  #plan(tokens: number): void {
    for (let layer = 0; layer < this.stack.transformer.config.layers; layer++) {
      this.kv.plan(layer, tokens, []);
    }
  }
}
