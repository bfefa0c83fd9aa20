// Measuring which attention heads of the model copy, on the user's wish.
import type { StoreApi } from "zustand/vanilla";
import type { EngineApi } from "../../workers/protocol.ts";
import type { AppState } from "./app-state.ts";

export interface HeadActions {
  measureHeads(): Promise<void>;
  stopMeasuringHeads(): Promise<void>;
}

export function headActions(
  api: EngineApi,
  store: StoreApi<AppState>,
  attempt: (what: string, action: () => Promise<void>) => Promise<void>,
): HeadActions {
  return {
    measureHeads: () =>
      attempt("The heads could not be measured", () => api.measureHeads(crypto.randomUUID())),
    async stopMeasuringHeads() {
      const jobId = store.getState().heads?.progress?.jobId;
      if (jobId !== undefined) await api.cancel(jobId);
    },
  };
}
