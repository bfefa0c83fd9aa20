// Thin React binding of the vanilla store.
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { App, AppActions, AppState } from "../state/index.ts";

export const AppContext = createContext<App | null>(null);

function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error("AppContext is missing above this component");
  return app;
}

export function useAppState<T>(selector: (state: AppState) => T): T {
  return useStore(useApp().store, selector);
}

export { toErrorData } from "../state/index.ts";

export function useActions(): AppActions {
  return useApp().actions;
}
