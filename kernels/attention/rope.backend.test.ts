// kv-append, gather-rope and rope-rows: everything between projections and attention.
import { describe, expect, test } from "vitest";
import { gatherRope } from "./gather-rope.ts";
import { gatherRopeTwin } from "./gather-rope.twin.ts";
import { kvAppend } from "./kv-append.ts";
import { kvAppendTwin } from "./kv-append.twin.ts";
import { ropeRows } from "./rope-rows.ts";
import { ropeRowsTwin } from "./rope-rows.twin.ts";
import {
  fromHalf,
  KV_DTYPES,
  type KvDtype,
  kvRowBytes,
  packPool,
  toHalf,
  unpackPool,
} from "../shared/kv-pool.ts";
import { ropeTable } from "../shared/rope-table.ts";
import { compare, worst } from "../testing/compare.ts";
import { testBackend } from "../testing/backends.ts";
import { randomFloats } from "../testing/gpu.ts";
import { packPageTable } from "../testing/page-table.ts";
import { plainFrequencies } from "../testing/rope.ts";

const ROPES = [
  { headDim: 32, rotaryDims: 32, adjacent: false },
  { headDim: 32, rotaryDims: 32, adjacent: true },
  { headDim: 48, rotaryDims: 16, adjacent: false },
  { headDim: 48, rotaryDims: 20, adjacent: true },
  { headDim: 8, rotaryDims: 0, adjacent: false },
];

function tableOf(rotaryDims: number) {
  return ropeTable(plainFrequencies(10000, rotaryDims), 400, 1.25);
}

test("halves round to nearest even and back", () => {
  for (const [value, bits] of [
    [0, 0],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [1e-7, 2],
    [2 ** -25, 0],
    [1.5 * 2 ** -24, 2],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [6.1e-5, 0x03ff],
  ] as const) {
    expect(toHalf(value)).toBe(bits);
  }
  for (let bits = 0; bits < 0x7c00; bits += 7) expect(toHalf(fromHalf(bits))).toBe(bits);
});

test("the rotary table holds cos and sin of position times frequency", () => {
  const table = ropeTable([1, 0.025], 9, 2);
  expect(table[8 * 4 + 2]).toBeCloseTo(2 * Math.cos(8 * 0.025), 6);
  expect(table[8 * 4 + 3]).toBeCloseTo(2 * Math.sin(8 * 0.025), 6);
  expect(table[3 * 4]).toBeCloseTo(2 * Math.cos(3), 6);
});

describe("rope-rows", () => {
  for (const rope of ROPES) {
    test(JSON.stringify(rope), async () => {
      for (const [tokens, positionStep] of [
        [1, 1],
        [3, 0],
        [65, 1],
        [257, 1],
      ] as const) {
        const shape = { rope, tokens, heads: 3, positionBase: 41, positionStep };
        const elements = tokens * 3 * rope.headDim;
        const { actual, expected } = await compare(
          await testBackend(),
          {
            x: randomFloats(elements, 1),
            table: tableOf(rope.rotaryDims),
            y: new Float32Array(elements),
          },
          (recorder, { x, table, y }) => ropeRows(recorder, x, table, y, shape),
          ({ x, table, y }) => ropeRowsTwin(x, table, y, shape),
        );
        expect(worst(actual.y, expected.y)).toBeLessThan(1e-12);
      }
    });
  }
});

