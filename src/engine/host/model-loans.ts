// The loaded model in the hands of long tasks beside documents and questions (benchmarks). Before the
// model goes, every task is told and waited for: none may touch a destroyed device.

import type { Backend } from "../../../kernels/index.ts";
import type { DeviceReport } from "../api.ts";
import type { LoadedModel } from "../transformer/loaded-model.ts";
import type { Turnstile } from "./turnstile.ts";

export interface LentModel {
  readonly backend: Backend;
  readonly loaded: LoadedModel;
  readonly turnstile: Turnstile;
  readonly device: DeviceReport;
  /** The model is about to go: give it back at once. */
  readonly recalled: AbortSignal;
}

export class ModelLoans {
  readonly #open = new Map<AbortController, Promise<unknown>>();

  async lend<T>(
    model: Omit<LentModel, "recalled">,
    task: (lent: LentModel) => Promise<T>,
  ): Promise<T> {
    const recall = new AbortController();
    const done = task({ ...model, recalled: recall.signal });
    this.#open.set(recall, done);
    try {
      return await done;
    } finally {
      this.#open.delete(recall);
    }
  }

  get isLent(): boolean {
    return this.#open.size > 0;
  }

  /** Resolves when every task has ended, however it ended. */
  async recallAll(): Promise<void> {
    const open = [...this.#open];
    for (const [recall] of open) recall.abort();
    await Promise.allSettled(open.map(([, done]) => done));
  }
}
