import { describe, expect, test } from "vitest";
import {
  attentionDecode,
  type AttentionDecodeShape,
  type AttentionDecodeVariant,
  attentionMass,
  decodePartialsLength,
  decodeSplits,
} from "./attention-decode.ts";
import { attentionDecodeTwin, attentionMassTwin } from "./attention-decode.twin.ts";
import { KV_DTYPES, packPool } from "../shared/kv-pool.ts";
import { ropeRowsTwin } from "./rope-rows.twin.ts";
import { ropeTable } from "../shared/rope-table.ts";
import { compare, worst } from "../testing/compare.ts";
import { testBackend } from "../testing/backends.ts";
import { randomFloats } from "../testing/gpu.ts";
import { packPageTable, type PageEntry } from "../testing/page-table.ts";
import { plainFrequencies } from "../testing/rope.ts";

const half = { headDim: 32, rotaryDims: 32, adjacent: false };
const base = { rope: half, dtype: "f16" as const, heads: 6, kvHeads: 3, scale: 0.2, softCap: 0 };

/** `tokens` keys on shuffled pages: a part page, some clamped pages, plain pages. */
function tableFor(tokens: number): { entries: PageEntry[]; pages: number } {
  const entries: PageEntry[] = [];
  for (let done = 0; done < tokens;) {
    const firstRow = done === 0 ? 5 : 0;
    const count = Math.min(16 - firstRow, tokens - done);
    const clamped = entries.length % 3 === 1;
    entries.push({
      page: 0,
      firstPosition: done + 3,
      firstRow,
      count,
      clamped,
      setIndexBegin: done,
    });
    done += count;
  }
  const pages = entries.length + 2;
  return { entries: entries.map((e, i) => ({ ...e, page: (i * 7 + 1) % pages })), pages };
}

async function errorOfVariant(
  variant: AttentionDecodeVariant,
  tokens: number,
  part: Partial<AttentionDecodeShape> = {},
): Promise<number> {
  const { entries, pages } = tableFor(tokens);
  const unused = {
    page: 0,
    firstPosition: 0,
    firstRow: 0,
    count: 16,
    clamped: false,
    setIndexBegin: 0,
  };
  const shape = {
    ...base,
    setCapacity: tokens + 5,
    entryBegin: 1,
    entryCount: entries.length,
    ...part,
    variant,
  };
  const { headDim, rotaryDims } = shape.rope;
  const elements = pages * shape.kvHeads * 16 * headDim;
  const pool = (seed: number) =>
    packPool(randomFloats(elements, seed), shape.dtype, headDim).slice();
  const splits = shape.splits ?? decodeSplits(shape.entryCount);
  const massShape = {
    heads: shape.heads,
    setCapacity: shape.setCapacity,
    entryBegin: 1,
    entryCount: shape.entryCount,
  };
  const { actual, expected } = await compare(
    await testBackend(),
    {
      q: randomFloats(shape.heads * headDim, 1),
      qClamped: randomFloats(shape.heads * headDim, 2),
      kPool: pool(3),
      vPool: pool(4),
      pageTable: packPageTable([unused, ...entries]),
      ropeTable: ropeTable(plainFrequencies(1000, rotaryDims), tokens + 20),
      partials: randomFloats(decodePartialsLength(shape.heads, headDim, splits), 6),
      scores: randomFloats(shape.heads * shape.setCapacity, 7),
      out: randomFloats(shape.heads * headDim, 8),
      lse: new Float32Array(shape.heads),
      mass: randomFloats(entries.length + 1, 9),
    },
    (recorder, buffers) => {
      attentionDecode(recorder, buffers, shape);
      const { scores, lse, pageTable, mass } = buffers;
      attentionMass(recorder, scores, lse, pageTable, mass, massShape);
    },
    (buffers) => {
      attentionDecodeTwin(buffers, shape);
      const { scores, lse, pageTable, mass } = buffers;
      attentionMassTwin(scores, lse, pageTable, mass, massShape);
    },
  );
  const names = ["out", "lse", "scores", "mass"] as const;
  return Math.max(...names.map((name) => worst(actual[name], expected[name])));
}

