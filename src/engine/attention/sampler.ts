// The next token from the logits of the last step.

import {
  argmax,
  type Backend,
  type DeviceBuffer,
  NO_TOKEN,
  type Recorder,
  SAMPLE_SCRATCH_BYTES,
  sampleTop,
} from "../../../kernels/index.ts";
import type { Workspace } from "../transformer/transformer.ts";

export interface Sampling {
  /** 0 is greedy and deterministic. */
  readonly temperature: number;
  /** 0: the 256 best of the whole distribution. */
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
}

/** The likeliest token each time. */
export const GREEDY: Sampling = { temperature: 0, topK: 0, topP: 1, seed: 0 };

/** Finite, because logits that are not end the answer, and so low that its probability is 0. */
const FORBIDDEN = -1e30;

export class Sampler {
  readonly #backend: Backend;
  readonly #vocabulary: number;
  readonly #scratch: DeviceBuffer;

  constructor(backend: Backend, vocabulary: number) {
    this.#backend = backend;
    this.#vocabulary = vocabulary;
    this.#scratch = backend.createBuffer("sample scratch", "activations", SAMPLE_SCRATCH_BYTES);
  }

  /** ws.logits → ws.ids[0], where the next step reads it; resolves to the id after the submission. */
  async sample(
    recorder: Recorder,
    { logits, ids }: Workspace,
    { temperature, topK, topP, seed }: Sampling,
    step: number,
  ): Promise<number> {
    const shape = { vocabulary: this.#vocabulary, tokenIndex: 0 };
    if (temperature === 0) {
      argmax(recorder, logits, this.#scratch, ids, shape);
    } else {
      const sampling = { ...shape, temperature, topK, topP, seed, step };
      sampleTop(recorder, logits, this.#scratch, ids, sampling);
    }
    return new Uint32Array(await recorder.readback(ids, 0, 4))[0]!;
  }

  /**
   * The same among the tokens that `allowed` marks: u8 [V], at least one. Of the logits that an earlier
   * submission left in `ws`, which are changed; they travel to the page and back.
   */
  async sampleAmong(
    allowed: Uint8Array,
    workspace: Workspace,
    sampling: Sampling,
    step: number,
  ): Promise<number> {
    const bytes = await this.#backend.read(workspace.logits, 0, this.#vocabulary * 4);
    const logits = new Float32Array(bytes); // f32 [V]
    if (!logits.every(Number.isFinite)) return NO_TOKEN;
    let best = NO_TOKEN;
    for (let id = 0; id < logits.length; id++) {
      if (allowed[id] !== 1) logits[id] = FORBIDDEN;
      else if (best === NO_TOKEN || logits[id]! > logits[best]!) best = id;
    }
    if (sampling.temperature === 0) {
      this.#backend.upload(workspace.ids, 0, Uint32Array.of(best));
      return best;
    }
    this.#backend.upload(workspace.logits, 0, logits);
    const recorder = this.#backend.record();
    const sampled = this.sample(recorder, workspace, sampling, step);
    recorder.submit();
    const id = await sampled;
    if (id === NO_TOKEN || allowed[id] === 1) return id;
    // Rounding at the end of the sum: a token of no probability.
    this.#backend.upload(workspace.ids, 0, Uint32Array.of(best));
    return best;
  }

  destroy(): void {
    this.#backend.destroyBuffer(this.#scratch);
  }
}
