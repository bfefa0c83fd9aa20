// What a model's embedding says of its words, read from the device.
import { expect, test } from "vitest";
import { testBackend } from "../../../kernels/testing/backends.ts";
import { loadNano } from "../testing/embedded-model.ts";
import { nearTermsOf, readNearTerms } from "./model-terms.ts";

const WIDTH = 32;
const WORDS = 5000;

test("words are near whose rows are alike; pieces of words and control tokens are none", async () => {
  const backend = await testBackend();
  // Letters alone: "aaaa", "aaab", …; every second token is a piece without a space before it.
  const name = (word: number) =>
    Array.from({ length: 4 }, (_, i) =>
      String.fromCharCode(97 + (Math.floor(word / 20 ** i) % 20)),
    ).join("");
  const rows = Float32Array.from(
    { length: 2 * WORDS * WIDTH },
    (_, i) => (Math.sin(i * 12.9898) * 43758.5453) % 1,
  );
  const [word, same] = [700, 1700];
  rows.copyWithin(2 * same * WIDTH, 2 * word * WIDTH, (2 * word + 1) * WIDTH);
  // A piece and a control token with the same row.
  rows.copyWithin((2 * word + 1) * WIDTH, 2 * word * WIDTH, (2 * word + 1) * WIDTH);
  rows.copyWithin(0, 2 * word * WIDTH, (2 * word + 1) * WIDTH);
  const data = backend.createBufferFrom("embedding", "weights", rows);
  const embedding = {
    rows: 2 * WORDS,
    cols: WIDTH,
    format: "F32" as const,
    blocks: [{ data, rowBegin: 0, rowCount: 2 * WORDS }],
  };
  const encoder = new TextEncoder();
  const near = await readNearTerms(backend, embedding, {
    vocabSize: 2 * WORDS,
    isControl: (id) => id === 0,
    pieceBytes: (id) => encoder.encode(`${id % 2 === 0 ? " " : ""}${name(id >> 1)}`),
  });
  const found = near(name(word), () => true);
  expect(found[0]?.term).toBe(name(same));
  expect(found[0]!.likeness).toBeGreaterThan(0.98);
  expect(found.map(({ term }) => term)).not.toContain(name(0));
  expect(near(name(0), () => true)).toEqual([]);
  backend.destroyBuffer(data);
});

test("a model of syllables knows no words, and its vocabulary is read once", async () => {
  const backend = await testBackend();
  const loaded = await loadNano(backend);
  const near = await nearTermsOf({ backend, loaded });
  expect(near("captain", () => true)).toEqual([]);
  expect(await nearTermsOf({ backend, loaded })).toBe(near);
});
