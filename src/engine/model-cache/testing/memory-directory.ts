// A directory in memory with a size limit, and a server that can misbehave: for tests of the cache.
import type { ModelDirectory } from "../model-directory.ts";

export class MemoryDirectory implements ModelDirectory {
  readonly files = new Map<string, Uint8Array>();
  capacity = Infinity;

  get bytes(): number {
    let total = 0;
    for (const file of this.files.values()) total += file.length;
    return total;
  }

  names = () => Promise.resolve([...this.files.keys()]);

  read = (name: string) => {
    const bytes = this.files.get(name);
    return Promise.resolve(bytes && new Blob([bytes.slice()]));
  };

  remove = (name: string) => Promise.resolve(void this.files.delete(name));

  write = (name: string) => {
    let bytes = this.files.get(name) ?? new Uint8Array();
    const resize = (size: number) => {
      if (this.bytes - bytes.length + size > this.capacity) {
        throw new DOMException("no room", "QuotaExceededError");
      }
      const next = new Uint8Array(size);
      next.set(bytes.subarray(0, size));
      bytes = next;
      this.files.set(name, bytes);
    };
    return Promise.resolve({
      size: () => bytes.length,
      write: (part: Uint8Array, offset: number) => {
        if (offset + part.length > bytes.length) resize(offset + part.length);
        bytes.set(part, offset);
      },
      truncate: (size: number) => resize(size),
      flush: () => {},
      close: () => {},
    });
  };
}

export interface FakeServer {
  bytes: Uint8Array;
  etag: string | null;
  linkedEtag: string | null;
  ranges: boolean;
  status: number;
  /** The connection breaks after so many bytes of an answer. */
  cutAfter: number;
  readonly requests: { readonly range: string | null; sent: number }[];
  fetch(url: string, init: RequestInit): Promise<Response>;
}

const MIN_PIECE = 1000;

export function fakeServer(bytes: Uint8Array): FakeServer {
  const server: FakeServer = {
    bytes,
    etag: '"v1"',
    linkedEtag: null,
    ranges: true,
    status: 200,
    cutAfter: Infinity,
    requests: [],
    fetch: async (_url, init) => {
      const range = new Headers(init.headers).get("range");
      const match = server.ranges ? /^bytes=(\d+)-(\d*)$/.exec(range ?? "") : null;
      const size = server.bytes.length;
      const start = match ? Number(match[1]) : 0;
      const end = match?.[2] ? Math.min(size, Number(match[2]) + 1) : size;
      const record = { range, sent: 0 };
      server.requests.push(record);
      if (server.status !== 200) return new Response(null, { status: server.status });
      const headers = new Headers({ "content-length": String(end - start) });
      if (match) headers.set("content-range", `bytes ${start}-${end - 1}/${size}`);
      if (server.etag !== null) headers.set("etag", server.etag);
      if (server.linkedEtag !== null) headers.set("x-linked-etag", server.linkedEtag);
      const data = server.bytes;
      let at = start;
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          init.signal?.throwIfAborted();
          if (at >= end) return controller.close();
          if (at - start >= server.cutAfter) throw new TypeError("connection reset");
          const piece = Math.max(MIN_PIECE, Math.ceil(data.length / 20));
          const next = Math.min(end, at + piece);
          controller.enqueue(data.slice(at, next));
          record.sent += next - at;
          at = next;
        },
      });
      return new Response(body, { status: match ? 206 : 200, headers });
    },
  };
  return server;
}
