import { expect, test } from "vitest";
import { scoreVoteSelect } from "./select.ts";

const kvHeads = 2;
const headDim = 4;
const count = 40;

/** One head points at span 17 through its dynamic vector, the other is constant. */
function input(persist: boolean, recall = new Float32Array(count)) {
  const vectors = new Float32Array(count * 2 * kvHeads * headDim);
  for (let s = 0; s < count; s++) {
    vectors[s * 16] = Math.sin(s) * 0.1;
    vectors[s * 16 + 4] = 1;
    vectors[s * 16 + 12] = 1;
  }
  vectors[17 * 16 + 8] = 5;
  const spans = Uint32Array.from({ length: count * 4 }, (_, i) => (i % 4 === 1 ? 20 : i * 5));
  return {
    query: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0),
    vectors,
    spans,
    recall,
    kvHeads,
    headDim,
    persist,
    residentOnly: false,
  };
}

const parameters = { budget: 60, z0: 2, neighbourBoost: 0, gamma: 0.5, persistFrac: 0.5 };

test("a dynamic vector of one head wins the vote", () => {
  const { ids, tokens } = scoreVoteSelect(input(false), parameters);
  expect([...ids]).toContain(17);
  expect(tokens).toBe(60);
});

test("neighbours of a hit come along with neighbourBoost", () => {
  const { ids } = scoreVoteSelect(input(false), { ...parameters, neighbourBoost: 0.9 });
  expect([...ids]).toEqual([16, 17, 18]);
});

test("recall accumulates, keeps its share and is untouched while a document is read", () => {
  const recall = new Float32Array(count);
  recall[3] = 4;
  const { ids, recalled } = scoreVoteSelect(input(true, recall), parameters);
  expect([...ids]).toEqual(expect.arrayContaining([3, 17]));
  expect(recalled).toBe(1);
  expect([recall[3], recall[17]]).toEqual([2, 1]);
  scoreVoteSelect(input(false, recall), parameters);
  expect([recall[3], recall[17]]).toEqual([2, 1]);
});

test("no spans", () => {
  const none = { ...input(true), vectors: new Float32Array(0), spans: new Uint32Array(0) };
  expect(scoreVoteSelect(none, parameters).ids).toHaveLength(0);
});
