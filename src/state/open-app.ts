// The real app: the engine in its worker, conversations in IndexedDB, settings in localStorage.
import { type DeviceChoice, isDeviceChoice } from "../../workers/protocol.ts";
import { startExtraction } from "../client/extraction.ts";
import { keepOffline } from "../client/offline.ts";
import { fetchFile } from "../client/fetch-file.ts";
import { browserTabLocks, connectEngine, requestPersistence } from "../client/index.ts";
import { browserShelf } from "./conversation-shelf.ts";
import { createAppStore, type App } from "./create-app-store.ts";
import { rememberedModel } from "./model-actions.ts";
import type { TextStorage } from "./settings.ts";

/** Where site data is blocked even the name throws: it is looked at inside the calls, which expect that. */
const storage: TextStorage = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => localStorage.setItem(key, value),
  removeItem: (key) => localStorage.removeItem(key),
};

/** `?model=nano` picks a model for this visit; otherwise the one chosen last. */
function chosenModel(): string {
  const inAddress = new URLSearchParams(location.search).get("model") ?? "";
  const id = inAddress || rememberedModel(storage);
  return /^[\w.-]+$/.test(id) ? id : "default";
}

/** `?device=cpu` or `webgpu`: what computes in this visit. */
function deviceInAddress(): DeviceChoice | null {
  const name = new URLSearchParams(location.search).get("device");
  return isDeviceChoice(name) ? name : null;
}

/** `?document=ADDRESS` offers a document file, by an absolute address or one beside the page. */
function documentAddress(): string | null {
  const address = new URLSearchParams(location.search).get("document");
  if (!address) return null;
  return URL.canParse(address, location.href) ? new URL(address, location.href).href : address;
}

function saveFile(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The download reads the Blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
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

function onStored(listener: (key: string) => void): void {
  addEventListener("storage", ({ key }) => {
    if (key !== null) listener(key);
  });
}

export function openApp(): App {
  return createAppStore(connectEngine(), {
    shelf: browserShelf(),
    locks: browserTabLocks(),
    storage,
    onStored,
    requestPersistence,
    fetchText,
    fetchFile,
    extract: startExtraction,
    keepOffline,
    saveFile,
    documentAddress: documentAddress(),
    modelId: chosenModel(),
    device: deviceInAddress(),
  });
}
