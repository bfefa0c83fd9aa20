// The provider under the AI SDK itself, over a scripted engine.
import { generateText, jsonSchema, Output, streamText } from "ai";
import { expect, test } from "vitest";
import type { Answer } from "../../workers/protocol.ts";
import { inkspanModel } from "./ai-sdk.ts";
import type { AskOptions, GenerateOptions, Inkspan } from "./inkspan.ts";
import { streamText as piecesOf } from "./text-stream.ts";

const EVIDENCE = [
  {
    documentId: "d",
    start: 5,
    end: 9,
    text: "Ann.",
    weight: 1,
    strength: "strong",
    place: "Page 2",
  },
];

function scripted(failure?: Error) {
  const asked: { documents: unknown; question: string; options: AskOptions }[] = [];
  const generated: GenerateOptions[] = [];
  const engine: Pick<Inkspan, "ask" | "generate"> = {
    ask(documents, question, options = {}) {
      asked.push({ documents, question, options });
      return piecesOf(async (push, signal) => {
        push("It was");
        if (failure) throw failure;
        if (question === "Wait") {
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        }
        push(" Ann.");
        const stats = { promptTokens: 7, answerTokens: 3 };
        return {
          text: "It was Ann.",
          evidence: EVIDENCE,
          stopped: "end",
          stats,
        } as unknown as Answer;
      }, options.signal);
    },
    async generate(options) {
      generated.push(options);
      const text = options.format ? '{"name":"Ann"}' : "Hello";
      options.onToken?.(text);
      const rates = { timeToFirstTokenMs: 1, tokensPerSecond: 1 };
      return { text, stopped: "length", stats: { promptTokens: 4, generatedTokens: 2, ...rates } };
    },
  };
  return { engine, asked, generated };
}

test("generateText about documents: question, history, settings; text, sources, usage", async () => {
  const { engine, asked } = scripted();
  const result = await generateText({
    model: inkspanModel(engine, { documents: ["d", "e"] }),
    maxOutputTokens: 9,
    temperature: 0.5,
    seed: 3,
    messages: [
      { role: "user", content: "Who?" },
      { role: "assistant", content: "Bob." },
      { role: "user", content: [{ type: "text", text: "And then?" }] },
    ],
  });
  expect(result.text).toBe("It was Ann.");
  expect(result.sources).toMatchObject([
    {
      sourceType: "document",
      title: "Page 2",
      providerMetadata: { inkspan: { documentId: "d", start: 5, end: 9, text: "Ann." } },
    },
  ]);
  expect(result.finishReason).toBe("stop");
  expect(result.usage).toMatchObject({ inputTokens: 7, outputTokens: 3, totalTokens: 10 });
  expect(asked).toMatchObject([
    {
      documents: ["d", "e"],
      question: "And then?",
      options: {
        history: [{ question: "Who?", answer: "Bob." }],
        maxTokens: 9,
        temperature: 0.5,
        seed: 3,
      },
    },
  ]);
});

test("streamText about a document: pieces, then sources", async () => {
  const { engine } = scripted();
  const result = streamText({ model: inkspanModel(engine, { documents: ["d"] }), prompt: "Who?" });
  const pieces: string[] = [];
  for await (const piece of result.textStream) pieces.push(piece);
  expect(pieces).toEqual(["It was", " Ann."]);
  expect(await result.sources).toHaveLength(1);
  expect(await result.finishReason).toBe("stop");
});

test("a conversation without documents; structured output is held to its schema", async () => {
  const { engine, generated } = scripted();
  const model = inkspanModel(engine);
  const plain = await generateText({
    model,
    system: "Be short.",
    prompt: "Hi",
    stopSequences: ["x"],
  });
  expect(plain).toMatchObject({ text: "Hello", finishReason: "length", sources: [] });
  expect(plain.warnings).toMatchObject([{ type: "unsupported", feature: "stopSequences" }]);
  expect(generated[0]!.prompt).toEqual([
    { role: "system", content: "Be short." },
    { role: "user", content: "Hi" },
  ]);
  const schema = jsonSchema<{ name: string }>({
    type: "object",
    properties: { name: { type: "string" } },
    required: ["name"],
  });
  const form = Output.object({ schema });
  const { output } = await generateText({ model, output: form, prompt: "Who?" });
  expect(output).toEqual({ name: "Ann" });
  expect(generated[1]!.format).toMatchObject({
    type: "json-schema",
    schema: { required: ["name"] },
  });
});

test("a failure reaches the caller, files are refused, a signal ends the work", async () => {
  const failing = inkspanModel(scripted(new Error("lost")).engine, { documents: ["d"] });
  await expect(generateText({ model: failing, prompt: "Who?", maxRetries: 0 })).rejects.toThrow(
    "lost",
  );
  const errors: unknown[] = [];
  const streamed = streamText({
    model: failing,
    prompt: "Who?",
    onError: ({ error }) => void errors.push(error),
  });
  await streamed.consumeStream();
  expect(errors).toMatchObject([{ message: "lost" }]);
  const model = inkspanModel(scripted().engine, { documents: ["d"] });
  const content = [{ type: "file", mediaType: "text/plain", data: new Uint8Array([1]) }] as const;
  const messages = [{ role: "user" as const, content: [...content] }];
  await expect(generateText({ model, messages, maxRetries: 0 })).rejects.toThrow("only text");
  const abort = new AbortController();
  const waiting = streamText({ model, prompt: "Wait", abortSignal: abort.signal });
  const read: string[] = [];
  for await (const piece of waiting.textStream) {
    read.push(piece);
    abort.abort();
  }
  expect(read).toEqual(["It was"]);
});
