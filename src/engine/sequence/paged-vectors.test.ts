import { expect, test } from "vitest";
import { PagedVectors } from "./paged-vectors.ts";

const PAIR = 8;
/** Both vectors of a span, recognisable. */
const pairs = (layer: number, first: number, count: number) =>
  Uint8Array.from({ length: count * PAIR }, (_, i) => layer * 100 + first + Math.floor(i / PAIR));

test("what was put comes back, over page edges and from the middle of a page", async () => {
  const paged = new PagedVectors(10, 4, PAIR, 1e6);
  paged.put(0, 10, pairs(0, 10, 3));
  paged.put(1, 10, pairs(1, 10, 5));
  paged.put(0, 13, pairs(0, 13, 7));
  expect(await paged.read(0, 10, 4)).toEqual(pairs(0, 10, 4));
  expect(await paged.read(0, 15, 2)).toEqual(pairs(0, 15, 2));
  expect(await paged.read(0, 18, 2)).toEqual(pairs(0, 18, 2));
  expect(await paged.read(1, 14, 1)).toEqual(pairs(1, 14, 1));
  await expect(paged.read(0, 12, 4)).rejects.toThrow("cross a page");
  await expect(paged.read(1, 14, 2)).rejects.toThrow("not kept");
});

test("RAM stays under its limit and dropped pages are loaded again", async () => {
  const loads: number[][] = [];
  const load = (layer: number, first: number, count: number) => {
    loads.push([layer, first, count]);
    return Promise.resolve(pairs(layer, first, count));
  };
  const paged = new PagedVectors(0, 4, PAIR, 3 * 4 * PAIR, load);
  for (let first = 0; first < 40; first += 2) {
    paged.put(0, first, pairs(0, first, 2));
    expect(paged.bytes).toBeLessThanOrEqual(3 * 4 * PAIR);
  }
  expect(await paged.read(0, 36, 4)).toEqual(pairs(0, 36, 4));
  expect(loads).toEqual([]);
  for (let first = 0; first < 40; first += 4) {
    expect(await paged.read(0, first, 4)).toEqual(pairs(0, first, 4));
    expect(paged.bytes).toBeLessThanOrEqual(3 * 4 * PAIR);
  }
  expect(loads.slice(0, 2)).toEqual([
    [0, 0, 4],
    [0, 4, 4],
  ]);
});

test("a page that grew while it was dropped is loaded whole", async () => {
  const stored = [0];
  const load = (layer: number, first: number, count: number) => {
    expect(first + count).toBeLessThanOrEqual(stored[0]!);
    return Promise.resolve(pairs(layer, first, count));
  };
  const paged = new PagedVectors(0, 4, PAIR, 4 * PAIR, load);
  const put = (first: number, count: number) => {
    stored[0] = first + count;
    paged.put(0, first, pairs(0, first, count));
  };
  put(0, 4);
  put(4, 2);
  expect(await paged.read(0, 0, 4)).toEqual(pairs(0, 0, 4)); // drops the page of spans 4 and 5
  put(6, 1);
  expect(await paged.read(0, 4, 3)).toEqual(pairs(0, 4, 3));
  put(7, 1);
  expect(await paged.read(0, 4, 4)).toEqual(pairs(0, 4, 4));
});
