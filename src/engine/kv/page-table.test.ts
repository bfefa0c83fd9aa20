import { describe, expect, test } from "vitest";
import { kvLayout, slotRuns } from "./layout.ts";
import { PagePool } from "./page-pool.ts";
import { buildPageTable, RING_OWNER, SINK_OWNER } from "./page-table.ts";

const layout = kvLayout(32, 96, 256);

function span(ordinal: number, start: number, length: number, pages: number[]) {
  return { ordinal, start, length, pages };
}

function expand(table: ReturnType<typeof buildPageTable>) {
  const rows: { token: number; page: number; row: number; position: number; index: number }[] = [];
  for (let e = 0; e < table.entryCount; e++) {
    const [page, position, packed, begin] = table.entries.subarray(e * 4, e * 4 + 4);
    const count = (packed! >> 8) & 0xff;
    const step = packed! & (1 << 16) ? 0 : 1;
    for (let i = 0; i < count; i++) {
      rows.push({
        token: table.tokens[e]! + i,
        page: page!,
        row: (packed! & 0xff) + i,
        position: position! + i * step,
        index: begin! + i,
      });
    }
  }
  return rows;
}

describe("page table", () => {
  test("a fresh sequence is contiguous at absolute positions", () => {
    const table = buildPageTable(layout, {
      now: 50,
      firstRing: 32,
      spans: [],
      positions: "compact",
      window: 0,
    });
    const rows = expand(table);
    expect(rows.map((r) => r.token)).toEqual([...Array(50).keys()]);
    expect(rows.map((r) => r.position)).toEqual([...Array(50).keys()]);
    expect(rows.map((r) => r.index)).toEqual([...Array(50).keys()]);
    expect(table.ringBegin).toBe(32);
  });

  test("recalled spans take compact positions and every token occurs once", () => {
    const table = buildPageTable(layout, {
      now: 400,
      firstRing: 330,
      spans: [span(3, 64, 20, [10, 12]), span(9, 200, 5, [11])],
      positions: "compact",
      window: 0,
    });
    const rows = expand(table);
    expect(rows.map((r) => r.position)).toEqual([...rows.keys()]);
    expect(new Set(rows.map((r) => r.token)).size).toBe(rows.length);
    expect(table.setTokens).toBe(32 + 25 + 70);
    expect(rows[32]).toMatchObject({ token: 64, page: 10, row: 0 });
    expect(rows[48]).toMatchObject({ token: 80, page: 12, row: 0 });
    // Ring token 330 lies in ring slot 330 mod 96 = 42: page 2 of the ring, row 10.
    expect(rows[57]).toMatchObject({ token: 330, page: layout.firstRingPage + 2, row: 10 });
    expect(Array.from(table.owners).filter((o) => o === SINK_OWNER)).toHaveLength(2);
    expect(table.owners.at(-1)).toBe(RING_OWNER);
  });

  test("absolute and clamped positions", () => {
    const view = {
      now: 400,
      firstRing: 330,
      spans: [span(3, 64, 20, [10, 12])],
      window: 0,
    };
    const absolute = expand(buildPageTable(layout, { ...view, positions: "absolute" as const }));
    expect(absolute.every((r) => r.position === r.token)).toBe(true);
    const clamped = buildPageTable(layout, { ...view, positions: "clamped" as const });
    expect(clamped.clampedTokens).toBe(52);
    const rows = expand(clamped);
    expect(rows.slice(0, 52).every((r) => r.position === 0)).toBe(true);
    expect(rows[52]!.position).toBe(0);
    expect(rows.at(-1)!.position).toBe(69);
  });

  test("nothing is clamped before the first span is sealed", () => {
    const fresh = { now: 50, firstRing: 32, spans: [], window: 0 };
    const table = buildPageTable(layout, { ...fresh, positions: "clamped" });
    expect(table).toEqual(buildPageTable(layout, { ...fresh, positions: "compact" }));
  });

  test("a window leaves older ring tokens out and keeps positions", () => {
    const table = buildPageTable(layout, {
      now: 400,
      firstRing: 330,
      spans: [],
      positions: "compact",
      window: 10,
    });
    expect(table.firstRingToken).toBe(390);
    expect(table.ringPosition).toBe(32 + 60);
  });

  test("refuses a span that is still in the ring", () => {
    expect(() =>
      buildPageTable(layout, {
        now: 400,
        firstRing: 330,
        spans: [span(1, 320, 20, [10, 11])],
        positions: "compact",
        window: 0,
      }),
    ).toThrow("still in the ring");
  });
});

describe("slots", () => {
  test("a chunk over the sink edge is split", () => {
    const runs = slotRuns(layout, 20, 30);
    expect(runs.map((r) => [r.firstToken, r.count])).toEqual([
      [20, 12],
      [32, 18],
    ]);
    expect(runs[1]!.ringOffset).toBe(32);
  });
});

describe("page pool", () => {
  test("evicts the least recently used span that is not pinned", () => {
    const pool = new PagePool(layout); // 16 span pages
    for (let ordinal = 0; ordinal < 8; ordinal++) pool.allocate(ordinal, 32, new Set());
    pool.use(0);
    expect(pool.allocate(8, 16, new Set([1]))).toBeDefined();
    expect(pool.has(2)).toBe(false);
    expect(pool.has(0) && pool.has(1)).toBe(true);
    const all = new Set([...Array(9).keys()]);
    expect(pool.allocate(9, 64, all)).toBeUndefined();
    pool.drop();
    expect(pool.allocate(9, 256, all)).toHaveLength(16);
  });
});
