// The browser's own storage behind the engine's backends: IndexedDB for records, the origin private
// file system for extent bytes where a worker can open it, Web Locks for the one writer.
// The only place that touches these globals.
import { IndexedDbExtents, IndexedDbRecords } from "../../src/engine/store/indexed-db.ts";
import { OpfsExtents, type OpfsDirectory } from "../../src/engine/store/opfs.ts";
import type { ExtentStore, LockProbe, RecordStore, TryLock } from "../../src/engine/store/types.ts";

export interface BrowserStores {
  readonly records: RecordStore;
  readonly extents: ExtentStore;
  readonly lock: TryLock;
  readonly isLocked: LockProbe;
  readonly backend: "opfs" | "indexeddb";
}

/** `extents` forces one place for the bytes; otherwise OPFS where it works. */
export async function openBrowserStores(
  name = "inkspan",
  extents?: "opfs" | "indexeddb",
): Promise<BrowserStores> {
  const access = { factory: indexedDB, keyRange: IDBKeyRange, name };
  const records = await IndexedDbRecords.open(access);
  const directory = extents === "indexeddb" ? undefined : await openDirectory(name);
  if (extents === "opfs" && !directory) throw new Error("this browser has no OPFS in workers");
  return {
    records,
    extents: directory ? new OpfsExtents(directory) : new IndexedDbExtents(records),
    lock: tryWebLock,
    isLocked: isWebLockHeld,
    backend: directory ? "opfs" : "indexeddb",
  };
}

/** Undefined where there is no OPFS, or no synchronous handle in it. */
async function openDirectory(name: string): Promise<OpfsDirectory | undefined> {
  // Typed as always present, but absent on plain http and in some private windows.
  const storage = navigator.storage as StorageManager | undefined;
  if (typeof storage?.getDirectory !== "function") return undefined;
  if (!("createSyncAccessHandle" in FileSystemFileHandle.prototype)) return undefined;
  try {
    const root = await storage.getDirectory();
    const directory: unknown = await root.getDirectoryHandle(name, { create: true });
    return directory as OpfsDirectory; // the DOM library lacks synchronous handles
  } catch {
    return undefined; // Firefox refuses OPFS in private windows
  }
}

/** Without Web Locks (plain http) every lock is free: one tab is the user's own care. */
const tryWebLock: TryLock = async (name) => {
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return () => undefined;
  return new Promise((resolve, reject) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (!lock) {
          resolve(undefined);
          return;
        }
        return new Promise<void>((release) => {
          resolve(release);
        });
      })
      .catch(reject);
  });
};

const isWebLockHeld: LockProbe = async (name) => {
  const locks = navigator.locks as LockManager | undefined;
  const { held } = (await locks?.query()) ?? {};
  return held?.some((lock) => lock.name === name) ?? false;
};
