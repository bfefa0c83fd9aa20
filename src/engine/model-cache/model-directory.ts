// The place where model files are kept, as the cache needs it: named files in one flat directory. The
// browser gives its private file system (workers/models); tests give a map.

import { diskFull } from "./download-file.ts";

export interface ModelDirectory {
  names(): Promise<readonly string[]>;
  /** What the file holds now; undefined where there is none. */
  read(name: string): Promise<Blob | undefined>;
  /** Creates the file if need be; one writer at a time, else `locked-by-other-tab`. */
  write(name: string): Promise<ModelFileWriter>;
  /** Frees the bytes; a missing file is fine. */
  remove(name: string): Promise<void>;
}

export interface ModelFileWriter {
  size(): number;
  /** Throws an error named QuotaExceededError when the disk is full. */
  write(bytes: Uint8Array, offset: number): void;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

export async function readJson(directory: ModelDirectory, name: string): Promise<unknown> {
  const blob = await directory.read(name);
  if (!blob) return undefined;
  try {
    return JSON.parse(await blob.text()) as unknown;
  } catch {
    return undefined; // cut off while it was written: as if it had not been
  }
}

/** On a full disk what was there stays: throws `quota-exceeded` before it is touched. */
export async function writeJson(
  directory: ModelDirectory,
  name: string,
  value: unknown,
): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  try {
    const writer = await directory.write(name);
    try {
      if (bytes.length > writer.size()) writer.truncate(bytes.length);
      writer.write(bytes, 0);
      writer.truncate(bytes.length);
      writer.flush();
    } finally {
      writer.close();
    }
  } catch (error) {
    throw error instanceof Error && error.name === "QuotaExceededError"
      ? diskFull(name, error)
      : error;
  }
}
