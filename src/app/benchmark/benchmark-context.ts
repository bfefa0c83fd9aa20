// Thin React binding of the evaluation's own store.
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type {
  BenchmarkActions,
  BenchmarkPage,
  BenchmarkPageState,
} from "../../state/benchmark-store.ts";

export const BenchmarkContext = createContext<BenchmarkPage | null>(null);

function usePage(): BenchmarkPage {
  const page = useContext(BenchmarkContext);
  if (!page) throw new Error("BenchmarkContext is missing above this component");
  return page;
}

export function useBenchmark<T>(selector: (state: BenchmarkPageState) => T): T {
  return useStore(usePage().store, selector);
}

export function useBenchmarkActions(): BenchmarkActions {
  return usePage().actions;
}
