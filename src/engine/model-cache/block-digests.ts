// Digests of fixed blocks: they tell which part of a kept file is damaged, and let a file be checked
// while it is being read for loading, without reading it twice.
import { EngineError } from "../errors.ts";
import { type ByteSource, checkRange } from "../model/byte-source.ts";
import { Sha256 } from "./sha256.ts";

export const BLOCK_BYTES = 4 * 1024 * 1024;

export async function digest(bytes: Uint8Array): Promise<string> {
  // The cast: a view of a SharedArrayBuffer is not digested, and none comes here.
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function readBlock(blob: Blob, index: number): Promise<Uint8Array> {
  const start = index * BLOCK_BYTES;
  return new Uint8Array(await blob.slice(start, start + BLOCK_BYTES).arrayBuffer());
}

export interface FileDigests {
  readonly sha256: string;
  readonly blocks: readonly string[];
}

/** Reads the whole file once. `onProgress` may throw to stop. */
export async function digestFile(
  blob: Blob,
  onProgress: (bytes: number) => void,
): Promise<FileDigests> {
  const whole = new Sha256();
  const blocks: string[] = [];
  for (let index = 0; index * BLOCK_BYTES < blob.size; index++) {
    const bytes = await readBlock(blob, index);
    whole.update(bytes);
    blocks.push(await digest(bytes));
    onProgress(Math.min(blob.size, (index + 1) * BLOCK_BYTES));
  }
  return { sha256: whole.hex(), blocks };
}

/** Each block is checked when a read first touches it; `onDamage` is told before the read rejects. */
export function checkedSource(
  name: string,
  blob: Blob,
  blocks: readonly string[],
  onDamage: (error: EngineError) => void,
): ByteSource {
  const checks = new Map<number, Promise<boolean>>();
  const check = async (index: number): Promise<boolean> =>
    (await digest(await readBlock(blob, index))) === blocks[index];
  const source: ByteSource = {
    name,
    size: blob.size,
    read: async (offset, length) => {
      checkRange(source, offset, length);
      if (length === 0) return new Uint8Array();
      const last = Math.floor((offset + length - 1) / BLOCK_BYTES);
      for (let index = Math.floor(offset / BLOCK_BYTES); index <= last; index++) {
        let fine = checks.get(index);
        if (!fine) checks.set(index, (fine = check(index)));
        if (await fine) continue;
        const error = new EngineError(
          "checksum-mismatch",
          `${name}: the kept file is damaged, so it is not used. Repair it in the list of models.`,
        );
        onDamage(error);
        throw error;
      }
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    },
  };
  return source;
}
