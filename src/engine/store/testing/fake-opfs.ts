// A directory of the origin private file system in memory: exclusive and shared handles as in the
// File System specification. Tests only; the browser run uses the real one.
import type { OpfsDirectory, OpfsFile, SyncAccessHandle } from "../opfs.ts";

interface Stored {
  bytes: Uint8Array;
  writers: number;
  readers: number;
}

export class FakeDirectory implements OpfsDirectory {
  readonly #files = new Map<string, Stored>();

  async getFileHandle(name: string, { create }: { create: boolean }): Promise<OpfsFile> {
    let file = this.#files.get(name);
    if (!file) {
      if (!create) throw new DOMException("no such file", "NotFoundError");
      this.#files.set(name, (file = { bytes: new Uint8Array(0), writers: 0, readers: 0 }));
    }
    const stored = file;
    return {
      createSyncAccessHandle: async (options) => openHandle(stored, options?.mode !== "read-only"),
      getFile: async () => new Blob([stored.bytes as Uint8Array<ArrayBuffer>]),
    };
  }

  async removeEntry(name: string): Promise<void> {
    const file = this.#files.get(name);
    if (!file) throw new DOMException("no such file", "NotFoundError");
    if (file.readers + file.writers > 0) throw locked();
    this.#files.delete(name);
  }
}

function openHandle(file: Stored, writable: boolean): SyncAccessHandle {
  if (file.writers > 0 || (writable && file.readers > 0)) throw locked();
  if (writable) file.writers += 1;
  else file.readers += 1;
  const requireWritable = () => {
    if (!writable) throw new DOMException("read-only", "NoModificationAllowedError");
  };
  return {
    read(buffer, { at }) {
      const piece = file.bytes.subarray(at, at + buffer.byteLength);
      buffer.set(piece);
      return piece.byteLength;
    },
    write(buffer, { at }) {
      requireWritable();
      const grown = new Uint8Array(Math.max(file.bytes.byteLength, at + buffer.byteLength));
      grown.set(file.bytes);
      grown.set(buffer, at);
      file.bytes = grown;
      return buffer.byteLength;
    },
    truncate(size) {
      requireWritable();
      const cut = new Uint8Array(size);
      cut.set(file.bytes.subarray(0, size));
      file.bytes = cut;
    },
    flush: requireWritable,
    getSize: () => file.bytes.byteLength,
    close() {
      if (writable) file.writers -= 1;
      else file.readers -= 1;
    },
  };
}

function locked(): DOMException {
  return new DOMException("the file is open", "NoModificationAllowedError");
}
