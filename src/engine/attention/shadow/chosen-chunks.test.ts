import { expect, test } from "vitest";
import { randomFloats } from "../../../../kernels/testing/gpu.ts";
import { topChunksTwin } from "../../../../kernels/shadow/top-chunks.twin.ts";
import { ChosenChunks, topLandmarks } from "./chosen-chunks.ts";

const NONE: ReadonlySet<number> = new Set();

test("the best landmarks are those that the device chooses, equal ones too", () => {
  const landmarks = 157;
  const chunks = Uint32Array.from({ length: landmarks }, (_, j) => 2 * j + 1);
  for (let seed = 1; seed < 20; seed++) {
    const votes = randomFloats(landmarks, seed).map((x) => Math.max(0, Math.round(x * 2) / 9));
    for (const slots of [1, 2, 64, 156, 157]) {
      const items = new Uint32Array(slots * 4);
      topChunksTwin(votes, chunks, items, { kvHeads: 1, landmarks, slots, firstSlot: 0 });
      const device = Array.from({ length: slots }, (_, i) => items[4 * i + 1]);
      expect(topLandmarks(votes, chunks, slots, NONE)).toEqual(device);
    }
  }
});

test("forced chunks come first", () => {
  const votes = Float32Array.of(5, 1, 4, 2);
  const chunks = Uint32Array.of(10, 11, 12, 13);
  expect(topLandmarks(votes, chunks, 2, new Set([11]))).toEqual([10, 11]);
  expect(topLandmarks(votes, chunks, 2, new Set([11, 13]))).toEqual([11, 13]);
});

test("runs of landmarks are those of the chunks that have one, head by head", () => {
  const chosen = new ChosenChunks(7, [Uint32Array.of(0, 3), Uint32Array.of(5, 6)], 2, 0);
  // Landmarks: 1 2 4 5 6 and 0 1 2 3 4.
  expect(chosen.runsOf(new Set([2, 3, 4, 6]))).toEqual([
    { first: 1, length: 2 },
    { first: 4, length: 1 },
    { first: 5 + 2, length: 3 },
  ]);
  expect(chosen.runsOf(NONE)).toEqual([]);
});

test("of slots that are not chosen the one that was longest ago is given up", () => {
  const chosen = new ChosenChunks(6, [Uint32Array.of(0)], 3, 2);
  const votes = (...own: number[]) => Float32Array.from(own); // of chunks 1…5
  chosen.choose(votes(9, 8, 7, 0, 0), NONE);
  expect(chosen.choose(votes(0, 9, 0, 0, 0), NONE, 1)).toEqual([]);
  expect(chosen.choose(votes(9, 0, 0, 0, 0), NONE, 1)).toEqual([]);
  expect(chosen.choose(votes(0, 0, 0, 9, 0), NONE, 1)).toEqual([{ head: 0, chunk: 4, slot: 4 }]);
  expect(chosen.choose(votes(0, 0, 0, 0, 9), NONE, 1)).toEqual([{ head: 0, chunk: 5, slot: 3 }]);
  expect([0, 1, 2].map((slot) => chosen.chunkIn(0, slot))).toEqual([1, 5, 4]);
});

test("what is chosen again keeps its slot, what is new takes that of what is not", () => {
  // Chunk 0 is an outlier of head 0, chunk 5 of head 1.
  const chosen = new ChosenChunks(6, [Uint32Array.of(0), Uint32Array.of(5)], 2, 4);
  const votes = (...own: number[]) => Float32Array.from(own);
  const first = chosen.choose(votes(9, 0, 8, 0, 0, /* head 1 */ 0, 9, 0, 8, 0), NONE);
  expect(first).toEqual([
    { head: 0, chunk: 1, slot: 4 },
    { head: 0, chunk: 3, slot: 5 },
    { head: 1, chunk: 1, slot: 4 },
    { head: 1, chunk: 3, slot: 5 },
  ]);
  // Head 0 keeps chunk 3 and wants 5; head 1 wants what it has.
  const second = chosen.choose(votes(0, 0, 8, 0, 9, /* head 1 */ 0, 9, 0, 8, 0), NONE);
  expect(second).toEqual([{ head: 0, chunk: 5, slot: 4 }]);
  expect([chosen.chunkIn(0, 0), chosen.chunkIn(0, 1)]).toEqual([5, 3]);
  expect([chosen.hits, chosen.chosen]).toEqual([3, 8]);
  chosen.clear();
  expect(chosen.chunkIn(0, 0)).toBe(-1);
  expect(chosen.choose(votes(9, 0, 8, 0, 0, 0, 9, 0, 8, 0), NONE)).toEqual(first);
});
