import { expect, test } from "vitest";
import { KeyScan, type LayerVotes, retrievalHeads, sharedVotes } from "./key-scan.ts";

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

test("votes are those of the best key of each span, by question token and KV head", () => {
  const [T, K, D, z0] = [5, 3, 4, 0.5];
  const lengths = [1, 3, 63, 65, 2, 7, 1];
  const random = randomSource(11);
  const queries = Float32Array.from({ length: T * K * D }, random);
  const keys = lengths.map((n) => Float32Array.from({ length: n * K * D }, random));
  const scan = new KeyScan(queries, K, D, lengths.length, [0, 1, 2]);
  // Any order: batches come as they are read.
  for (const ordinal of [3, 0, 6, 1, 5, 2, 4]) scan.add(ordinal, keys[ordinal]!);
  const expected = new Array<number>(lengths.length).fill(0);
  for (let t = 0; t < T; t++) {
    const votes = new Array<number>(lengths.length).fill(0);
    for (let a = 0; a < K; a++) {
      const raw = keys.map((span) => {
        const rows = Array.from({ length: span.length / (K * D) }, (_, j) =>
          span.subarray((j * K + a) * D, (j * K + a + 1) * D),
        );
        const query = queries.subarray((t * K + a) * D, (t * K + a + 1) * D);
        return Math.max(...rows.map((key) => key.reduce((sum, k, d) => sum + k * query[d]!, 0)));
      });
      const mean = raw.reduce((sum, x) => sum + x, 0) / raw.length;
      const std = Math.sqrt(raw.reduce((sum, x) => sum + (x - mean) ** 2, 0) / raw.length);
      const z = raw.map((x) => (x - mean) / std);
      const weight = Math.max(0, Math.max(...z) - z0);
      z.forEach((x, s) => (votes[s]! += weight * Math.max(0, x - z0)));
    }
    const total = votes.reduce((sum, v) => sum + v, 0);
    if (total > 0) votes.forEach((v, s) => (expected[s]! += v / total));
  }
  expect(Math.max(...expected)).toBeGreaterThan(0.3);
  scan.votes(z0).forEach((vote, s) => expect(vote).toBeCloseTo(expected[s]!, 4));
});

test("one key in a long span is found where the mean of its keys is not", () => {
  const D = 8;
  const query = new Float32Array(D).fill(1);
  const spans = Array.from({ length: 9 }, () => new Float32Array(20 * D).fill(0.1));
  const needle = new Float32Array(20 * D).fill(-0.1);
  needle.fill(1, 7 * D, 8 * D);
  const scan = new KeyScan(query, 1, D, 10, [0]);
  [...spans, needle].forEach((keys, i) => scan.add(i, keys));
  const votes = scan.votes(2);
  expect(votes[9]).toBe(1);
  expect(votes[0]).toBe(0);
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

test("heads that do not retrieve have no voice", () => {
  const [T, K, D, S] = [3, 3, 4, 6];
  const random = randomSource(5);
  const queries = Float32Array.from({ length: T * K * D }, random);
  const keys = Array.from({ length: S }, () => Float32Array.from({ length: 5 * K * D }, random));
  const votesOf = (spoilt: boolean, heads: readonly number[]) => {
    const scan = new KeyScan(queries, K, D, S, heads);
    keys.forEach((span, i) => {
      const own = span.slice();
      for (let row = 0; spoilt && row < 5; row++) own.fill(9, row * K * D, (row * K + 1) * D);
      scan.add(i, own);
    });
    return [...scan.votes(0.5)];
  };
  expect(votesOf(true, [1, 2])).toEqual(votesOf(false, [1, 2]));
  expect(votesOf(true, [0, 1])).not.toEqual(votesOf(false, [0, 1]));
});
