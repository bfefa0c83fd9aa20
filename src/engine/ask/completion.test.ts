// What becomes of the tokens of a completion: the texts that end an answer, and what is told of it.
import { expect, test } from "vitest";
import type { BoundModel } from "../attention/bound-model.ts";
import type { DecodeOptions } from "../attention/decoder.ts";
import type { ConversationMessage } from "../tokenizer/prompt-parts.ts";
import { completeText, type CompletionRequest } from "./completion.ts";

const STOPS = ["\nQuestion:", "\nUser:"];
const CONVERSATION: readonly ConversationMessage[] = [{ role: "user", content: "Who?" }];

/** A model without a template that writes `pieces`, one token each, and stops when it is told to. */
function modelThatWrites(pieces: readonly string[]) {
  const ids = { encode: () => Uint32Array.of(1), conversationIds: () => Uint32Array.of(1, 2) };
  const tokenizer = {
    encode: ids.encode,
    eogIds: new Set([99]),
    streamDecoder: () => ({ push: (id: number) => pieces[id]!, end: () => "" }),
  };
  const model = {
    loaded: { tokenizer, prompt: { ...ids, endIds: tokenizer.eogIds, stops: STOPS } },
  };
  const written: number[] = [];
  const complete = (_: unknown, __: readonly number[], options: DecodeOptions) => {
    for (let id = 0; id < pieces.length && !options.signal?.aborted; id++) {
      written.push(id);
      options.onToken(id);
    }
    const stopped = options.signal?.aborted ? ("cancelled" as const) : ("length" as const);
    return Promise.resolve({ ids: written, stopped, timeToFirstTokenMs: 1, decodeMs: 1 });
  };
  return { model: model as unknown as BoundModel, complete, written };
}

async function run(pieces: readonly string[], change: Partial<CompletionRequest> = {}) {
  const { model, complete, written } = modelThatWrites(pieces);
  const told: string[] = [];
  const request: CompletionRequest = {
    prompt: CONVERSATION,
    maxTokens: 100,
    sampling: {} as CompletionRequest["sampling"],
    ignoreEndToken: false,
    signal: new AbortController().signal,
    onPiece: (piece) => told.push(piece),
    now: () => 0,
    ...change,
  };
  const result = await completeText(model, request, complete);
  return { ...result, told, tokens: written.length };
}

test("an answer ends where the model begins a question of its own", async () => {
  const { text, stopped, told, tokens } = await run([" Ann", ".", "\nQues", "tion:", " Why?", "x"]);
  expect(text).toBe("Ann.");
  expect(stopped).toBe("end");
  expect(tokens, "nothing is computed behind the stop").toBe(4);
  expect(told).toEqual(["Ann", ".", "", ""]);
});

test("each of the stops ends it, also within one token", async () => {
  const { text, stopped } = await run(["Ann\nUser: and", " more"]);
  expect({ text, stopped }).toEqual({ text: "Ann", stopped: "end" });
  expect((await run(["Question: none"])).text, "at its very beginning").toBe("");
});

test("what only began like a stop is told, at the latest at the end", async () => {
  const broken = await run(["Ann", "\nQues", "ts"]);
  expect(broken.text).toBe("Ann\nQuests");
  expect(broken.told.join("")).toBe(broken.text);
  const cut = await run(["Ann", "\nQues"]);
  expect(cut).toMatchObject({ text: "Ann\nQues", stopped: "length" });
  expect(cut.told.join("")).toBe(cut.text);
});

test("a continued text, and one that goes on behind every end, may hold those words", async () => {
  const pieces = [" Ann", "\nQuestion:", " Why?"];
  const continued = await run(pieces, { prompt: "Say:" });
  expect(continued).toMatchObject({
    text: " Ann\nQuestion: Why?",
    stopped: "length",
    told: pieces,
  });
  expect((await run(pieces, { ignoreEndToken: true })).text).toBe("Ann\nQuestion: Why?");
});

test("a completion that was cancelled says so", async () => {
  const { text, stopped, tokens } = await run(["Ann"], { signal: AbortSignal.abort() });
  expect({ text, stopped, tokens }).toEqual({ text: "", stopped: "cancelled", tokens: 0 });
});