for (const dtype of KV_DTYPES) {
  describe(`kv-append ${dtype}`, () => {
    for (const tokens of [1, 3, 17, 65, 257]) {
      test(`${tokens} tokens into a wrapped ring behind an offset`, async () => {
        const rowBegin = tokens % 4;
        const shape = {
          tokens,
          rowBegin,
          kvHeads: 3,
          headDim: 12,
          dtype,
          slotBase: 32,
          ringOffset: 250,
          ringCapacity: 272,
        };
        const poolWords = (19 * 3 * 16 * kvRowBytes(dtype, 12)) / 4;
        const { actual, expected } = await compare(
          await testBackend(),
          {
            k: randomFloats((rowBegin + tokens) * 36, 1),
            v: randomFloats((rowBegin + tokens) * 36, 2),
            kPool: new Uint32Array(poolWords).fill(7),
            vPool: new Uint32Array(poolWords).fill(9),
          },
          (recorder, { k, v, kPool, vPool }) => kvAppend(recorder, k, v, kPool, vPool, shape),
          ({ k, v, kPool, vPool }) => kvAppendTwin(k, v, kPool, vPool, shape),
        );
        for (const name of ["kPool", "vPool"] as const) {
          if (dtype !== "int8") {
            expect(actual[name]).toEqual(expected[name]);
            continue;
          }
          // A value half-way between two steps may round either way: one step of 127, no more.
          const [got, wanted] = [actual[name], expected[name]].map((w) => unpackPool(w, dtype, 12));
          const steps = wanted!.map((value, i) => Math.abs(value - got![i]!));
          const most = wanted!.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
          expect(Math.max(...steps)).toBeLessThan((1.01 * most) / 127);
          expect(steps.filter((step) => step > 1e-5 * most).length).toBeLessThan(
            steps.length / 100,
          );
        }
      });
    }
  });

  describe(`gather-rope ${dtype}`, () => {
    for (const rope of ROPES) {
      test(JSON.stringify(rope), async () => {
        const kvHeads = 3;
        const pool = poolOf(5, kvHeads, rope.headDim, dtype);
        const entries = [
          { page: 9, firstPosition: 1, firstRow: 1, count: 1, clamped: false, setIndexBegin: 0 },
          { page: 3, firstPosition: 7, firstRow: 0, count: 16, clamped: true, setIndexBegin: 1 },
          { page: 0, firstPosition: 300, firstRow: 5, count: 3, clamped: false, setIndexBegin: 17 },
          {
            page: 4,
            firstPosition: 303,
            firstRow: 0,
            count: 16,
            clamped: false,
            setIndexBegin: 21,
          },
        ];
        const shape = { rope, dtype, kvHeads, setCapacity: 39, entryBegin: 1, entryCount: 3 };
        const rows = kvHeads * 39 * rope.headDim;
        const { actual, expected } = await compare(
          await testBackend(),
          {
            ...pool,
            pageTable: packPageTable(entries),
            table: tableOf(rope.rotaryDims),
            kRot: randomFloats(rows, 3),
            vSet: randomFloats(rows, 4),
          },
          (recorder, b) =>
            gatherRope(recorder, b.kPool, b.vPool, b.pageTable, b.table, b.kRot, b.vSet, shape),
          (b) => gatherRopeTwin(b.kPool, b.vPool, b.pageTable, b.table, b.kRot, b.vSet, shape),
        );
        expect(worst(actual.kRot, expected.kRot)).toBeLessThan(1e-12);
        expect(worst(actual.vSet, expected.vSet)).toBeLessThan(dtype === "int8" ? 1e-13 : 1e-30);
      });
    }
  });
}

function poolOf(pages: number, kvHeads: number, headDim: number, dtype: KvDtype) {
  const make = (seed: number) =>
    packPool(randomFloats(pages * kvHeads * 16 * headDim, seed), dtype, headDim).slice();
  return { kPool: make(11), vPool: make(12) };
}

test("int8 rows keep every element within half a step of its row", () => {
  const headDim = 12;
  const values = randomFloats(50 * headDim, 5).map(
    (x, i) => x * 10 ** (Math.floor(i / headDim) % 7),
  );
  values.fill(0, 24, 36);
  const back = unpackPool(packPool(values, "int8", headDim), "int8", headDim);
  for (let row = 0; row < 50; row++) {
    const own = values.subarray(row * headDim, (row + 1) * headDim);
    const step = own.reduce((top, x) => Math.max(top, Math.abs(x)), 0) / 127;
    own.forEach((x, i) => {
      expect(Math.abs(back[row * headDim + i]! - x)).toBeLessThanOrEqual(0.5001 * step);
    });
  }
});
