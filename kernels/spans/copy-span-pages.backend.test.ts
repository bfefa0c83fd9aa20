import { describe, expect, test } from "vitest";
import { KV_DTYPES, kvQuadBytes, kvRowQuads } from "../shared/kv-pool.ts";
import { testBackend } from "../testing/backends.ts";
import { guarded, runGuarded } from "../testing/gpu.ts";
import { copySpanPages, packPageRuns, spanPageRuns } from "./copy-span-pages.ts";
import { copySpanPagesTwin } from "./copy-span-pages.twin.ts";
import { packExtent, packExtentRuns } from "./pack-extent.ts";
import { packExtentTwin } from "./pack-extent.twin.ts";
import { packScatterItems, scatterPages, spanScatterItems } from "./scatter-pages.ts";
import { scatterPagesTwin } from "./scatter-pages.twin.ts";
import { poolWords } from "./testing/pools.ts";

const ring = { ringCapacity: 48, ringFirstPage: 2 };
const pages = 12;

describe.each(KV_DTYPES)("pages, %s", (dtype) => {
  describe.each([
    [1, 4],
    [3, 20],
    [5, 64],
  ])("%i KV heads of %i", (kvHeads, headDim) => {
    const shape = { kvHeads, headDim, dtype };
    const tokenQuads = kvHeads * kvRowQuads(dtype, headDim);
    const tokenWords = (tokenQuads * kvQuadBytes[dtype]) / 4;
    const pool = (seed: number) => poolWords(pages * 16 * kvHeads, headDim, dtype, seed);

    test("copy-span-pages", async () => {
      const backend = await testBackend();
      const kPool = pool(1);
      const vPool = pool(2);
      // The second span wraps around the ring; the last run starts inside a page.
      const runs = packPageRuns([
        { startToken: 900, page: 1, firstRow: 0, count: 16 },
        ...spanPageRuns(1000, 33, [8, 6, 11]),
        { startToken: 1033, page: 0, firstRow: 13, count: 3 },
      ]);
      const s = { ...ring, ...shape, firstRun: 1, runCount: 4 };
      const buffers = {
        runs: guarded(backend, "runs", runs),
        kPool: guarded(backend, "kPool", kPool),
        vPool: guarded(backend, "vPool", vPool),
      };
      const got = await runGuarded(backend, buffers, (recorder) => {
        copySpanPages(recorder, buffers.runs.slice, buffers.kPool.slice, buffers.vPool.slice, s);
      });
      const before = kPool.slice();
      copySpanPagesTwin(runs, kPool, vPool, s);
      expect(kPool).not.toEqual(before);
      expect(new Uint32Array(got.kPool)).toEqual(kPool);
      expect(new Uint32Array(got.vPool)).toEqual(vPool);
    });

    test("pack-extent, then scatter-pages, brings back ring rows", async () => {
      const backend = await testBackend();
      const kPool = pool(3);
      const vPool = pool(4);
      const lengths = [7, 33] as const;
      const runs = packExtentRuns([
        { startToken: 1, count: 1, kQuad: 0, vQuad: 0 },
        { startToken: 993, count: 7, kQuad: tokenQuads, vQuad: 41 * tokenQuads },
        { startToken: 1000, count: 33, kQuad: 8 * tokenQuads, vQuad: 48 * tokenQuads },
      ]);
      const extent = poolWords(82 * kvHeads, headDim, dtype, 5);
      const packShape = { ...ring, ...shape, firstRun: 1, runCount: 2, maxRunTokens: 33 };
      const items = packScatterItems([
        { page: 2, firstRow: 0, count: 1, kQuad: 0, vQuad: 0 },
        ...spanScatterItems(lengths[0], [9], tokenQuads, 41 * tokenQuads, tokenQuads),
        ...spanScatterItems(lengths[1], [0, 7, 5], 8 * tokenQuads, 48 * tokenQuads, tokenQuads),
        { page: 10, firstRow: 14, count: 2, kQuad: tokenQuads, vQuad: 41 * tokenQuads },
      ]);
      const scatterShape = { ...shape, firstItem: 1, itemCount: 5 };
      const otherK = pool(6);
      const otherV = pool(7);
      const buffers = {
        runs: guarded(backend, "runs", runs),
        kPool: guarded(backend, "kPool", kPool),
        vPool: guarded(backend, "vPool", vPool),
        extent: guarded(backend, "extent", extent),
        items: guarded(backend, "items", items),
        otherK: guarded(backend, "otherK", otherK),
        otherV: guarded(backend, "otherV", otherV),
      };
      const b = buffers;
      const got = await runGuarded(backend, buffers, (recorder) => {
        packExtent(recorder, b.runs.slice, b.kPool.slice, b.vPool.slice, b.extent.slice, packShape);
        scatterPages(
          recorder,
          b.items.slice,
          b.extent.slice,
          b.otherK.slice,
          b.otherV.slice,
          scatterShape,
        );
      });
      packExtentTwin(runs, kPool, vPool, extent, packShape);
      scatterPagesTwin(items, extent, otherK, otherV, scatterShape);
      expect(new Uint32Array(got.extent)).toEqual(extent);
      expect(new Uint32Array(got.otherK)).toEqual(otherK);
      expect(new Uint32Array(got.otherV)).toEqual(otherV);
      // Token 1000 is slot 40 of the ring: page 4, row 8. It went to page 0, row 0.
      const headWords = tokenWords / kvHeads;
      const last = kvHeads - 1;
      const from = ((4 * kvHeads + last) * 16 + 8) * headWords;
      const to = last * 16 * headWords;
      expect(new Uint32Array(got.otherV).subarray(to, to + headWords)).toEqual(
        vPool.subarray(from, from + headWords),
      );
    });
  });
});

test("runs that leave a page are refused", () => {
  expect(() => packPageRuns([{ startToken: 0, page: 0, firstRow: 10, count: 7 }])).toThrow("leave");
  expect(() => packScatterItems([{ page: 0, firstRow: 1, count: 16, kQuad: 0, vQuad: 0 }])).toThrow(
    "leave",
  );
});
