// Keys that work wherever one is not writing. (Ctrl+F is the reader's, Enter and ↑ the question's.)
import { useEffect } from "react";
import { useActions, useAppState } from "./app-context.ts";
import { openDialog } from "./open-dialog.ts";

export function useShortcuts(showQuestions: () => void): void {
  const answering = useAppState((state) => state.activeJob !== null);
  const { stop, clearHighlight } = useActions();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      const isWriting = target.matches("input, textarea, select");
      if (document.querySelector("dialog[open], :popover-open")) return;
      if (event.key === "Escape") {
        if (answering) void stop();
        else if (!isWriting) clearHighlight();
      } else if (event.key === "/" && !isWriting) {
        event.preventDefault();
        showQuestions();
        requestAnimationFrame(() => document.getElementById("question")?.focus());
      } else if (event.key === "?" && !isWriting) {
        openDialog("shortcuts");
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [answering, stop, clearHighlight, showQuestions]);
}
