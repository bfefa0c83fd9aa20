// Plain completion as the host asks for it. Its tokens are checked against llama.cpp in
// ../parity.gpu.test.ts; here: text, pieces, ends, limits, and that nothing is left on the GPU.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { testGpu } from "../../../kernels/testing/gpu.ts";
import type { EngineEvent, GenerateRequest } from "../api.ts";
import { Engine } from "../engine.ts";
import { sourceFromBytes } from "../model/byte-source.ts";
import { memoryBackends, openRepository } from "../testing/read-document.ts";

const FILE = "public/models/nano.gguf";
const PROMPT = "The captain walked up and down the beach";

describe("completion without a document", () => {
  const events: EngineEvent[] = [];
  let engine: Engine;
  let contextLength = 0;

  beforeAll(async () => {
    engine = new Engine(
      {
        gpu: testGpu(),
        repository: await openRepository(memoryBackends()),
        modelSources: () => Promise.resolve([sourceFromBytes(FILE, readFileSync(FILE))]),
        now: () => performance.now(),
      },
      (event) => events.push(event),
    );
    contextLength = (await engine.loadModel("nano")).contextLength;
  });

  const request = (change: Partial<GenerateRequest>): GenerateRequest => ({
    jobId: crypto.randomUUID(),
    prompt: PROMPT,
    maxTokens: 12,
    temperature: 0,
    topK: 0,
    topP: 1,
    seed: 0,
    ignoreEndToken: true,
    ...change,
  });
  const piecesOf = (jobId: string): string[] =>
    events.flatMap((event) =>
      event.type === "pieces" && event.jobId === jobId ? event.pieces : [],
    );

  test("writes as many tokens as asked for, one piece each, and frees what it took", async () => {
    // Read-back buffers are kept for the next reading; everything else is freed.
    const held = () => ({ ...engine.ledger().gpu, staging: 0 });
    const before = held();
    const asked = request({});
    const { text, stopped, stats } = await engine.generate(asked);
    expect(stopped).toBe("length");
    expect(stats.generatedTokens).toBe(12);
    expect(stats.promptTokens).toBeGreaterThan(3);
    const pieces = piecesOf(asked.jobId);
    expect(pieces).toHaveLength(12);
    expect(text.startsWith(pieces.join(""))).toBe(true);
    expect(held()).toEqual(before);

    const again = await engine.generate(request({ maxTokens: 5 }));
    expect(text.startsWith(again.text), "greedy and without a memory of the first").toBe(true);
  });

  test("a sampled text depends on its seed alone", async () => {
    const sampled = { temperature: 1, topK: 40, topP: 0.95 };
    const [first, same, other] = [
      await engine.generate(request({ ...sampled, seed: 1 })),
      await engine.generate(request({ ...sampled, seed: 1 })),
      await engine.generate(request({ ...sampled, seed: 2 })),
    ];
    expect(same.text).toBe(first.text);
    expect(other.text).not.toBe(first.text);
  });

  test("a conversation ends where the model ends it", async () => {
    const prompt = [
      { role: "system", content: "The secret code of the green lantern is 73194." },
      { role: "user", content: "What is the secret code of the green lantern?" },
    ] as const;
    const asked = request({ prompt, maxTokens: 64, ignoreEndToken: false });
    const answer = await engine.generate(asked);
    expect(answer.stopped).toBe("end");
    expect(answer.text).toMatch(/^73194/); // the space before it belongs to the template
    const going = await engine.generate({ ...asked, maxTokens: 64, ignoreEndToken: true });
    expect(going.stats.generatedTokens).toBe(64);
    expect(going.text.startsWith(answer.text)).toBe(true);
  });

  test("a prompt beyond the context is refused; the answer takes what is left of it", async () => {
    const long = "word and ".repeat(contextLength);
    await expect(engine.generate(request({ prompt: long }))).rejects.toMatchObject({
      code: "context-overflow",
    });
    await expect(engine.generate(request({ prompt: [] }))).rejects.toMatchObject({
      code: "invalid-argument",
    });
    const tokensOf = async (words: string) =>
      (await engine.generate(request({ maxTokens: 1, prompt: words }))).stats.promptTokens;
    const phrase = "word and ";
    const ten = await tokensOf(phrase.repeat(10));
    const each = ((await tokensOf(phrase.repeat(20))) - ten) / 10;
    const fitting = 10 + Math.floor((contextLength - 12 - ten) / each);
    const most = await engine.generate(request({ maxTokens: 1e6, prompt: phrase.repeat(fitting) }));
    expect(most.stopped).toBe("length");
    expect(most.stats.promptTokens + most.stats.generatedTokens).toBe(contextLength);
  });

  test("can be cancelled while it writes", async () => {
    const asked = request({ maxTokens: 400 });
    const running = engine.generate(asked);
    const timer = setInterval(() => {
      if (piecesOf(asked.jobId).length > 0) engine.cancel(asked.jobId);
    }, 1);
    const { stopped, stats } = await running;
    clearInterval(timer);
    expect(stopped).toBe("cancelled");
    expect(stats.generatedTokens).toBeLessThan(400);
  });
});
