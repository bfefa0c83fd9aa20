// Groups of documents with a name. In localStorage, read again before each change and told between tabs,
// so that two tabs do not undo each other's work.
import type { StoreApi } from "zustand/vanilla";
import * as v from "valibot";
import type { AppState } from "./app-state.ts";
import type { Messages } from "./messages.ts";
import type { TextStorage } from "./settings.ts";

export interface Collection {
  readonly id: string;
  readonly name: string;
  readonly documentIds: readonly string[];
}

export interface CollectionActions {
  createCollection(name: string, documentIds: readonly string[]): void;
  renameCollection(id: string, name: string): void;
  deleteCollection(id: string): void;
  addToCollection(id: string, documentIds: readonly string[]): void;
  removeFromCollection(id: string, documentId: string): void;
  /** Shows one collection and asks its documents together; null shows the whole library. */
  openCollection(id: string | null): void;
  /** Reads them again: another tab has changed them. */
  refreshCollections(): void;
}

export const COLLECTIONS_KEY = "inkspan-collections";

const schema = v.object({
  id: v.string(),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  documentIds: v.array(v.string()),
});

/** A record that is no collection does not hide the others. */
export function readCollections(storage: TextStorage): readonly Collection[] {
  try {
    const stored: unknown = JSON.parse(storage.getItem(COLLECTIONS_KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter((one) => v.is(schema, one)) : [];
  } catch {
    return []; // storage blocked, or not JSON
  }
}

export function collectionActions(
  store: StoreApi<AppState>,
  storage: TextStorage,
  messages: Messages,
  /** Sets the documents that are asked together. */
  askDocuments: (documentIds: readonly string[]) => void,
): CollectionActions {
  function change(alter: (list: readonly Collection[]) => readonly Collection[]): void {
    const collections = alter(readCollections(storage));
    try {
      storage.setItem(COLLECTIONS_KEY, JSON.stringify(collections));
    } catch {
      // storage blocked or full: the collection holds until the page closes
    }
    store.setState({ collections });
    askOpen();
  }

  /** What can be asked of the open collection; the others join when they have been read. */
  function askOpen(): void {
    const { collections, collectionId, documents } = store.getState();
    const open = collections.find((one) => one.id === collectionId);
    if (!open) return;
    const ready = documents.filter(
      (one) => one.state === "complete" && open.documentIds.includes(one.id),
    );
    askDocuments(ready.map((one) => one.id));
  }

  function open(id: string | null): void {
    store.setState({ collectionId: id });
    if (id === null) askDocuments([]);
    else askOpen();
  }

  const alterOne = (id: string, alter: (one: Collection) => Collection) =>
    change((list) => list.map((one) => (one.id === id ? alter(one) : one)));

  return {
    createCollection(name, documentIds) {
      const collection = { id: crypto.randomUUID(), name, documentIds: [...documentIds] };
      change((list) => [...list, collection]);
      open(collection.id);
    },
    renameCollection: (id, name) => alterOne(id, (one) => ({ ...one, name })),
    deleteCollection(id) {
      const deleted = store.getState().collections.find((one) => one.id === id);
      if (!deleted) return;
      if (store.getState().collectionId === id) open(null);
      change((list) => list.filter((one) => one.id !== id));
      messages.tell("collection-deleted", deleted.name, {
        undo: () => change((list) => [...list, deleted]),
      });
    },
    addToCollection: (id, documentIds) =>
      alterOne(id, (one) => ({
        ...one,
        documentIds: [...new Set([...one.documentIds, ...documentIds])],
      })),
    removeFromCollection: (id, documentId) =>
      alterOne(id, (one) => ({
        ...one,
        documentIds: one.documentIds.filter((other) => other !== documentId),
      })),
    openCollection: open,
    refreshCollections() {
      store.setState({ collections: readCollections(storage) });
      askOpen();
    },
  };
}
