import { describe, expect, test } from "vitest";
import { kvLayout, slotRuns } from "./kv-layout.ts";
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
  test("a fresh kv is contiguous at absolute positions", () => {
    const table = buildPageTable(layout, {
      now: 50,
      firstRing: 32,
      spans: [],
      positions: "compact",
      tokens: 1,
      window: 0,
    });
    const rows = expand(table);
    expect(rows.map((r) => r.token)).toEqual([...Array(50).keys()]);
    expect(rows.map((r) => r.position)).toEqual([...Array(50).keys()]);
    expect(rows.map((r) => r.index)).toEqual([...Array(50).keys()]);
    expect(table.ringBegin).toBe(32);
  });

  test.each(["compact", "clamped", "absolute"] as const)(
    "a query inside the sinks stands at its own position, %s",
    (positions) => {
      for (const now of [1, 5, 32, 33, 40]) {
        const view = { now, firstRing: 32, spans: [], positions, tokens: 1, window: 0 };
        const { ringPosition, firstRingToken } = buildPageTable(layout, view);
        expect(ringPosition + (now - 1 - firstRingToken)).toBe(now - 1);
      }
    },
  );

  test("recalled spans take compact positions and every token occurs once", () => {
    const table = buildPageTable(layout, {
      now: 400,
      firstRing: 330,
      spans: [span(3, 64, 20, [10, 12]), span(9, 200, 5, [11])],
      positions: "compact",
      tokens: 1,
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
    expect(Array.from(table.owners).filter((o) => o === SINK_OWNER)).toHaveLength(32);
    expect(table.owners.at(-1)).toBe(RING_OWNER);
  });

  test("absolute and clamped positions", () => {
    const view = {
      now: 400,
      firstRing: 330,
      spans: [span(3, 64, 20, [10, 12])],
      tokens: 1,
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
    const fresh = { now: 50, firstRing: 32, spans: [], tokens: 1, window: 0 };
    const table = buildPageTable(layout, { ...fresh, positions: "clamped" });
    expect(table).toEqual(buildPageTable(layout, { ...fresh, positions: "compact" }));
  });

  const windowed = { firstRing: 330, positions: "compact" as const, window: 10 };

  test("a window leaves out what no query of the step sees", () => {
    const one = buildPageTable(layout, { ...windowed, now: 400, tokens: 1, spans: [] });
    expect(expand(one).map((r) => r.token)).toEqual(Array.from({ length: 10 }, (_, i) => 390 + i));
    const four = buildPageTable(layout, { ...windowed, now: 400, tokens: 4, spans: [] });
    expect(four.firstRingToken).toBe(387);
    expect(four.setTokens).toBe(13);
  });

  test("a window that reaches into sealed text sees its end, from the middle of a span", () => {
    const spans = [span(7, 300, 25, [10, 11]), span(8, 325, 5, [12])];
    const table = buildPageTable(layout, { ...windowed, now: 332, tokens: 1, spans });
    const rows = expand(table);
    expect(rows.map((r) => r.token)).toEqual(Array.from({ length: 10 }, (_, i) => 322 + i));
    expect(rows[0]).toMatchObject({ page: 11, row: 6 });
    const positions = rows.map((r) => r.position);
    expect(positions).toEqual(positions.map((_, i) => positions[0]! + i));
    expect(table.ringPosition + (332 - table.firstRingToken)).toBe(positions.at(-1)! + 1);
  });

  test("spans outside the window are no part of it, a hole in it is refused", () => {
    const old = [span(1, 40, 20, [10, 11]), span(8, 310, 20, [12, 13])];
    const view = { ...windowed, now: 332, tokens: 1, spans: old };
    expect(() => buildPageTable(layout, { ...view, window: 30 })).toThrow("missing");
    expect(expand(buildPageTable(layout, view)).map((r) => r.token)[0]).toBe(322);
  });

  test("refuses a span that is still in the ring", () => {
    expect(() =>
      buildPageTable(layout, {
        now: 400,
        firstRing: 330,
        spans: [span(1, 320, 20, [10, 11])],
        positions: "compact",
        tokens: 1,
        window: 0,
      }),
    ).toThrow("still in the ring");
  });
});

describe("page tables of random views", () => {
  const views = Array.from({ length: 400 }, (_, seed) => randomView(seed + 1));

  test("every token stands once, in document order, at consecutive set indices", () => {
    for (const { layout: own, view } of views) {
      const table = buildPageTable(own, view);
      const rows = expand(table);
      const expected = [
        ...Array.from({ length: Math.min(own.sinkTokens, view.now) }, (_, i) => i),
        ...view.spans.flatMap(({ start, length }) => Array.from({ length }, (_, i) => start + i)),
        ...Array.from(
          { length: Math.max(0, view.now - view.firstRing) },
          (_, i) => view.firstRing + i,
        ),
      ];
      expect(rows.map((r) => r.token)).toEqual(expected);
      expect(rows.map((r) => r.index)).toEqual([...rows.keys()]);
      expect(table.setTokens).toBe(rows.length);
    }
  });

  test("no two tokens share a row of the pool, and no row is outside its page", () => {
    for (const { layout: own, view } of views) {
      const rows = expand(buildPageTable(own, view));
      expect(new Set(rows.map(({ page, row }) => page * 16 + row)).size).toBe(rows.length);
      expect(rows.every(({ page, row }) => row < 16 && page < own.totalPages)).toBe(true);
    }
  });

  test("positions are those of the mode, and never jump back", () => {
    for (const { layout: own, view } of views) {
      const table = buildPageTable(own, view);
      const positions = expand(table).map((r) => r.position);
      if (view.positions === "absolute") {
        expect(positions).toEqual(expand(table).map((r) => r.token));
      } else if (table.clampedTokens === 0) {
        expect(positions).toEqual([...positions.keys()]);
      } else {
        expect(positions.slice(0, table.clampedTokens).every((at) => at === 0)).toBe(true);
        const ring = positions.slice(table.clampedTokens);
        expect(ring).toEqual([...ring.keys()]);
      }
    }
  });
});

/** A state that the engine may be in: some sealed spans recalled, the rest of the tokens in the ring. */
function randomView(seed: number) {
  let state = seed;
  const below = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const sinkTokens = below(40);
  const own = kvLayout(sinkTokens, 16 + below(200), 64 * 16);
  const free = Array.from({ length: own.spanPages }, (_, i) => own.firstSpanPage + i);
  free.sort(() => below(3) - 1);
  const spans = [];
  let next = sinkTokens;
  for (let ordinal = 0; ordinal < below(12); ordinal++) {
    const length = 1 + below(70);
    if (below(2) === 0) {
      const pages = free.splice(0, Math.ceil(length / 16));
      spans.push(span(ordinal, next, length, pages));
    }
    next += length;
  }
  const now = next === sinkTokens ? below(own.ringCapacity) : next + below(own.ringCapacity + 1);
  const positions = (["compact", "clamped", "absolute"] as const)[below(3)]!;
  return { layout: own, view: { now, firstRing: next, spans, positions, tokens: 1, window: 0 } };
}

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
