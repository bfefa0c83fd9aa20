// A file server on another origin that does what hubs do, well or badly: ranges or none, ETags,
// hashes, tokens, slowness. It counts what it sends.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

interface Offer {
  readonly etag?: string;
  readonly sha256?: string;
  readonly ranges?: boolean;
  readonly token?: string;
  /** Pause between pieces. */
  readonly pieceMs?: number;
}

interface Served {
  readonly range: string | null;
  readonly start: number;
  /** Asked for. */
  readonly bytes: number;
  sent: number;
}

const PIECE_BYTES = 16 * 1024;

export interface ModelServer {
  readonly pieceBytes: number;
  readonly requests: readonly Served[];
  /** Bytes of all answers so far. */
  readonly sent: number;
  /** Puts a file at an address, or another version of it. */
  offer(name: string, bytes: Buffer, how?: Offer): string;
  /** From now on without pauses. */
  hurry(): void;
  stop(): Promise<void>;
  close(): Promise<void>;
}

export async function serveModels(): Promise<ModelServer> {
  const files = new Map<string, { bytes: Buffer; how: Offer }>();
  const requests: Served[] = [];
  let fast = false;
  const total = () => requests.reduce((sum, one) => sum + one.sent, 0);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const cors = {
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "range, authorization",
      "access-control-expose-headers": "etag, content-range, x-linked-etag",
    };
    if (request.method === "OPTIONS") {
      response.writeHead(204, cors).end();
      return;
    }
    const file = files.get((request.url ?? "").slice(1));
    if (!file) {
      response.writeHead(404, cors).end();
      return;
    }
    const { bytes, how } = file;
    if (how.token && request.headers.authorization !== `Bearer ${how.token}`) {
      response.writeHead(401, cors).end();
      return;
    }
    const header = how.ranges === false ? undefined : request.headers.range;
    const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? "");
    const start = match ? Number(match[1]) : 0;
    const end = match?.[2] ? Math.min(Number(match[2]) + 1, bytes.length) : bytes.length;
    const served: Served = { range: header ?? null, start, bytes: end - start, sent: 0 };
    requests.push(served);
    response.writeHead(match ? 206 : 200, {
      ...cors,
      "content-length": end - start,
      ...(match ? { "content-range": `bytes ${start}-${end - 1}/${bytes.length}` } : {}),
      ...(how.etag ? { etag: how.etag } : {}),
      ...(how.sha256 ? { "x-linked-etag": `"${how.sha256}"` } : {}),
    });
    for (let at = start; at < end && !response.destroyed; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, Math.min(end, at + PIECE_BYTES));
      response.write(piece);
      served.sent += piece.length;
      const pause = fast ? 0 : (how.pieceMs ?? 0);
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    }
    response.end();
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the server has no port");
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    pieceBytes: PIECE_BYTES,
    requests,
    get sent() {
      return total();
    },
    offer(name, bytes, how = {}) {
      files.set(name, { bytes, how });
      return `http://127.0.0.1:${bound.port}/${name}`;
    },
    hurry() {
      fast = true;
    },
    stop,
    close: stop,
  };
}
