// Shows the real page over the scripted engine: /e2e/harness/index.html?scene=chat
import { startExtraction } from "../../src/client/extraction.ts";
import { fetchFile } from "../../src/client/fetch-file.ts";
import { browserTabLocks } from "../../src/client/index.ts";
import { browserShelf, createAppStore } from "../../src/state/index.ts";
import { mountApp } from "../../src/app/mount-app.tsx";
import { fakeEngine, type Scene } from "./fake-engine.ts";

const query = new URLSearchParams(location.search);
const book = await (await fetch("/sample/treasure-island.txt")).text();
const long = query.get("copies") ? book.repeat(Number(query.get("copies"))) : book;
const engine = fakeEngine(
  (query.get("scene") ?? "library") as Scene,
  long,
  Number(query.get("wordMs") ?? 25),
);
const app = createAppStore(engine, {
  shelf: browserShelf(),
  locks: browserTabLocks(),
  storage: localStorage,
  onStored: (listener) => addEventListener("storage", ({ key }) => key && listener(key)),
  requestPersistence: () => Promise.resolve(false),
  fetchText: () => Promise.resolve(book),
  fetchFile,
  extract: startExtraction,
  keepOffline: () => undefined,
  saveFile,
  documentAddress: query.get("document"),
  modelId: "default",
  device: null,
});
const root = document.getElementById("root");
if (root) void mountApp(root, app);

function saveFile(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
}
