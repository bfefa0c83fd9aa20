import { describe, expect, test } from "vitest";
import { argmax, NO_TOKEN, SAMPLE_SCRATCH_BYTES, sampleTop } from "./sample.ts";
import { argmaxTwin, sampleTopTwin } from "./sample.twin.ts";
import { compare } from "../testing/compare.ts";
import { testBackend } from "../testing/backends.ts";
import { randomFloats } from "../testing/gpu.ts";

const scratch = () => new Uint32Array(SAMPLE_SCRATCH_BYTES / 4);

describe("argmax", () => {
  for (const vocabulary of [1, 3, 63, 65, 257, 5000, 262144]) {
    test(`${vocabulary} logits, lowest id of equals`, async () => {
      const logits = randomFloats(vocabulary + 2, vocabulary);
      const rounded = logits.map((value) => Math.round(value * 2) / 2 - 100);
      for (const values of [logits, rounded]) {
        const shape = { vocabulary, logitBegin: 2, tokenIndex: 1 };
        const { actual, expected } = await compare(
          await testBackend(),
          { logits: values, scratch: scratch(), token: new Uint32Array(3) },
          (recorder, b) => argmax(recorder, b.logits, b.scratch, b.token, shape),
          (b) => argmaxTwin(b.logits, b.scratch, b.token, shape),
        );
        expect(actual.token).toEqual(expected.token);
      }
    });
  }
});

describe("sample-top", () => {
  const cases = [
    { temperature: 1, topK: 1, topP: 1 },
    { temperature: 0.7, topK: 40, topP: 0.9 },
    { temperature: 1.3, topK: 256, topP: 1 },
    { temperature: 1, topK: 0, topP: 0.8 },
    { temperature: 2, topK: 0, topP: 1 },
    { temperature: 0.01, topK: 20, topP: 0.5 },
  ];
  for (const one of cases) {
    test(JSON.stringify(one), async () => {
      for (const vocabulary of [1, 3, 65, 5003]) {
        const logits = randomFloats(vocabulary, 5).map((value, i) => value * 2 - (i % 3) * 0.5);
        for (let step = 0; step < 4; step++) {
          const shape = { ...one, vocabulary, tokenIndex: 0, seed: 12345, step };
          const { actual, expected } = await compare(
            await testBackend(),
            { logits, scratch: scratch(), token: new Uint32Array(1) },
            (recorder, b) => sampleTop(recorder, b.logits, b.scratch, b.token, shape),
            (b) => sampleTopTwin(b.logits, b.scratch, b.token, shape),
          );
          expect(actual.token).toEqual(expected.token);
        }
      }
    });
  }

  for (const [value, vocabulary, at] of [
    [NaN, 3, 1],
    [NaN, 5003, 5002],
    [Infinity, 65, 0],
    [-Infinity, 65, 64],
  ] as const) {
    test(`${value} among ${vocabulary} logits gives no token`, async () => {
      const logits = randomFloats(vocabulary, 7);
      logits[at] = value;
      const shape = {
        temperature: 1,
        topK: 40,
        topP: 0.9,
        vocabulary,
        tokenIndex: 0,
        seed: 1,
        step: 0,
      };
      for (const sampling of [shape, { ...shape, topK: 1 }, { ...shape, topK: 0 }]) {
        const { actual } = await compare(
          await testBackend(),
          { logits, scratch: scratch(), token: new Uint32Array(1) },
          (recorder, b) => sampleTop(recorder, b.logits, b.scratch, b.token, sampling),
          (b) => sampleTopTwin(b.logits, b.scratch, b.token, sampling),
        );
        expect(actual.token[0]).toBe(NO_TOKEN);
      }
    });
  }

  test("frequencies follow the probabilities", () => {
    const logits = Float32Array.from([0, Math.log(2), Math.log(5), -50]);
    const counts = [0, 0, 0, 0];
    const token = new Uint32Array(1);
    for (let step = 0; step < 8000; step++) {
      const shape = {
        vocabulary: 4,
        tokenIndex: 0,
        temperature: 1,
        topK: 0,
        topP: 1,
        seed: 7,
        step,
      };
      sampleTopTwin(logits, undefined, token, shape);
      counts[token[0]!]!++;
    }
    expect(counts[0]! / 1000).toBeCloseTo(1, 0);
    expect(Math.abs(counts[1]! - 2000)).toBeLessThan(150);
    expect(Math.abs(counts[2]! - 5000)).toBeLessThan(170);
    expect(counts[3]).toBe(0);
  });
});
