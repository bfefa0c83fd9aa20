// A token stream whose KV cache stays whole on the device: exact attention over everything, nothing
// stored, nothing recalled. For completion, for logits of every position, to measure heads, and as the
// oracle of the tests.

import type { Backend, KvDtype } from "../../../../kernels/index.ts";
import { kvLayout } from "../../mixers/softmax/kv-layout.ts";
import { pageTableEntries } from "../../mixers/softmax/page-table.ts";
import { PagedKv } from "../../mixers/softmax/paged-kv.ts";
import { SoftmaxMixer } from "../../mixers/softmax/softmax-mixer.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import type { TokenCounter } from "../../transformer/token-counter.ts";
import { TokenStream } from "./token-stream.ts";

export interface PlainStreamShape {
  /** Most tokens that the stream will have. */
  readonly totalTokens: number;
  /** Tokens of one prefill step. */
  readonly chunk: number;
  readonly kvDtype: KvDtype;
  /** Rows of logits that one step may ask for. */
  readonly logitRows: number;
}

export class PlainStream extends TokenStream {
  readonly kv: PagedKv;

  constructor(
    backend: Backend,
    { transformer }: LoadedModel,
    counter: TokenCounter,
    { totalTokens, chunk, kvDtype, logitRows }: PlainStreamShape,
  ) {
    const layout = kvLayout(0, totalTokens, 0);
    const kv = new PagedKv(backend, transformer.config, {
      layout,
      kvDtype,
      maxTokens: chunk,
      setCapacity: layout.ringCapacity,
      maxEntries: pageTableEntries(0, layout.ringCapacity),
      positions: "absolute",
      clampDistance: 0,
      maxPositions: layout.ringCapacity + chunk,
    });
    const workspace = transformer.createWorkspace(chunk, logitRows);
    super(backend, { transformer, workspace, mixer: new SoftmaxMixer(transformer, kv) }, counter);
    this.kv = kv;
  }

  override destroy(): void {
    this.kv.destroy();
    super.destroy();
  }

  protected override prepare(tokens: number): void {
    for (let layer = 0; layer < this.stack.transformer.config.layers; layer++) {
      this.kv.plan(layer, tokens, []);
    }
  }
}
