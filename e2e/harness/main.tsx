// Shows the real page over the scripted engine: /e2e/harness/index.html?scene=chat
import { startExtraction } from "../../src/client/extraction.ts";
import { createAppStore } from "../../src/state/index.ts";
import { mountApp } from "../../src/app/mount-app.tsx";
import { fakeEngine, type Scene } from "./fake-engine.ts";

const query = new URLSearchParams(location.search);
const book = await (await fetch("/sample/treasure-island.txt")).text();
const long = query.get("copies") ? book.repeat(Number(query.get("copies"))) : book;
const engine = fakeEngine((query.get("scene") ?? "library") as Scene, long);
const app = createAppStore(engine, {
  shelf: {
    load: () => Promise.resolve([]),
    save: () => Promise.resolve(),
    remove: () => Promise.resolve(),
    forget: () => Promise.resolve(),
  },
  storage: { getItem: () => null, setItem: () => {} },
  requestPersistence: () => Promise.resolve(false),
  fetchText: () => Promise.resolve(book),
  extract: startExtraction,
  keepOffline: () => undefined,
  saveFile: () => {},
  documentAddress: query.get("document"),
  modelId: "default",
});
const root = document.getElementById("root");
if (root) mountApp(root, app);
