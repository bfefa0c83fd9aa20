// A text is stored as the tokens of a model: what is added while one loads waits for it, and says so.
import type { StoreApi } from "zustand/vanilla";
import type { AppState } from "./app-state.ts";
import { worksWithoutModel } from "./server-consent.ts";

const isSettled = ({ model, settings }: AppState) =>
  model.phase === "ready" || model.phase === "failed" || worksWithoutModel(settings);

/** Resolves when a model is ready, or none will be: where a server answers alone, none is waited for. */
export async function awaitModel(store: StoreApi<AppState>, title: string): Promise<void> {
  if (isSettled(store.getState())) return;
  store.setState(({ awaitingModel }) => ({ awaitingModel: [...awaitingModel, title] }));
  await new Promise<void>((resolve) => {
    const stop = store.subscribe((state) => {
      if (!isSettled(state)) return;
      stop();
      resolve();
    });
  });
  store.setState(({ awaitingModel }) => ({
    awaitingModel: awaitingModel.toSpliced(awaitingModel.indexOf(title), 1),
  }));
}
