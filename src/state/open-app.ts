// The real app: the engine in its worker, conversations in IndexedDB, settings in localStorage.
import { connectEngine, requestPersistence } from "../client/index.ts";
import { browserShelf } from "./conversation-shelf.ts";
import { createAppStore, type App } from "./create-app-store.ts";
import { rememberedModel } from "./model-actions.ts";

/** `?model=nano` picks a model for this visit; otherwise the one chosen last. */
function chosenModel(): string {
  const inAddress = new URLSearchParams(location.search).get("model") ?? "";
  const id = inAddress || rememberedModel(localStorage);
  return /^[\w.-]+$/.test(id) ? id : "default";
}

async function fetchText(address: string): Promise<string> {
  const response = await fetch(import.meta.env.BASE_URL + address);
  if (!response.ok) {
    throw new Error(
      JSON.stringify({
        code: "download-failed",
        message: `${address} could not be loaded (HTTP ${response.status}).`,
      }),
    );
  }
  return response.text();
}

export function openApp(): App {
  return createAppStore(connectEngine(), {
    shelf: browserShelf(),
    storage: localStorage,
    requestPersistence,
    fetchText,
    modelId: chosenModel(),
  });
}
