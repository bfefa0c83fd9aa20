// A question that a model server answers: passages are found here, by words and where there is an index by
// keys; the server reads them; what it cites is verified here. Fetched with the first of such questions.
import type { Answer, ServerChoice, ServerModel } from "../api.ts";
import type { RecalledPassages } from "../ask/ask-documents.ts";
import { passagesToRead } from "../ask/passages-to-read.ts";
import type { AskedText } from "../ask/asked-texts.ts";
import { explainAnswer } from "../ask/explain-answer.ts";
import type { AnswerRequest } from "../ask/write-answer.ts";
import { EngineError } from "../errors.ts";
import { serverBase } from "./server-address.ts";
import { serverAnswerer } from "./server-answerer.ts";
import type { Fetch, ModelServer } from "./server-connection.ts";
import { listServerModels } from "./server-models.ts";

interface Network {
  readonly fetch?: Fetch;
}

interface Found extends Pick<Answer, "readShare"> {
  readonly recalled: RecalledPassages;
  readonly documents: readonly AskedText[];
}

/** Throws `invalid-argument`, or what the server said (`server-…`). */
export async function askServer(
  network: Network,
  choice: ServerChoice,
  find: () => Promise<Found>,
  request: AnswerRequest,
): Promise<Answer> {
  const server = modelServer(choice);
  const answerer = serverAnswerer(fetchOf(network), server, request);
  const { recalled, documents, ...share } = await find();
  const passages = passagesToRead(recalled.found.ranges, documents, answerer);
  const { named = [], ...written } = await answerer.answer(passages, request);
  // It cannot rest on what it was not given.
  const ranges = recalled.found.ranges.filter((one) =>
    passages.some(
      ({ document, start, end }) => document === one.document && start < one.end && one.start < end,
    ),
  );
  const sources = named.map(({ at, passages: places }) => ({
    at,
    ranges: places.map((place) => passages[place]!),
  }));
  return {
    ...written,
    mode: "reread",
    ...share,
    server: { origin: new URL(server.base).origin, model: server.model },
    stats: { ...written.stats, ...recalled.stats },
    ...explainAnswer(written, request.question, { ...recalled.found, ranges }, documents, sources),
  };
}

export async function listModels(
  network: Network,
  { address, key }: Pick<ServerChoice, "address" | "key">,
): Promise<readonly ServerModel[]> {
  return listServerModels(fetchOf(network), { base: serverBase(address), key: checkedKey(key) });
}

const LEAST_CONTEXT = 256;

function modelServer({ address, model, key, contextTokens }: ServerChoice): ModelServer {
  if (typeof model !== "string" || model.trim() === "")
    throw refused("Choose a model of the server.");
  const server = { base: serverBase(address), model, key: checkedKey(key) };
  if (contextTokens === undefined) return server;
  if (!Number.isSafeInteger(contextTokens) || contextTokens < LEAST_CONTEXT) {
    throw refused(
      `The server's context is ${contextTokens} tokens; it must be a whole number from ${LEAST_CONTEXT} on.`,
    );
  }
  return { ...server, contextTokens };
}

function checkedKey(key: string | null): string | null {
  if (key === null || /^[\x21-\x7e]*$/.test(key)) return key;
  throw refused("The server's key has characters that no key has.");
}

function fetchOf({ fetch }: Network): Fetch {
  if (fetch) return fetch;
  throw new EngineError("server-unreachable", "This engine has no network.");
}

function refused(message: string): EngineError {
  return new EngineError("invalid-argument", message);
}
