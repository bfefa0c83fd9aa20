// The next token from the logits of the last step.

import {
  argmax,
  type Backend,
  type DeviceBuffer,
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

  destroy(): void {
    this.#backend.destroyBuffer(this.#scratch);
  }
}
