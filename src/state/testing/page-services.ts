// What a store needs of its page, in memory: one origin that several tabs share.
import { IDBFactory } from "fake-indexeddb";
import type { TabLocks } from "../../client/index.ts";
import { browserShelf } from "../conversation-shelf.ts";
import type { PageServices } from "../create-app-store.ts";
import type { TextStorage } from "../settings.ts";

export interface Origin {
  readonly stored: Map<string, string>;
  /** The services of one more tab. */
  openTab(): PageServices;
}

export function openOrigin(): Origin {
  globalThis.indexedDB = new IDBFactory();
  const stored = new Map<string, string>();
  const locks = memoryLocks();
  const storage: TextStorage = {
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, value) => void stored.set(key, value),
    removeItem: (key) => void stored.delete(key),
  };
  return {
    stored,
    openTab: () => ({
      shelf: browserShelf(),
      locks,
      storage,
      onStored: () => {},
      requestPersistence: () => Promise.resolve(true),
      fetchText: () => Promise.resolve("sample"),
      fetchFile: () => Promise.reject(new Error("unused")),
      keepOffline: () => undefined,
      extract: () => ({ done: Promise.reject(new Error("unused")), cancel: () => {} }),
      saveFile: () => {},
      documentAddress: null,
      modelId: "default",
      device: null,
    }),
  };
}

function memoryLocks(): TabLocks {
  const held = new Map<string, Promise<void>>();
  return {
    hold(name) {
      let free = (): void => {};
      held.set(name, new Promise((resolve) => (free = resolve)));
      return () => {
        held.delete(name);
        free();
      };
    },
    isHeld: (name) => Promise.resolve(held.has(name)),
    whenFree: (name) => held.get(name) ?? Promise.resolve(),
  };
}
