// Deleting a document in two steps: it leaves the list at once and the disk when its time to be taken
// back is over, also if the page is closed before. Its reading is paused meanwhile.
import type { StoreApi } from "zustand/vanilla";
import type { DocumentSummary, EngineApi } from "../../workers/protocol.ts";
import type { AppState } from "./app-state.ts";
import type { Attempt } from "./failures.ts";
import type { Messages } from "./messages.ts";
import type { PageNotes } from "./page-notes.ts";

export interface DeletionActions {
  /** Takes the document out of the list; it can be taken back for a while. */
  remove(documentId: string): Promise<void>;
  /** Deletes it for good at once. */
  removeNow(documentId: string): Promise<void>;
}

export interface Deletions {
  readonly actions: DeletionActions;
  /** Goes on with deletions of an earlier visit. */
  readonly start: () => void;
  /** The document has been added again meanwhile: it stays. */
  readonly takeBack: (documentId: string) => void;
}

/** How long another tab, or the next visit, leaves a deletion to be taken back. */
export const UNDO_MS = 10_000;

export function deletionActions(
  api: EngineApi,
  store: StoreApi<AppState>,
  notes: PageNotes,
  messages: Messages,
  attempt: Attempt,
  /** Lists the documents again, as the engine last told them. */
  listAgain: () => void,
  afterwards: (documentId: string) => Promise<void>,
  now: () => number,
): Deletions {
  const told = new Map<string, number>();

  function hide(documentId: string): void {
    store.setState(({ deleting }) => ({ deleting: [...deleting, documentId] }));
    listAgain();
  }

  function unhide(documentId: string): void {
    const others = notes.pendingDeletions().filter((one) => one.documentId !== documentId);
    notes.keepPendingDeletions(others);
    store.setState(({ deleting }) => ({ deleting: deleting.filter((id) => id !== documentId) }));
    listAgain();
  }

  const isPending = (documentId: string) =>
    notes.pendingDeletions().some((one) => one.documentId === documentId);

  async function settle(documentId: string): Promise<void> {
    // Taken back in another tab, or deleted there.
    if (isPending(documentId)) await removeNow(documentId);
    unhide(documentId);
  }

  async function removeNow(documentId: string): Promise<void> {
    await attempt("delete", titleOf(documentId), async () => {
      await api.deleteDocument(documentId);
      await afterwards(documentId);
    });
  }

  const documentOf = (documentId: string): DocumentSummary | undefined =>
    store.getState().documents.find((one) => one.id === documentId);
  const titleOf = (documentId: string) => documentOf(documentId)?.title ?? "";

  return {
    actions: {
      removeNow,
      async remove(documentId) {
        const document = documentOf(documentId);
        if (!document) return;
        const wasReading = document.state === "ingesting" || document.state === "queued";
        const until = now() + UNDO_MS;
        notes.keepPendingDeletions([...notes.pendingDeletions(), { documentId, until }]);
        hide(documentId);
        const id = messages.tell("document-deleted", document.title, {
          async undo() {
            unhide(documentId);
            if (wasReading) await api.resumeDocument(documentId);
          },
          settle: () => settle(documentId),
        });
        told.set(documentId, id);
        if (wasReading) await api.pauseDocument(documentId).catch(() => {}); // it is deleted all the same
      },
    },
    takeBack(documentId) {
      if (!isPending(documentId)) return;
      const id = told.get(documentId);
      if (id !== undefined) messages.drop(id);
      unhide(documentId);
    },
    start() {
      for (const { documentId, until } of notes.pendingDeletions()) {
        hide(documentId);
        setTimeout(() => void settle(documentId), Math.max(0, until - now()));
      }
    },
  };
}
