// The browser's private file system as the place for models: folder `models`, worker only.
import { EngineError } from "../../src/engine/errors.ts";
import type {
  ModelDirectory,
  ModelFileWriter,
} from "../../src/engine/model-cache/model-directory.ts";
import type { SyncAccessHandle } from "../../src/engine/store/opfs.ts";

/** The DOM library does not declare synchronous handles and iteration. */
interface Directory {
  keys(): AsyncIterable<string>;
  getFileHandle(name: string, options: { create: boolean }): Promise<FileHandle>;
  removeEntry(name: string): Promise<void>;
}

interface FileHandle {
  getFile(): Promise<Blob>;
  createSyncAccessHandle(): Promise<SyncAccessHandle>;
}

// After a reload the worker before may hold its files for a moment longer.
const ATTEMPTS = 10;
const PAUSE_MS = 100;

/** Undefined where there is no such file system. */
export async function openModelDirectory(): Promise<ModelDirectory | undefined> {
  // Typed as always present, but absent on plain http and in some private windows.
  const storage = navigator.storage as StorageManager | undefined;
  if (typeof storage?.getDirectory !== "function") return undefined;
  if (!("createSyncAccessHandle" in FileSystemFileHandle.prototype)) return undefined;
  try {
    const root = await storage.getDirectory();
    const models = await root.getDirectoryHandle("models", { create: true });
    return modelDirectory(models as unknown as Directory);
  } catch {
    return undefined; // Firefox refuses OPFS in private windows
  }
}

function modelDirectory(directory: Directory): ModelDirectory {
  return {
    async names() {
      const names: string[] = [];
      for await (const name of directory.keys()) names.push(name);
      return names;
    },
    async read(name) {
      try {
        return await (await directory.getFileHandle(name, { create: false })).getFile();
      } catch (error) {
        if (isNamed(error, "NotFoundError")) return undefined;
        throw error;
      }
    },
    async write(name) {
      const file = await directory.getFileHandle(name, { create: true });
      return writer(await patiently(() => file.createSyncAccessHandle()));
    },
    async remove(name) {
      await patiently(() => directory.removeEntry(name)).catch((error: unknown) => {
        if (!isNamed(error, "NotFoundError")) throw error;
      });
    },
  };
}

function writer(handle: SyncAccessHandle): ModelFileWriter {
  return {
    size: () => handle.getSize(),
    write(bytes, offset) {
      const written = handle.write(bytes, { at: offset });
      if (written !== bytes.length) {
        throw new DOMException(`wrote ${written} of ${bytes.length} bytes`, "QuotaExceededError");
      }
    },
    truncate: (size) => handle.truncate(size),
    flush: () => handle.flush(),
    close: () => handle.close(),
  };
}

async function patiently<T>(task: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await task();
    } catch (error) {
      if (!isNamed(error, "NoModificationAllowedError")) throw error;
      if (attempt === ATTEMPTS) {
        throw new EngineError(
          "locked-by-other-tab",
          "The model's file is in use in another tab. Close it there and try again.",
          { cause: error },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
