// Reads tokens without spans: for the engines `full` (all tokens stay) and `streaming` (sinks and
// window), for plain completion and for logits of every position.

import type { Backend } from "../../../kernels/index.ts";
import type { Sequence } from "../mixers/softmax/paged-kv.ts";
import type { TokenCounter } from "./token-counter.ts";
import type { Transformer, Workspace } from "./transformer.ts";

export interface RingReader {
  readonly backend: Backend;
  readonly transformer: Transformer;
  /** With room for the logits of `chunk` rows if `onLogits` is given. */
  readonly workspace: Workspace;
  readonly sequence: Sequence;
  readonly counter: TokenCounter;
  readonly chunk: number;
  /** Tokens before a query that stay in the ring (0: all); older ones are forgotten after the chunk. */
  readonly keepTokens: number;
}

/** Appends `tokens` to the stream. `onLogits` receives f32 [rows, V] per chunk, in order. */
export async function readTokens(
  reader: RingReader,
  tokens: Uint32Array,
  onLogits: ((logits: Float32Array) => void) | undefined,
  onProgress: (tokensDone: number) => void,
): Promise<void> {
  const { backend, transformer, workspace, sequence, counter, chunk, keepTokens } = reader;
  const end = sequence.now + tokens.length;
  for (let at = 0; at < tokens.length; at += chunk) {
    const count = Math.min(chunk, tokens.length - at);
    for (let layer = 0; layer < sequence.layers.length; layer++) sequence.plan(layer, count, []);
    backend.upload(workspace.ids, 0, tokens.subarray(at, at + count));
    counter.count(sequence.now, count, end);
    const recorder = backend.record();
    transformer.embed(recorder, workspace, count);
    for (let layer = 0; layer < sequence.layers.length; layer++) {
      transformer.project(recorder, workspace, layer, count);
      sequence.attend(recorder, workspace, layer, count, "prefill");
      transformer.finishLayer(recorder, workspace, layer, count);
    }
    let logits: Promise<ArrayBuffer> | undefined;
    if (onLogits) {
      transformer.logits(recorder, workspace, 0, count);
      logits = recorder.readback(workspace.logits, 0, count * transformer.config.vocab * 4);
    }
    // Without a read-back the loop would run ahead of the GPU without bound.
    const fence = logits ?? recorder.readback(workspace.ids, 0, 4);
    recorder.submit();
    sequence.advance(count);
    const bytes = await fence;
    if (onLogits && logits) onLogits(new Float32Array(bytes));
    if (keepTokens > 0) {
      for (const layer of sequence.layers) {
        layer.firstRing = Math.max(layer.firstRing, sequence.now - keepTokens);
      }
    }
    onProgress(at + count);
  }
}
