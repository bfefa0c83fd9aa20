// Test support: stands between a client and a real server, hands both ways unchanged, and keeps what passed.
// Tests only.
import type { ServerResponse } from "node:http";
import {
  openScriptedServer,
  type ScriptedServer,
  type SeenRequest,
  sendPieces,
} from "./scripted-server.ts";

/** What a server answered to one request. */
export interface RecordedAnswer {
  readonly status: number;
  readonly contentType: string;
  /** As they arrived. */
  readonly pieces: readonly string[];
  /** It did not end by itself: the client left or the server went. */
  readonly isCut?: true;
}

export interface Recorder extends ScriptedServer {
  readonly answers: RecordedAnswer[];
}

/** `origin` of the real server. */
export async function openRecorder(origin: string): Promise<Recorder> {
  const answers: RecordedAnswer[] = [];
  const server = await openScriptedServer(async (request, response) => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const pieces: string[] = [];
    let begun: Pick<RecordedAnswer, "status" | "contentType"> | undefined;
    try {
      const answer = await fetch(`${origin}${request.path}`, {
        ...asSent(request),
        signal: gone.signal,
      });
      begun = { status: answer.status, contentType: answer.headers.get("Content-Type") ?? "" };
      await handOn(answer, response, (piece) => pieces.push(piece));
      answers.push({ ...begun, pieces });
      response.end();
    } catch {
      if (begun) answers.push({ ...begun, pieces, isCut: true });
      response.destroy(); // either side is gone: the other sees it
    }
  });
  return Object.assign(server, { answers });
}

/** A server that gives one recorded answer to everything. */
export function openReplay({
  status,
  contentType,
  pieces,
  isCut,
}: RecordedAnswer): Promise<ScriptedServer> {
  return openScriptedServer(async (_, response) => {
    if (status === 200 && contentType.startsWith("text/event-stream")) {
      await sendPieces(response, pieces);
    } else {
      response.writeHead(status, { "Content-Type": contentType });
      response.write(pieces.join(""));
    }
    if (isCut) response.destroy();
    else response.end();
  });
}

function asSent({ method, headers, body }: SeenRequest): RequestInit {
  const names = ["authorization", "content-type", "accept", "origin"] as const;
  const sent = names.flatMap((name): [string, string][] => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value]];
  });
  // Preflights are Node's to send: its fetch knows no origins.
  const asked = ["access-control-request-method", "access-control-request-headers"];
  for (const name of asked) {
    const value = headers[name];
    if (typeof value === "string") sent.push([name, value]);
  }
  return { method, headers: sent, ...(body === "" ? {} : { body }) };
}

async function handOn(
  answer: Response,
  response: ServerResponse,
  onPiece: (piece: string) => void,
): Promise<void> {
  for (const [name, value] of answer.headers) {
    if (name === "content-type" || name.startsWith("access-control-"))
      response.setHeader(name, value);
  }
  response.writeHead(answer.status);
  const decoder = new TextDecoder();
  for await (const bytes of answer.body ?? []) {
    const piece = bytes as Uint8Array;
    onPiece(decoder.decode(piece, { stream: true }));
    response.write(piece);
  }
}
