import { describe, expect, test } from "vitest";
import { type DiscoveredSpan, type DiscoveryParameters, openSpanStream } from "./discovery.ts";
import { bandRowSums, plantedMap, randomMap } from "./testing/maps.ts";

const base: DiscoveryParameters = {
  nSink: 16,
  lMin: 8,
  lMax: 64,
  segLen: 128,
  segmenter: "nms",
  kappa: 2,
  blockLength: 48,
};

/** Spans of rows 0…N−1 in pieces of `chunk` rows; `resume` replaces the stream after each piece. */
function run(rows: Float32Array, p: DiscoveryParameters, chunk: number, resume = false) {
  let stream = openSpanStream(p);
  const spans: DiscoveredSpan[] = [];
  const total = rows.length / p.lMax;
  for (let at = 0; at < total; at += chunk) {
    const part = rows.subarray(at * p.lMax, Math.min(total, at + chunk) * p.lMax);
    spans.push(...stream.push(part, at));
    if (resume) {
      const state = stream.serialise();
      stream = openSpanStream(p);
      stream.restore(state);
      expect(Buffer.compare(stream.serialise(), state)).toBe(0);
    }
  }
  spans.push(...stream.flush());
  expect(stream.uncommittedStart).toBe(Math.max(total, p.nSink));
  return spans;
}

const variants = (["nms", "dp", "fixed"] as const).map((segmenter) => ({
  ...base,
  segmenter,
  kappa: segmenter === "dp" ? 1.5 : 2,
}));

describe.each(variants)("$segmenter", (p) => {
  const rows = bandRowSums(randomMap(777, 5), p.lMax);
  const whole = run(rows, p, 777);

  test("spans are a partition of the tokens after the sinks", () => {
    for (const seed of [1, 2, 3]) {
      for (const length of [17, 20, 100, 208, 209, 640]) {
        let next = p.nSink;
        for (const span of run(bandRowSums(randomMap(length, seed), p.lMax), p, 64)) {
          expect(span.start).toBe(next);
          expect(span.length).toBeLessThanOrEqual(p.lMax);
          next += span.length;
        }
        expect(next).toBe(length);
      }
    }
  });

  test("only the last span may be shorter than lMin", () => {
    for (const span of whole.slice(0, -1)) expect(span.length).toBeGreaterThanOrEqual(p.lMin);
  });

  test.each([1, 37, 256])("chunks of %i rows give the same spans", (chunk) => {
    expect(run(rows, p, chunk)).toEqual(whole);
  });

  test("a restored stream goes on bit by bit", () => {
    expect(run(rows, p, 61, true)).toEqual(whole);
  });

  test("rows after a flush start a new window", () => {
    const stream = openSpanStream(p);
    const first = [...stream.push(rows.subarray(0, 300 * p.lMax), 0), ...stream.flush()];
    expect(first.at(-1)!.start + first.at(-1)!.length).toBe(300);
    const later = [...stream.push(rows.subarray(300 * p.lMax), 300), ...stream.flush()];
    expect(later[0]!.start).toBe(300);
    expect(later.at(-1)!.start + later.at(-1)!.length).toBe(777);
  });

  test("refuses holes, foreign and damaged states", () => {
    const stream = openSpanStream(p);
    stream.push(rows.subarray(0, 40 * p.lMax), 0);
    expect(() => stream.push(rows.subarray(0, p.lMax), 41)).toThrow("expected 40");
    const state = stream.serialise();
    expect(() => openSpanStream({ ...p, lMin: 9 }).restore(state)).toThrow("differs");
    expect(() => openSpanStream(p).restore(state.subarray(0, state.length - 4))).toThrow("bytes");
    expect(() => openSpanStream(p).restore(state.subarray(0, 11))).toThrow("bytes");
  });
});

test("no more than segLen + lMax rows wait", () => {
  const stream = openSpanStream(base);
  const rows = bandRowSums(randomMap(700, 9), base.lMax);
  for (let at = 0; at < 700; at++) {
    stream.push(rows.subarray(at * base.lMax, (at + 1) * base.lMax), at);
    expect(stream.nextToken - stream.uncommittedStart).toBeLessThan(base.segLen + base.lMax);
  }
});

test("boundaries of planted spans: dp finds more than nms", () => {
  const score = { nms: 0, dp: 0 };
  for (const [inside, seed] of [
    [0.2, 1],
    [0.35, 2],
    [0.5, 3],
  ] as const) {
    const { map, starts } = plantedMap(512, inside, 0.4, seed);
    const wanted = starts.filter((s) => s > base.nSink);
    for (const segmenter of ["nms", "dp"] as const) {
      const p = { ...base, segmenter, kappa: segmenter === "dp" ? 1.5 : 2 };
      const found = run(bandRowSums(map, p.lMax), p, 512)
        .map((s) => s.start)
        .slice(1);
      const near = (list: number[], s: number) => list.some((other) => Math.abs(other - s) <= 1);
      const precision = found.filter((s) => near(wanted, s)).length / found.length;
      const recall = wanted.filter((s) => near(found, s)).length / wanted.length;
      score[segmenter] += (2 * precision * recall) / Math.max(1e-9, precision + recall) / 3;
    }
  }
  expect(score.dp).toBeGreaterThan(score.nms);
  expect(score.dp).toBeGreaterThan(0.6);
});
