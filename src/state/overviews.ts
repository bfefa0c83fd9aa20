// The overview of the document that is open: fetched when it is chosen, wished for where there is none and one may be made.
// A model server makes none, and none is made for it: people have agreed to their questions going there, not to this.
import type { StoreApi } from "zustand/vanilla";
import type { DocumentOverview, EngineApi } from "../../workers/protocol.ts";
import { type AppState, askedDocuments } from "./app-state.ts";

/** Null while it is not known, not made yet, or switched off. */
export function shownOverview(state: AppState): DocumentOverview | null {
  const [document, another] = askedDocuments(state);
  if (!document || another || !state.settings.suggestions) return null;
  return state.overviews[document.id] ?? null;
}

/** From now on. */
export function watchOverviews(api: EngineApi, store: StoreApi<AppState>): void {
  let seen = "";
  store.subscribe((state) => {
    forgetUnread(store);
    const wanted = wantedOverview(state);
    const key = JSON.stringify(wanted);
    if (key === seen) return;
    seen = key;
    void look(wanted, () => seen === key).catch(() => {}); // it was deleted, or the engine restarts
  });

  async function look({ documentId, model }: Wanted, isCurrent: () => boolean): Promise<void> {
    if (documentId === null) return api.wishOverview(null);
    const held = store.getState().overviews[documentId] ?? (await api.documentOverview(documentId));
    if (!isCurrent()) return;
    if (held) {
      store.setState(({ overviews }) => ({ overviews: { ...overviews, [documentId]: held } }));
    }
    await api.wishOverview(held || model === null ? null : documentId);
  }
}

interface Wanted {
  readonly documentId: string | null;
  /** That is to make it; null: none may. */
  readonly model: string | null;
}

function wantedOverview(state: AppState): Wanted {
  const { settings, model } = state;
  const [document, another] = askedDocuments(state);
  if (!document || another || document.state !== "complete" || !settings.suggestions) {
    return { documentId: null, model: null };
  }
  const isMaker = model.phase === "ready" && !settings.server.isOn;
  return { documentId: document.id, model: isMaker ? model.model.id : null };
}

/** What is read anew has another one, or none. */
function forgetUnread(store: StoreApi<AppState>): void {
  const { documents, overviews } = store.getState();
  const kept = Object.entries(overviews).filter(([id]) =>
    documents.some((one) => one.id === id && one.state === "complete"),
  );
  if (kept.length < Object.keys(overviews).length) {
    store.setState({ overviews: Object.fromEntries(kept) });
  }
}
