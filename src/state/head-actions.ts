// Measuring which attention heads of the model copy, on the user's wish.
import type { StoreApi } from "zustand/vanilla";
import type { EngineApi } from "../../workers/protocol.ts";
import type { AppState } from "./app-state.ts";
import type { Attempt } from "./failures.ts";

export interface HeadActions {
  measureHeads(): Promise<void>;
  stopMeasuringHeads(): Promise<void>;
}

export function headActions(
  api: EngineApi,
  store: StoreApi<AppState>,
  attempt: Attempt,
): HeadActions {
  return {
    measureHeads: () => attempt("measure-heads", "", () => api.measureHeads(crypto.randomUUID())),
    async stopMeasuringHeads() {
      const jobId = store.getState().heads?.progress?.jobId;
      if (jobId !== undefined) await api.cancel(jobId);
    },
  };
}
