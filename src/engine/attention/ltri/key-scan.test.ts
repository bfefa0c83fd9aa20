import { expect, test } from "vitest";
import { type LayerVotes, questionVotes, retrievalHeads, sharedVotes } from "./key-scan.ts";

function randomSource(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647 - 0.5;
}

function layer(
  spans: readonly (readonly [start: number, length: number, v: number])[],
): LayerVotes {
  return {
    table: {
      count: spans.length,
      starts: spans.map(([start]) => start),
      lengths: spans.map(([, length]) => length),
    },
    votes: Float32Array.from(spans, ([, , vote]) => vote),
  };
}

/** All layers vote. */
const share = (layers: readonly LayerVotes[]) =>
  sharedVotes(
    layers,
    layers.map(({ table }) => table),
  );

test("each question token votes by the z-scores of its matches, head by head", () => {
  const [T, A, S, z0] = [5, 3, 7, 0.5];
  const matches = Float32Array.from({ length: T * A * S }, randomSource(11));
  const expected = new Array<number>(S).fill(0);
  for (let t = 0; t < T; t++) {
    const votes = new Array<number>(S).fill(0);
    for (let a = 0; a < A; a++) {
      const raw = [...matches.subarray((t * A + a) * S, (t * A + a + 1) * S)];
      const mean = raw.reduce((sum, x) => sum + x, 0) / S;
      const std = Math.sqrt(raw.reduce((sum, x) => sum + (x - mean) ** 2, 0) / S);
      const z = raw.map((x) => (x - mean) / std);
      const weight = Math.max(0, Math.max(...z) - z0);
      z.forEach((x, s) => (votes[s]! += weight * Math.max(0, x - z0)));
    }
    const total = votes.reduce((sum, v) => sum + v, 0);
    if (total > 0) votes.forEach((v, s) => (expected[s]! += v / total));
  }
  expect(Math.max(...expected)).toBeGreaterThan(0.3);
  const votes = questionVotes(matches, A, S, z0);
  expect(votes).toHaveLength(S);
  votes.forEach((vote, s) => expect(vote).toBeCloseTo(expected[s]!, 4));
});

test("one match that stands out has all votes", () => {
  const matches = new Float32Array(10).fill(0.8);
  matches[9] = 8;
  expect([...questionVotes(matches, 1, 10, 2)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
});

test("layers share votes by overlap, each weighted by its squared votes", () => {
  const sure = layer([
    [32, 8, 0],
    [40, 20, 0],
    [60, 4, 1],
  ]);
  const unsure = layer([
    [32, 12, 0.5],
    [44, 12, 0.5],
    [56, 8, 0],
  ]);
  // 4 tokens with vote 1 and 24 with 0.5: weights 4 and 6 of ten.
  const [ofSure, ofUnsure] = share([sure, unsure]).map((votes) => [...votes]);
  for (const votes of [ofSure!, ofUnsure!]) {
    [0.3, 0.3, 0.4].forEach((vote, span) => expect(votes[span]).toBeCloseTo(vote, 6));
  }
});

test("sharing agrees with the sum over all pairs on random divisions with gaps", () => {
  const random = randomSource(7);
  const below = (n: number) => Math.floor((random() + 0.5) * n);
  const division = (count: number) => {
    let at = 16 + below(5);
    return layer(
      Array.from({ length: count }, () => {
        const start = at + (below(4) === 0 ? below(9) : 0);
        const length = 1 + below(20);
        at = start + length;
        return [start, length, below(1000) / 1000] as const;
      }),
    );
  };
  const layers = [division(1), division(63), division(0), division(65), division(257)];
  const weights = layers.map(({ table, votes }) =>
    votes.reduce((sum, v, s) => sum + table.lengths[s]! * v * v, 0),
  );
  const total = weights.reduce((sum, w) => sum + w, 0);
  for (const [l, shared] of share(layers).entries()) {
    const { table } = layers[l]!;
    const expected = table.starts.map((start, s) => {
      const end = start + table.lengths[s]!;
      return layers.reduce((sum, other, m) => {
        const overlapping = other.table.starts.flatMap((begin, t) =>
          begin < end && begin + other.table.lengths[t]! > start ? [other.votes[t]!] : [],
        );
        return sum + (weights[m]! / total) * Math.max(0, ...overlapping);
      }, 0);
    });
    expect(shared).toHaveLength(expected.length);
    expected.forEach((vote, span) => expect(shared[span]).toBeCloseTo(vote, 5));
  }
});

test("without any vote nothing is shared", () => {
  const [only] = share([
    layer([
      [4, 3, 0],
      [7, 1, 0],
    ]),
  ]);
  expect([...only!]).toEqual([0, 0]);
});

test("a layer that did not vote gets the votes of the others", () => {
  const voted = layer([
    [10, 10, 0],
    [20, 10, 1],
  ]);
  const silent = { count: 3, starts: [10, 14, 25], lengths: [4, 6, 9] };
  const [ofSilent] = sharedVotes([voted], [silent]);
  expect([...ofSilent!]).toEqual([0, 0, 1]);
});

test("heads retrieve that copy half as well as the best of all, else all", () => {
  const weights = [
    [0, 0.1],
    [0.39, 0],
    [0, 0.8],
    [0.4, 0.2],
  ];
  expect(retrievalHeads(weights, 4, 2)).toEqual([
    { layer: 2, heads: [1] },
    { layer: 3, heads: [0] },
  ]);
  const all = [0, 1].map((layer) => ({ layer, heads: [0, 1, 2] }));
  expect(retrievalHeads(undefined, 2, 3)).toEqual(all);
  expect(
    retrievalHeads(
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
      2,
      3,
    ),
  ).toEqual(all);
});
