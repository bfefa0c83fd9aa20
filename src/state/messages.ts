// What was done, told for a while, and how it is taken back. A message with an undo keeps the second
// half of its action (`settle`) until it is dismissed.
import type { StoreApi } from "zustand/vanilla";
import type { AppState } from "./app-state.ts";
import type { MessageKind } from "./failures.ts";

export interface Undo {
  /** Puts back what was there. */
  readonly undo: () => Promise<void> | void;
  /** Makes it final. */
  readonly settle?: () => Promise<void>;
}

export interface MessageActions {
  /** The message has been read or its time is over: what it told is final. */
  dismissMessage(id: number): void;
  undo(id: number): Promise<void>;
}

export interface Messages {
  readonly tell: (kind: MessageKind, name: string, undo?: Undo) => number;
  /** Takes the message away; what it told neither becomes final nor is taken back. */
  readonly drop: (id: number) => void;
  readonly actions: MessageActions;
}

export function openMessages(store: StoreApi<AppState>): Messages {
  const undos = new Map<number, Undo>();
  let next = 1;
  const take = (id: number): Undo | undefined => {
    const undo = undos.get(id);
    undos.delete(id);
    store.setState((state) => ({ messages: state.messages.filter((one) => one.id !== id) }));
    return undo;
  };
  return {
    tell(kind, name, undo) {
      const id = next++;
      if (undo) undos.set(id, undo);
      const message = { id, kind, name, canUndo: undo !== undefined };
      store.setState((state) => ({ messages: [...state.messages, message] }));
      return id;
    },
    drop: (id) => void take(id),
    actions: {
      dismissMessage(id) {
        void take(id)?.settle?.();
      },
      async undo(id) {
        await take(id)?.undo();
      },
    },
  };
}
