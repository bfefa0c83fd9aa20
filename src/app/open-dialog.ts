// Which of the page's own dialogs is open. Those that the state asks for (an offer, a full disk) are not
// here: they open by themselves.
import { create } from "zustand";

export type DialogName = "settings" | "model" | "shortcuts" | "web-page" | "history";

interface DialogState {
  readonly name: DialogName | null;
}

const useStore = create<DialogState>(() => ({ name: null }));

export function useOpenDialog(): DialogName | null {
  return useStore((state) => state.name);
}

export function openDialog(name: DialogName): void {
  useStore.setState({ name });
}

export function closeDialog(): void {
  useStore.setState({ name: null });
}
