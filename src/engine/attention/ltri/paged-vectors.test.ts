import { expect, test } from "vitest";
import { PagedVectors } from "./paged-vectors.ts";

const PAIR = 8;
const PAGE = 4 * PAIR;
/** Both vectors of a span, recognisable. */
const pairs = (layer: number, first: number, count: number) =>
  Uint8Array.from({ length: count * PAIR }, (_, i) => layer * 100 + first + Math.floor(i / PAIR));

/** A store with everything, and what was read from it. */
function store() {
  const loads: number[][] = [];
  const load = (layer: number, first: number, count: number) => {
    loads.push([layer, first, count]);
    return Promise.resolve(pairs(layer, first, count));
  };
  return { loads, load };
}

test("what was put comes back without the store, over page edges and from the middle of a page", async () => {
  const { loads, load } = store();
  const paged = new PagedVectors(10, 4, PAIR, 1e6, load);
  paged.put(0, 10, pairs(0, 10, 3));
  paged.put(1, 10, pairs(1, 10, 5));
  paged.put(0, 13, pairs(0, 13, 7));
  expect(await paged.read(0, 10, 4)).toEqual(pairs(0, 10, 4));
  expect(await paged.read(0, 15, 2)).toEqual(pairs(0, 15, 2));
  expect(await paged.read(0, 18, 2)).toEqual(pairs(0, 18, 2));
  expect(await paged.read(1, 14, 1)).toEqual(pairs(1, 14, 1));
  await expect(paged.read(0, 12, 4)).rejects.toThrow("cross a page");
  expect(loads).toEqual([]);
  expect(paged.bytes).toBe(5 * PAGE);
});

test("what was not put is read once and kept while there is room", async () => {
  const { loads, load } = store();
  const paged = new PagedVectors(0, 4, PAIR, 2 * PAGE + 1, load);
  for (let round = 0; round < 2; round++) {
    for (let first = 0; first < 16; first += 4) {
      expect(await paged.read(1, first, 4)).toEqual(pairs(1, first, 4));
      expect(paged.bytes).toBeLessThanOrEqual(2 * PAGE);
    }
  }
  expect(loads.map(([, first]) => first)).toEqual([0, 4, 8, 12, 8, 12]);
});

test.each([0, PAGE - 1, 3 * PAGE])("never more than %i bytes are kept", async (limit) => {
  const { loads, load } = store();
  const paged = new PagedVectors(0, 4, PAIR, limit, load);
  for (let first = 0; first < 40; first += 2) {
    for (const layer of [0, 1]) paged.put(layer, first, pairs(layer, first, 2));
    expect(paged.bytes).toBeLessThanOrEqual(limit);
  }
  for (const layer of [0, 1]) {
    for (let first = 0; first < 40; first += 4) {
      expect(await paged.read(layer, first, 4)).toEqual(pairs(layer, first, 4));
      expect(paged.bytes).toBeLessThanOrEqual(limit);
    }
  }
  expect(loads).toHaveLength(20 - Math.floor(limit / PAGE));
});

test("a page that grows is read whole while it is not held, and goes on once it is", async () => {
  const stored = [0];
  const load = (layer: number, first: number, count: number) => {
    expect(first + count).toBeLessThanOrEqual(stored[0]!);
    return Promise.resolve(pairs(layer, first, count));
  };
  const put = (paged: PagedVectors, first: number, count: number) => {
    stored[0] = first + count;
    paged.put(0, first, pairs(0, first, count));
  };
  for (const limit of [PAGE, 2 * PAGE]) {
    const paged = new PagedVectors(0, 4, PAIR, limit, load);
    put(paged, 0, 4);
    put(paged, 4, 2);
    expect(await paged.read(0, 4, 2)).toEqual(pairs(0, 4, 2));
    put(paged, 6, 1);
    expect(await paged.read(0, 4, 3)).toEqual(pairs(0, 4, 3));
    put(paged, 7, 1);
    expect(await paged.read(0, 4, 4)).toEqual(pairs(0, 4, 4));
  }
  // After a restart the beginning of the page was never put.
  const paged = new PagedVectors(0, 4, PAIR, PAGE, load);
  put(paged, 2, 1);
  expect(await paged.read(0, 0, 3)).toEqual(pairs(0, 0, 3));
  put(paged, 3, 1);
  stored[0] = 0;
  expect(await paged.read(0, 0, 4)).toEqual(pairs(0, 0, 4));
});
