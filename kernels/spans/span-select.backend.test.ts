import { describe, expect, test } from "vitest";
import { testBackend } from "../testing/backends.ts";
import { guarded, randomFloats, runGuarded } from "../testing/gpu.ts";
import { readSelection, selectionWords, spanSelect, type SpanSelectShape } from "./span-select.ts";
import { spanSelectTwin } from "./span-select.twin.ts";

const ABSENT = 0xffffffff;

interface Inputs {
  readonly spans: Uint32Array;
  readonly recall: Float32Array;
  readonly votes: Float32Array;
  readonly ties: Float32Array;
}

function inputs(count: number, seed: number, coarse: boolean): Inputs {
  const random = randomFloats(count * 5, seed);
  const spans = new Uint32Array(count * 4);
  for (let s = 0; s < count; s++) {
    const length = 8 + (Math.floor(Math.abs(random[s]!) * 1000) % 121);
    spans.set([s * 64, length, random[count + s]! > -0.5 ? s : ABSENT, 0], s * 4);
  }
  const part = (n: number) => random.slice(count * n, count * (n + 1));
  // Coarse scores have many equal keys.
  const step = (x: number) => (coarse ? Math.round(x * 2) / 2 : x);
  return {
    spans,
    recall: part(2).map((x) => Math.max(0, step(x))),
    votes: part(3).map((x) => Math.max(0, step(x - 1)) / count),
    ties: part(4).map((x) => step(x * 3)),
  };
}

async function select(input: Inputs, shape: SpanSelectShape) {
  const backend = await testBackend();
  const buffers = {
    spans: guarded(backend, "spans", input.spans),
    recall: guarded(backend, "recall", input.recall),
    votes: guarded(backend, "votes", input.votes),
    ties: guarded(backend, "ties", input.ties),
    selected: guarded(backend, "selected", new Uint32Array(selectionWords(shape))),
  };
  const { spans, recall, votes, ties, selected } = buffers;
  const got = await runGuarded(backend, buffers, (recorder) => {
    spanSelect(recorder, spans.slice, recall.slice, votes.slice, ties.slice, selected.slice, shape);
  });
  return readSelection(new Uint32Array(got.selected));
}

function check(input: Inputs, selection: { ids: Uint32Array; tokens: number }, budget: number) {
  let sum = 0;
  let previous = -1;
  for (const id of selection.ids) {
    expect(id).toBeGreaterThan(previous);
    previous = id;
    sum += input.spans[id * 4 + 1]!;
  }
  expect(selection.tokens).toBe(sum);
  expect(sum).toBeLessThanOrEqual(budget);
}

describe("span-select", () => {
  for (const coarse of [false, true]) {
    test.each([
      [1, 8],
      [3, 128],
      [65, 500],
      [257, 2048],
      [1000, 2048],
    ])(`%i spans, budget %i, coarse ${coarse}`, async (count, budgetTokens) => {
      const input = inputs(count, count + 1, coarse);
      for (const persistFrac of [0, 0.5, 1]) {
        const shape = { spans: count, budgetTokens, persistFrac };
        const expected = spanSelectTwin(input.spans, input.recall, input.votes, input.ties, shape);
        const got = await select(input, shape);
        expect(got).toEqual(expected);
        check(input, got, budgetTokens);
      }
    });
  }

  test("a budget for everything gives everything, of nothing nothing", async () => {
    const input = inputs(70, 3, false);
    const shape = { spans: 70, budgetTokens: 70 * 128, persistFrac: 0.5 };
    expect((await select(input, shape)).ids).toEqual(Uint32Array.from({ length: 70 }, (_, i) => i));
    expect((await select(input, { ...shape, budgetTokens: 7 })).ids).toHaveLength(0);
  });

  test("no spans", async () => {
    // Buffers are never empty; their contents must not matter.
    const shape = { spans: 0, budgetTokens: 64, persistFrac: 0.5 };
    expect(await select(inputs(3, 5, false), shape)).toEqual({
      ids: new Uint32Array(0),
      tokens: 0,
      recalled: 0,
    });
  });

  test("the first span that would cross the budget ends the scan", async () => {
    const lengths = [10, 50, 10, 10];
    const input = {
      spans: Uint32Array.from(lengths.flatMap((length, s) => [s * 50, length, 0, 0])),
      recall: new Float32Array(4),
      votes: Float32Array.of(0.1, 0.3, 0.4, 0.2),
      ties: new Float32Array(4),
    };
    const shape = { spans: 4, budgetTokens: 55, persistFrac: 0 };
    expect((await select(input, shape)).ids).toEqual(Uint32Array.of(2));
    expect((await select(input, { ...shape, budgetTokens: 60 })).ids).toEqual(Uint32Array.of(1, 2));
  });

  test("recall comes before fresh votes, under its own cap", async () => {
    const input = {
      spans: Uint32Array.from([0, 1, 2, 3].flatMap((s) => [s * 16, 16, 0, 0])),
      recall: Float32Array.of(0, 3, 2, 0),
      votes: Float32Array.of(0.6, 0, 0, 0.4),
      ties: new Float32Array(4),
    };
    const shape = { spans: 4, budgetTokens: 32, persistFrac: 0.5 };
    expect(await select(input, shape)).toEqual({
      ids: Uint32Array.of(0, 1),
      tokens: 32,
      recalled: 1,
    });
    expect((await select(input, { ...shape, persistFrac: 1 })).ids).toEqual(Uint32Array.of(1, 2));
    expect((await select(input, { ...shape, persistFrac: 0 })).ids).toEqual(Uint32Array.of(0, 3));
  });

  test("30,000 spans", async () => {
    const count = 30_000;
    const input = inputs(count, 11, false);
    const shape = { spans: count, budgetTokens: 2048, persistFrac: 0.5 };
    const expected = spanSelectTwin(input.spans, input.recall, input.votes, input.ties, shape);
    expect(await select(input, shape)).toEqual(expected);
  });
});
