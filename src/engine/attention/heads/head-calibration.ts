// The head weights of the loaded model as the user sees them: found on the shelf, stated by its file, or
// measured as a task with progress that questions interrupt between two texts.

import type { HeadsProgress, HeadsState } from "../../api.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import type { LentModel } from "../../host/model-loans.ts";
import { MemoryRecords } from "../../store/memory.ts";
import type { RecordStore } from "../../store/types.ts";
import type { TokenCounter } from "../../transformer/token-counter.ts";
import { HeadWeightShelf } from "./head-weight-shelf.ts";
import type { HeadWeights } from "./head-weights.ts";

const TEXTS = 8;
/** A head copies when it points at the right token at least this often. */
const COPIES = 0.5;

export class HeadCalibration {
  readonly #shelf: HeadWeightShelf;
  readonly #now: () => number; // ms
  readonly #emit: (state: HeadsState) => void;
  #weights: HeadWeights["weights"] | undefined;
  #isUntried = false;
  #progress: HeadsProgress | null = null;

  /** Without `records` what was measured lasts as long as this object. */
  constructor(
    records: RecordStore | undefined,
    now: () => number,
    emit: (state: HeadsState) => void,
  ) {
    this.#shelf = new HeadWeightShelf(records ?? new MemoryRecords());
    this.#now = now;
    this.#emit = emit;
  }

  /** [L][K] of the model opened last, measured on this device before what its file says. */
  get weights(): HeadWeights["weights"] | undefined {
    return this.#weights;
  }

  /** Nobody knows the weights, and they have not been measured since the model was opened. */
  get isMissing(): boolean {
    return this.#weights === undefined && this.#isUntried;
  }

  /** Looks for the weights of a model that has just been loaded. */
  async open({ model }: LoadedModel): Promise<void> {
    this.#weights = (await this.#shelf.find(model))?.weights ?? model.config.headWeights;
    this.#isUntried = true;
    this.announce();
  }

  async measure(
    jobId: string,
    { backend, loaded, turnstile, recalled }: LentModel,
    counter: TokenCounter,
    signal: AbortSignal,
  ): Promise<void> {
    this.#isUntried = false;
    const started = this.#now();
    const onProgress = (tokens: number, totalTokens: number) => {
      const tokensPerSecond = (tokens * 1000) / Math.max(1, this.#now() - started);
      const secondsLeft = tokens > 0 ? (totalTokens - tokens) / tokensPerSecond : Infinity;
      this.#progress = { jobId, tokens, totalTokens, tokensPerSecond, secondsLeft };
      this.announce();
    };
    try {
      // Most visits measure nothing: the code is fetched when it is asked for.
      const { calibrateByCopying } = await import("./calibrate-heads.ts");
      const measured = await calibrateByCopying(backend, loaded, TEXTS, {
        counter,
        signal: AbortSignal.any([signal, recalled]),
        turn: (text) => turnstile.run("chunk", text),
        onProgress,
      });
      await this.#shelf.keep(measured);
      this.#weights = measured.weights;
    } finally {
      this.#progress = null;
      this.announce();
    }
  }

  announce(): void {
    const heads = this.#weights?.flat();
    this.#emit({
      measured: heads
        ? { heads: heads.length, copying: heads.filter((weight) => weight >= COPIES).length }
        : null,
      progress: this.#progress,
    });
  }
}
