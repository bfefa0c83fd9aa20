// Which of the two pages is shown, kept in the address so that a reload and the back button hold it.
import { useSyncExternalStore } from "react";

export type PageName = "documents" | "evaluate";

export const PAGE_ADDRESS: Record<PageName, string> = { documents: "#", evaluate: "#evaluate" };

export function usePageName(): PageName {
  return useSyncExternalStore(subscribe, read);
}

function subscribe(onChange: () => void): () => void {
  addEventListener("hashchange", onChange);
  return () => removeEventListener("hashchange", onChange);
}

function read(): PageName {
  return location.hash === PAGE_ADDRESS.evaluate ? "evaluate" : "documents";
}
