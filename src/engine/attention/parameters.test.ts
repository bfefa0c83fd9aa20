import { describe, expect, test } from "vitest";
import { EngineError } from "../errors.ts";
import { bandWidth, spanFields, ltriParameters, ringCapacityTokens } from "./parameters.ts";

test("start values from 8k on", () => {
  for (const context of [8192, 32_768, 262_144]) {
    expect(ltriParameters(context)).toMatchObject({
      nSink: 64,
      nLocal: 640,
      chunk: 256,
      budget: 640,
      lMin: 8,
      lMax: 128,
      segLen: 256,
      segmenter: "nms",
      kappa: 2,
      nVote: 512,
    });
  }
  expect(ltriParameters(8192, { segmenter: "dp" }).kappa).toBe(1.5);
});

test("a context of 1,024 tokens", () => {
  expect(ltriParameters(1024)).toMatchObject({
    nSink: 32,
    nLocal: 320,
    chunk: 128,
    budget: 320,
    lMin: 8,
    lMax: 64,
    segLen: 128,
    nVote: 320,
  });
});

test("every context from 256 on keeps the rules", () => {
  for (let context = 256; context <= 9000; context += 61) {
    const p = ltriParameters(context);
    expect(p.nSink + p.budget + p.lMax + p.nLocal + p.chunk).toBeLessThanOrEqual(context);
    expect(p.nLocal).toBeGreaterThanOrEqual(p.segLen + p.lMax + p.chunk);
    expect(p.budget).toBeGreaterThanOrEqual(p.lMax);
    expect(ringCapacityTokens(p) % 16).toBe(0);
    expect(bandWidth(p)).toBeGreaterThanOrEqual(p.lMax);
  }
});

describe("overrides", () => {
  test("dependent values follow", () => {
    expect(ltriParameters(4096, { chunk: 37, lMax: 32, segLen: 64 }).nLocal).toBeGreaterThanOrEqual(
      133,
    );
    expect(ltriParameters(1024, { lMax: 32 }).blockLength).toBe(32);
  });
  test.each([
    [1024, { budget: 600 }, "context-overflow"],
    [64, {}, "context-overflow"],
    [8192, { nLocal: 512 }, "invalid-argument"],
    [8192, { lMin: 100 }, "invalid-argument"],
    [8192, { segLen: 64 }, "invalid-argument"],
    [8192, { gamma: 1 }, "invalid-argument"],
    [8192, { chunk: 1.5 }, "invalid-argument"],
    [8192, { nVote: 4096 }, "invalid-argument"],
  ] as const)("%i %o → %s", (context, overrides, code) => {
    let error: unknown;
    try {
      ltriParameters(context, overrides);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(EngineError);
    expect((error as EngineError).code).toBe(code);
  });
});

test("query-time parameters are not part of the fingerprint", () => {
  for (const name of ["persistFrac", "gamma", "lastQ", "subChunk", "refreshEvery"]) {
    expect(spanFields).not.toContain(name);
  }
});
