// Fetches one file into a writer, from where it stopped. Bytes are only ever appended, so whatever was
// written is a true beginning of the file as long as the server's version stays the same.
import { EngineError } from "../errors.ts";
import type { ModelFileWriter } from "./model-directory.ts";
import {
  cancelled,
  failed,
  type RemoteAccess,
  type RemoteFile,
  request,
  statusProblem,
} from "./remote-files.ts";

export interface DownloadHooks {
  /** Bytes of this file that are on disk now. */
  readonly onProgress: (bytes: number) => void;
  /** The server named its version of the file; remembered for going on later. */
  readonly onVersion: (etag: string) => Promise<void>;
  readonly pause: (milliseconds: number) => Promise<void>;
}

const RETRIES = 3; // without a single new byte in between
const FLUSH_BYTES = 16 * 1024 * 1024;

/** Resolves with the file's size. What has arrived stays on disk when it rejects. */
export async function downloadFile(
  file: RemoteFile,
  writer: ModelFileWriter,
  access: RemoteAccess,
  hooks: DownloadHooks,
): Promise<number> {
  let known = file;
  let failures = 0;
  for (;;) {
    const before = writer.size();
    if (known.size !== null && before === known.size) return before;
    if (known.size !== null && before > known.size) writer.truncate(0);
    try {
      const end = await fetchRest(known, writer, access, {
        ...hooks,
        onVersion: async (etag) => {
          known = { ...known, etag };
          await hooks.onVersion(etag);
        },
      });
      if (end) return writer.size();
      throw failed(file.name, "the connection ended early. What has arrived is kept.");
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== "download-failed") throw error;
      if (error instanceof Final) throw error;
      failures = writer.size() > before ? 1 : failures + 1;
      if (failures > RETRIES) throw error;
      await hooks.pause(250 * 4 ** (failures - 1));
      if (access.signal?.aborted) throw cancelled(file.name);
    } finally {
      writer.flush();
    }
  }
}

/** An answer that asking again will not change. */
class Final extends EngineError {}

/** True when the end of the file was reached. */
async function fetchRest(
  file: RemoteFile,
  writer: ModelFileWriter,
  access: RemoteAccess,
  hooks: DownloadHooks,
): Promise<boolean> {
  const { name } = file;
  let at = file.ranges ? writer.size() : 0;
  const response = await request(file.url, at > 0 ? { Range: `bytes=${at}-` } : {}, access);
  const give = async (error: EngineError): Promise<never> => {
    await response.body?.cancel();
    throw error;
  };
  const etag = response.headers.get("etag");
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
  const total = range?.[2] === undefined || range[2] === "*" ? null : Number(range[2]);
  const changed =
    response.status === 416 ||
    (file.etag !== null && etag !== null && etag !== file.etag && response.ok) ||
    (file.size !== null && total !== null && total !== file.size);
  if (changed) {
    writer.truncate(0);
    await give(changedOnServer(name));
  }
  const problem = statusProblem(name, response.status);
  if (problem) {
    // A server in trouble is asked again; one that refuses is not.
    await give(response.status < 500 ? new Final(problem.code, problem.message) : problem);
  }
  if (response.status === 206 && range && Number(range[1]) !== at) {
    await give(
      new Final("download-failed", `${name}: the server sent other bytes than asked for.`),
    );
  }
  if (response.status === 200) at = 0; // ranges are not served: the whole file comes again
  if (at < writer.size()) writer.truncate(at);
  if (etag !== null && etag !== file.etag) await hooks.onVersion(etag);

  const reader = response.body?.getReader();
  if (!reader) return false;
  let unflushed = 0;
  try {
    for (;;) {
      const { done, value } = await read(name, reader, access);
      if (done) break;
      if (file.size !== null && at + value.length > file.size) {
        writer.truncate(0);
        throw changedOnServer(name);
      }
      writeBytes(name, writer, value, at);
      at += value.length;
      unflushed += value.length;
      if (unflushed >= FLUSH_BYTES) {
        writer.flush();
        unflushed = 0;
      }
      hooks.onProgress(at);
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    throw error;
  }
  return file.size === null || at === file.size;
}

async function read(
  name: string,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  access: RemoteAccess,
) {
  try {
    return await reader.read();
  } catch (cause) {
    if (access.signal?.aborted) throw cancelled(name, cause);
    throw failed(name, "the connection was lost. What has arrived is kept.", cause);
  }
}

export function writeBytes(
  name: string,
  writer: ModelFileWriter,
  bytes: Uint8Array,
  at: number,
): void {
  try {
    writer.write(bytes, at);
  } catch (cause) {
    if (cause instanceof Error && cause.name === "QuotaExceededError") throw diskFull(name, cause);
    throw cause;
  }
}

export function diskFull(name: string, cause?: unknown): EngineError {
  return new EngineError(
    "quota-exceeded",
    `${name}: the browser's storage is full. What has arrived is kept; delete a model or a document, then go on with the download.`,
    { cause },
  );
}

export function changedOnServer(name: string): EngineError {
  return new Final(
    "download-failed",
    `${name}: the file was changed on the server while it was being downloaded. What had arrived was dropped; start the download again.`,
  );
}
