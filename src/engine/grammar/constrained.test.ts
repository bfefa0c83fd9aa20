// Answers of the embedded model under a form, on the processor: whatever it would like to write, every answer
// is a text of the form and ends within its tokens. INKSPAN_LONG=1 asks for more of them.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWasmBackend } from "../../../kernels/wasm/kernel-module.ts";
import type { AnswerFormat } from "../api.ts";
import { completeText } from "../ask/completion.ts";
import { answerConstraint } from "../ask/requests.ts";
import { bindDocuments } from "../attention/binding.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import { loadNano } from "../testing/embedded-model.ts";
import { TokenCounter } from "../transformer/token-counter.ts";
import { randomSchema } from "./testing/random-schema.ts";
import { validator } from "./testing/validator.ts";

const SCHEMAS = process.env["INKSPAN_LONG"] ? 500 : 25;
const QUESTION = [
  {
    role: "system",
    content: "The secret code of the green lantern is 73194.",
  },
  { role: "user", content: "What is the secret code of the green lantern?" },
] as const;

let model: BoundModel;

beforeAll(async () => {
  const backend = await openWasmBackend("relaxed");
  const loaded = await loadNano(backend);
  model = {
    backend,
    loaded,
    binding: bindDocuments(loaded, "ltri", {}),
    counter: new TokenCounter(),
  };
}, 120_000);
afterAll(() => model.backend.dispose());

async function answer(format: AnswerFormat, maxTokens: number, temperature = 0, seed = 1) {
  const request = { format, ignoreEndToken: false };
  return completeText(model, {
    prompt: QUESTION,
    maxTokens,
    sampling: { temperature, topK: 40, topP: 0.95, seed },
    constraint: await answerConstraint(request, model.loaded.tokenizer),
    ignoreEndToken: false,
    signal: new AbortController().signal,
    onPiece: () => undefined,
    now: () => 0,
  });
}

async function tokensNeeded(schema: unknown): Promise<number> {
  const format = { type: "json-schema", schema } as const;
  const request = { format, ignoreEndToken: false };
  return (await answerConstraint(request, model.loaded.tokenizer))!.tokensNeeded;
}

describe("the embedded model under a form", () => {
  test("every answer to a random schema parses and is valid, sampled and greedy, early ended or not", async () => {
    const shape = fc.tuple(randomSchema, fc.nat(40), fc.constantFrom(0, 0.7, 1.5), fc.nat(999));
    await fc.assert(
      fc.asyncProperty(shape, async ([schema, more, temperature, seed]) => {
        const validate = validator(schema);
        const maxTokens = (await tokensNeeded(schema)) + more;
        const format = { type: "json-schema", schema } as const;
        const { text, stopped, stats } = await answer(format, maxTokens, temperature, seed);
        const seen = `${text} for ${JSON.stringify(schema)}`;
        expect(validate(JSON.parse(text)), seen).toBe(true);
        expect(stopped, seen).toBe("end");
        expect(stats.generatedTokens).toBeLessThanOrEqual(maxTokens);
      }),
      { numRuns: SCHEMAS, endOnFailure: true },
    );
  }, 1_800_000);

  test("the form leaves the model its own words", async () => {
    const schema = {
      type: "object",
      properties: { name: { type: "string", maxLength: 20 } },
      required: ["name"],
    };
    const { text } = await answer({ type: "json-schema", schema }, 60);
    expect(text).toMatch(/^\{"name": ?"/);
    const codes = { type: "gbnf", grammar: 'root ::= " "? ("58213" | "73194" | "40127")' } as const;
    expect((await answer(codes, 60)).text.trim()).toBe("73194");
  });

  test("an answer that cannot end within its tokens is refused before it begins", async () => {
    const format = { type: "gbnf", grammar: 'root ::= "ab"{8}' } as const;
    await expect(answer(format, 15)).rejects.toMatchObject({ code: "invalid-argument" });
    expect((await answer(format, 16)).text).toBe("ab".repeat(8));
  });
});
