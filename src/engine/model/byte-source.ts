// Random access to the bytes of a model file, wherever it lies: memory, a Blob or File, an address
// that answers range requests. Not here: downloads into the store, files of Node (src/headless).
import { decodeSegment } from "../decode-segment.ts";
import { EngineError } from "../errors.ts";

export interface ByteSource {
  /** File name, for messages and for choosing the format. */
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`; rejects when they are not all there. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Throws unless [offset, offset + length) lies inside the source. */
export function checkRange(source: ByteSource, offset: number, length: number): void {
  const fits =
    Number.isSafeInteger(offset) &&
    Number.isSafeInteger(length) &&
    offset >= 0 &&
    length >= 0 &&
    offset + length <= source.size;
  if (!fits) {
    throw new EngineError(
      "format-invalid",
      `${source.name}: bytes ${offset} to ${offset + length} lie outside the file of ${source.size} bytes. The file is truncated or damaged; fetch it again.`,
    );
  }
}

export function sourceFromBytes(name: string, data: Uint8Array): ByteSource {
  // A plain view: subclasses such as Node's Buffer give `slice` another meaning.
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const source: ByteSource = {
    name,
    size: bytes.length,
    read: async (offset, length) => {
      checkRange(source, offset, length);
      return bytes.subarray(offset, offset + length);
    },
  };
  return source;
}

export function sourceFromBlob(name: string, blob: Blob): ByteSource {
  const source: ByteSource = {
    name,
    size: blob.size,
    read: async (offset, length) => {
      checkRange(source, offset, length);
      const part = new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
      if (part.length !== length) throw changed(name);
      return part;
    },
  };
  return source;
}

export interface RemoteOptions {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Opens an address by HTTP ranges; refuses servers without them and files that change meanwhile. */
export async function sourceFromUrl(url: string, options: RemoteOptions): Promise<ByteSource> {
  const name = decodeSegment(new URL(url).pathname.split("/").pop() ?? "") || url;
  const request = async (offset: number, length: number): Promise<Response> => {
    const headers = { ...options.headers, Range: `bytes=${offset}-${offset + length - 1}` };
    const init: RequestInit = options.signal ? { headers, signal: options.signal } : { headers };
    try {
      return await options.fetch(url, init);
    } catch (cause) {
      if (options.signal?.aborted)
        throw new EngineError("cancelled", `${name}: cancelled`, { cause });
      throw new EngineError(
        "download-failed",
        `${name}: the server cannot be reached or does not allow this page to read the file. Check the address and the connection.`,
        { cause },
      );
    }
  };

  const first = await request(0, 1);
  await first.body?.cancel();
  if (!first.ok) {
    throw new EngineError(
      "download-failed",
      `${name}: the server answered ${first.status}. Check the address and, for a gated file, the access token.`,
    );
  }
  const range = /^bytes 0-0\/(\d+)$/.exec(first.headers.get("content-range") ?? "");
  if (first.status !== 206 || !range) {
    throw new EngineError(
      "download-failed",
      `${name}: this server does not serve parts of files (HTTP ranges). Download the file and open it from disk.`,
    );
  }
  const size = Number(range[1]);
  const version = first.headers.get("etag");

  const source: ByteSource = {
    name,
    size,
    read: async (offset, length) => {
      checkRange(source, offset, length);
      if (length === 0) return new Uint8Array();
      const response = await request(offset, length);
      const now = response.headers.get("etag");
      if (response.status !== 206 || (version !== null && now !== null && now !== version)) {
        await response.body?.cancel();
        if (response.status === 206 || response.status === 200) throw changed(name);
        throw new EngineError(
          "download-failed",
          `${name}: the server answered ${response.status} for bytes ${offset} to ${offset + length}. Try again.`,
        );
      }
      const bytes = await readExactly(response, length);
      if (!bytes) throw changed(name);
      return bytes;
    },
  };
  return source;
}

/** The body when it has exactly `length` bytes; a longer body is dropped, not collected. */
async function readExactly(response: Response, length: number): Promise<Uint8Array | undefined> {
  const reader = response.body?.getReader();
  if (!reader) return undefined;
  const bytes = new Uint8Array(length);
  let filled = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return filled === length ? bytes : undefined;
    if (filled + value.length > length) {
      await reader.cancel();
      return undefined;
    }
    bytes.set(value, filled);
    filled += value.length;
  }
}

const changed = (name: string): EngineError =>
  new EngineError(
    "download-failed",
    `${name}: the file changed or was cut off while it was being read. Open it again.`,
  );
