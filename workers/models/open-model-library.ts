// The model library with the browser behind it: private file system, Web Locks, fetch, and the room left
// on disk. The only place of the library that touches these globals.
import type { DeviceProspect } from "../../src/engine/host/open-device.ts";
import { EMBEDDED_ID, RECURRENT_ID } from "../../src/engine/index.ts";
import { ModelCache } from "../../src/engine/model-cache/model-cache.ts";
import { ModelLibrary } from "../../src/engine/model-cache/model-library.ts";
import type { DeviceFacts } from "../../src/engine/model-cache/requirements.ts";
import type { ModelLibraryState } from "../../src/engine/model-cache/types.ts";
import type { TryLock } from "../../src/engine/store/types.ts";
import { embeddedModel } from "../embedded-models.ts";
import { openModelDirectory } from "./opfs-models.ts";
import { recurrentNano } from "./recurrent-nano.ts";

const EMBEDDED = [
  { id: EMBEDDED_ID, name: "Inkspan nano" },
  { id: RECURRENT_ID, name: "Inkspan nano Rodimus+" },
];
const GIBIBYTE = 1024 ** 3;

/** `defaultModel` is the address of the embedded model's file; `prospect` what would compute. */
export async function openModelLibrary(
  defaultModel: string,
  lock: TryLock,
  prospect: () => Promise<DeviceProspect>,
  emit: (state: ModelLibraryState) => void,
): Promise<ModelLibrary> {
  const directory = await openModelDirectory();
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  return new ModelLibrary({
    cache: directory && new ModelCache({ directory, lock, pause, freeBytes: freeDiskBytes }),
    embedded: EMBEDDED,
    embeddedSources: (id, progress) =>
      id === RECURRENT_ID
        ? recurrentNano(defaultModel, progress)
        : embeddedModel(id, defaultModel, progress),
    // No cookies, and nothing in the HTTP cache: the file is kept once, by us.
    fetch: (url, init) => fetch(url, { ...init, credentials: "omit", cache: "no-store" }),
    // Models lie together.
    siteUrl: (path) => new URL(path, defaultModel).href,
    device: async () => deviceFacts(await prospect()),
    now: () => performance.now(),
    emit,
  });
}

async function deviceFacts(prospect: DeviceProspect): Promise<DeviceFacts> {
  const { deviceMemory } = navigator as { deviceMemory?: number }; // Chromium only, at most 8
  return {
    ...prospect,
    memoryBytes: deviceMemory === undefined ? undefined : deviceMemory * GIBIBYTE,
    freeDiskBytes: await freeDiskBytes(),
  };
}

async function freeDiskBytes(): Promise<number | undefined> {
  const storage = navigator.storage as StorageManager | undefined;
  if (typeof storage?.estimate !== "function") return undefined;
  const { quota, usage } = await storage.estimate();
  return quota === undefined ? undefined : Math.max(0, quota - (usage ?? 0));
}
