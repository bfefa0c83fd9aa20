// Which models a server has, and how much each reads at once. Nothing of any document is sent.
import * as v from "valibot";
import type { ServerModel } from "../api.ts";
import { EngineError } from "../errors.ts";
import { Connection, type Fetch, LIST_PATIENCE, type ModelServer } from "./server-connection.ts";

const tokens = v.optional(v.unknown());
const entry = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
  max_model_len: tokens, // vLLM
  meta: v.optional(v.unknown()), // llama.cpp: n_ctx
  context_length: tokens, // hosted ones
  context_window: tokens,
  max_context_length: tokens, // LM Studio
});
const list = v.object({ data: v.array(v.unknown()) });

const MOST_MODELS = 1000;
const MOST_CHARACTERS = 8 << 20;

/** In the server's order. A list changes nothing and costs nothing, so it is asked for once more when it fails. */
export async function listServerModels(
  fetch: Fetch,
  server: Pick<ModelServer, "base" | "key">,
  signal?: AbortSignal,
): Promise<ServerModel[]> {
  try {
    return await readList(fetch, server, signal);
  } catch (error) {
    const code = error instanceof EngineError ? error.code : undefined;
    if (code !== "server-busy" && code !== "server-silent") throw error;
    return readList(fetch, server, signal);
  }
}

async function readList(
  fetch: Fetch,
  server: Pick<ModelServer, "base" | "key">,
  signal: AbortSignal | undefined,
): Promise<ServerModel[]> {
  const connection = new Connection(fetch, server, LIST_PATIENCE, signal);
  try {
    let body = "";
    for await (const piece of connection.text(await connection.send("/models"))) {
      body += piece;
      if (body.length > MOST_CHARACTERS) break;
    }
    const models = modelsIn(body);
    if (models) return models;
    const { origin } = new URL(server.base);
    throw new EngineError(
      "server-not-found",
      `${origin} has no list of models at ${server.base}/models.`,
    );
  } finally {
    connection.close();
  }
}

function modelsIn(body: string): ServerModel[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(list, json);
  if (!parsed.success) return undefined;
  return parsed.output.data.slice(0, MOST_MODELS).flatMap((one) => {
    const model = v.safeParse(entry, one);
    if (!model.success) return [];
    const { id, meta, ...said } = model.output;
    const inMeta =
      typeof meta === "object" && meta !== null ? (meta as { n_ctx?: unknown }).n_ctx : 0;
    const sizes = [
      inMeta,
      said.max_model_len,
      said.max_context_length,
      said.context_length,
      said.context_window,
    ];
    return [{ id, contextTokens: sizes.find(isSize) }];
  });
}

const isSize = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value > 0;