const BOUND = 1e-10;

describe.each(["direct", "group"] as const)("attention-decode %s, merge and mass", (variant) => {
  const errorOf = (tokens: number, part?: Partial<AttentionDecodeShape>) =>
    errorOfVariant(variant, tokens, part);

  for (const tokens of [1, 3, 63, 65, 257]) {
    test(`${tokens} keys`, async () => {
      expect(await errorOf(tokens)).toBeLessThan(BOUND);
      expect(await errorOf(tokens, { dtype: "f32" })).toBeLessThan(BOUND);
      expect(await errorOf(tokens, { dtype: "int8" })).toBeLessThan(BOUND);
    });
  }
  for (const rope of [
    { headDim: 64, rotaryDims: 64, adjacent: true },
    { headDim: 48, rotaryDims: 16, adjacent: false },
    { headDim: 96, rotaryDims: 20, adjacent: true },
    { headDim: 128, rotaryDims: 128, adjacent: false },
    { headDim: 256, rotaryDims: 0, adjacent: false },
  ]) {
    test(JSON.stringify(rope), async () => {
      expect(await errorOf(75, { rope, scale: 0.1 })).toBeLessThan(BOUND);
      expect(await errorOf(75, { rope, scale: 0.1, dtype: "int8" })).toBeLessThan(BOUND);
    });
  }
  test("one split, more splits than entries", async () => {
    expect(await errorOf(100, { splits: 1 })).toBeLessThan(BOUND);
    expect(await errorOf(40, { splits: 7 })).toBeLessThan(BOUND);
  });
  test("soft cap, large scores, grouping", async () => {
    expect(await errorOf(50, { softCap: 2, scale: 3 })).toBeLessThan(BOUND);
    expect(await errorOf(50, { scale: 50 })).toBeLessThan(1e-7);
    expect(await errorOf(50, { heads: 7, kvHeads: 1 })).toBeLessThan(BOUND);
  });
  test.each(KV_DTYPES)(
    "%s: weights sum to 1, and moving all positions changes no score",
    async (dtype) => {
      const tokens = 117;
      const { entries, pages } = tableFor(tokens);
      const plain = entries.map((entry) => ({ ...entry, clamped: false }));
      const { heads, kvHeads } = base;
      const { headDim } = half;
      const rows = pages * kvHeads * 16;
      const table = ropeTable(plainFrequencies(1000, headDim), tokens + 120);
      const run = async (moved: number) => {
        const q = new Float32Array(heads * headDim);
        const place = {
          rope: half,
          tokens: 1,
          heads,
          positionBase: tokens + 3 + moved,
          positionStep: 1,
        };
        ropeRowsTwin(randomFloats(q.length, 1), table, q, place);
        const at = plain.map((e) => ({ ...e, firstPosition: e.firstPosition + moved }));
        const splits = decodeSplits(at.length);
        const { actual } = await compare(
          await testBackend(),
          {
            q,
            qClamped: q.slice(),
            kPool: packPool(randomFloats(rows * headDim, 3), dtype, headDim).slice(),
            vPool: packPool(new Float32Array(rows * headDim).fill(1), dtype, headDim).slice(),
            pageTable: packPageTable(at),
            ropeTable: table,
            partials: new Float32Array(decodePartialsLength(heads, headDim, splits)),
            scores: new Float32Array(heads * tokens),
            out: randomFloats(heads * headDim, 8),
            lse: new Float32Array(heads),
          },
          (recorder, buffers) =>
            attentionDecode(recorder, buffers, {
              ...base,
              dtype,
              setCapacity: tokens,
              entryBegin: 0,
              entryCount: at.length,
              variant,
            }),
          () => undefined,
        );
        return actual;
      };
      const [here, there] = [await run(0), await run(97)];
      expect(worst(here.out, new Float32Array(heads * headDim).fill(1))).toBeLessThan(1e-11);
      expect(worst(there.scores, here.scores)).toBeLessThan(1e-10);
      expect(new Set(here.scores).size).toBeGreaterThan(heads * tokens * 0.9);
    },
  );
});
