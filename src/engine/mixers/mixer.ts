// How a layer mixes tokens: the seam between the dense part of a model (transformer/) and what it
// remembers of the stream. Softmax attention over a paged KV cache is one mixer (softmax/); a recurrent
// state is another. The forward pass (transformer/forward.ts) knows this interface alone.

import type { Recorder } from "../../../kernels/index.ts";
import type { Workspace } from "../transformer/transformer.ts";

/** One step of the forward pass while it is recorded. */
export interface Pass {
  readonly recorder: Recorder;
  /** Tokens of the step; they follow the tokens mixed so far. */
  readonly tokens: number;
  /** Many tokens at once, or the kernels for a single one. */
  readonly path: "prefill" | "decode";
}

/** A place in the stream that a mixer can go back to. */
export interface MixerSnapshot {
  /** Tokens mixed when it was taken. */
  readonly position: number;
  /** All that is remembered, where the past is folded into a state; `snapshotBytes` of it. */
  readonly state?: Uint8Array;
}

export interface Mixer {
  /** Tokens mixed so far; those of the running step are not counted before `advance`. */
  readonly position: number;
  /** ws.x → what `mix` of this layer needs. */
  project(pass: Pass, ws: Workspace, layer: number): void;
  /** Mixes the tokens of the step with those before and adds the result to ws.x. */
  mix(pass: Pass, ws: Workspace, layer: number): void;
  /** The step is recorded for all layers. */
  advance(tokens: number): void;
  snapshot(): Promise<MixerSnapshot>;
  /** A snapshot of this stream, or one with a state of any; everything after its position is forgotten. */
  restore(snapshot: MixerSnapshot): void;
  /**
   * Where the stream can be continued when only its first `length` tokens stay: `length` where the past
   * can be cut anywhere, the position of an earlier snapshot where it is folded into a state.
   */
  reusablePrefix(length: number): number;
}

/** Whatever the task adds to the stream is dropped after it. */
export async function behindSnapshot<T>(mixer: Mixer, task: () => Promise<T>): Promise<T> {
  const snapshot = await mixer.snapshot();
  try {
    return await task();
  } finally {
    mixer.restore(snapshot);
  }
}
