// Extent bytes in the origin private file system, through synchronous access handles (worker only).
// A writer holds the exclusive handle of its file; readers share a read-only one where the browser
// knows that mode (Chromium 121), and otherwise read through the file's snapshot.
import { EngineError } from "../errors.ts";
import { damaged } from "./envelope.ts";
import type { ExtentStore } from "./types.ts";

/** The part of FileSystemSyncAccessHandle in use; the DOM library does not declare it. */
export interface SyncAccessHandle {
  read(buffer: Uint8Array, options: { at: number }): number;
  write(buffer: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  getSize(): number;
  close(): void;
}

export interface OpfsFile {
  createSyncAccessHandle(options?: { mode: "read-only" | "readwrite" }): Promise<SyncAccessHandle>;
  getFile(): Promise<Blob>;
}

/** The part of FileSystemDirectoryHandle in use. */
export interface OpfsDirectory {
  getFileHandle(name: string, options: { create: boolean }): Promise<OpfsFile>;
  removeEntry(name: string): Promise<void>;
}

interface OpenFile {
  readonly handle: SyncAccessHandle;
  readonly writable: boolean;
}

export class OpfsExtents implements ExtentStore {
  readonly #directory: OpfsDirectory;
  readonly #open = new Map<string, OpenFile>();
  /** Opening is asynchronous; calls on one document queue behind it. */
  readonly #opening = new Map<string, Promise<unknown>>();

  constructor(directory: OpfsDirectory) {
    this.#directory = directory;
  }

  async append(docId: string, bytes: Uint8Array): Promise<number> {
    const handle = await this.#writable(docId);
    const offset = handle.getSize();
    const written = handle.write(bytes, { at: offset });
    if (written !== bytes.byteLength) {
      throw new DOMException(`wrote ${written} of ${bytes.byteLength} bytes`, "QuotaExceededError");
    }
    return offset;
  }

  async read(docId: string, offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    const handle = await this.#readable(docId);
    if (handle) {
      if (handle.read(bytes, { at: offset }) === length) return bytes;
    } else {
      const snapshot = await this.#snapshot(docId);
      if (snapshot && offset + length <= snapshot.size) {
        return new Uint8Array(await snapshot.slice(offset, offset + length).arrayBuffer());
      }
    }
    throw damaged("extent file", "is too short");
  }

  async flush(docId: string): Promise<void> {
    const file = this.#open.get(docId);
    if (file?.writable) file.handle.flush();
  }

  async truncate(docId: string, length: number): Promise<void> {
    if (length >= (await this.size(docId))) return;
    const handle = await this.#writable(docId);
    handle.truncate(length);
    handle.flush();
  }

  /** Opens no handle: asking for the size must not keep other tabs from writing. */
  async size(docId: string): Promise<number> {
    const open = await this.#queue(docId, async () => this.#open.get(docId)?.handle.getSize());
    return open ?? (await this.#snapshot(docId))?.size ?? 0;
  }

  async delete(docId: string): Promise<void> {
    await this.close(docId);
    try {
      await this.#directory.removeEntry(fileName(docId));
    } catch (error) {
      if (isNamed(error, "NotFoundError")) return;
      if (isNamed(error, "NoModificationAllowedError")) throw lockedElsewhere(error);
      throw error;
    }
  }

  async close(docId: string): Promise<void> {
    await this.#queue(docId, async () => {
      this.#open.get(docId)?.handle.close();
      this.#open.delete(docId);
    });
  }

  #writable(docId: string): Promise<SyncAccessHandle> {
    return this.#queue(docId, async () => {
      const open = this.#open.get(docId);
      if (open?.writable) return open.handle;
      open?.handle.close();
      this.#open.delete(docId);
      const file = await this.#directory.getFileHandle(fileName(docId), { create: true });
      try {
        const handle = await file.createSyncAccessHandle();
        this.#open.set(docId, { handle, writable: true });
        return handle;
      } catch (error) {
        if (isNamed(error, "NoModificationAllowedError")) throw lockedElsewhere(error);
        throw error;
      }
    });
  }

  /** Undefined where there is no file, or where another context holds its exclusive handle. */
  #readable(docId: string): Promise<SyncAccessHandle | undefined> {
    return this.#queue(docId, async () => {
      const open = this.#open.get(docId);
      if (open) return open.handle;
      try {
        const file = await this.#directory.getFileHandle(fileName(docId), { create: false });
        const handle = await file.createSyncAccessHandle({ mode: "read-only" });
        this.#open.set(docId, { handle, writable: false });
        return handle;
      } catch (error) {
        if (isNamed(error, "NotFoundError") || isNamed(error, "NoModificationAllowedError")) {
          return undefined;
        }
        throw error;
      }
    });
  }

  async #snapshot(docId: string): Promise<Blob | undefined> {
    try {
      const file = await this.#directory.getFileHandle(fileName(docId), { create: false });
      return await file.getFile();
    } catch (error) {
      if (isNamed(error, "NotFoundError")) return undefined;
      throw error;
    }
  }

  async #queue<T>(docId: string, task: () => Promise<T>): Promise<T> {
    const before = this.#opening.get(docId) ?? Promise.resolve();
    const run = before.then(task);
    const settled = run.catch(() => undefined);
    this.#opening.set(docId, settled);
    try {
      return await run;
    } finally {
      if (this.#opening.get(docId) === settled) this.#opening.delete(docId);
    }
  }
}

function fileName(docId: string): string {
  return `${docId}.extents`;
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function lockedElsewhere(cause: unknown): EngineError {
  return new EngineError(
    "locked-by-other-tab",
    "The document's file is open in another tab. Close it there and try again.",
    { cause },
  );
}
