// Checks a kept file block by block and fetches damaged blocks again from where the file came from.
import { EngineError } from "../errors.ts";
import { BLOCK_BYTES, digest, readBlock } from "./block-digests.ts";
import type { CachedFile } from "./cache-record.ts";
import { writeBytes } from "./download-file.ts";
import type { ModelDirectory } from "./model-directory.ts";
import { placeOf } from "./split-file.ts";
import { cancelled, type RemoteAccess, request, statusProblem } from "./remote-files.ts";

/** Throws `checksum-mismatch` when the file stays damaged. */
export async function repairFile(
  directory: ModelDirectory,
  storedName: string,
  file: CachedFile,
  access: RemoteAccess,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const size = file.size ?? 0;
  const blob = (await directory.read(storedName)) ?? new Blob();
  const damaged: number[] = [];
  for (const [index, expected] of file.blocks.entries()) {
    if (access.signal?.aborted) throw cancelled(file.name);
    if ((await digest(await readBlock(blob, index))) !== expected) damaged.push(index);
    onProgress(Math.min(size, (index + 1) * BLOCK_BYTES));
  }
  if (damaged.length === 0 && blob.size === size) return;
  const writer = await directory.write(storedName);
  try {
    for (const index of damaged) {
      const start = index * BLOCK_BYTES;
      const bytes = await fetchBlock(file, start, Math.min(BLOCK_BYTES, size - start), access);
      if ((await digest(bytes)) !== file.blocks[index]) {
        throw beyondRepair(file.name, "the server now has other bytes");
      }
      writeBytes(file.name, writer, bytes, start);
    }
    writer.truncate(size);
    writer.flush();
  } finally {
    writer.close();
  }
}

async function fetchBlock(
  file: CachedFile,
  start: number,
  length: number,
  access: RemoteAccess,
): Promise<Uint8Array> {
  const { url, offset } = placeOf(file, start, length);
  const range = `bytes=${offset}-${offset + length - 1}`;
  const response = await request(url, { Range: range }, access).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw beyondRepair(file.name, `the damaged part could not be fetched (${why})`);
  });
  if (response.status !== 206) {
    await response.body?.cancel();
    const { message } = statusProblem(file.name, response.status) ?? {
      message: "the server gives only whole files",
    };
    throw beyondRepair(file.name, message);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length !== length) throw beyondRepair(file.name, "the server sent too few bytes");
  return bytes;
}

function beyondRepair(name: string, why: string): EngineError {
  return new EngineError(
    "checksum-mismatch",
    `${name}: the kept file is damaged and could not be repaired: ${why}. Delete it and download it again.`,
  );
}
