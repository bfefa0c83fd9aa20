import { describe, expect, test } from "vitest";
import {
  canonicalJson,
  compareFingerprint,
  hashFingerprint,
  requireFingerprint,
} from "./fingerprint.ts";

const stored = { model: "a", engine: { lMin: 8, lMax: 256, theta: 1e6 }, prefix: [1, 2] };

describe("a fingerprint", () => {
  test("is written with sorted keys, so that the order of fields does not matter", async () => {
    const turned = { prefix: [1, 2], engine: { theta: 1e6, lMax: 256, lMin: 8 }, model: "a" };
    expect(canonicalJson(stored)).toBe(
      '{"engine":{"lMax":256,"lMin":8,"theta":1000000},"model":"a","prefix":[1,2]}',
    );
    expect(await hashFingerprint(turned)).toBe(await hashFingerprint(stored));
    expect(await hashFingerprint({})).toBe(
      "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    );
    expect(compareFingerprint(stored, turned)).toEqual([]);
  });

  test("names every differing field with both values", () => {
    const current = { model: "b", engine: { lMin: 8, lMax: 128, kappa: 1 }, prefix: [1, 2, 3] };
    expect(compareFingerprint(stored, current)).toEqual([
      { field: "engine.kappa", stored: undefined, current: "1" },
      { field: "engine.lMax", stored: "256", current: "128" },
      { field: "engine.theta", stored: "1000000", current: undefined },
      { field: "model", stored: '"a"', current: '"b"' },
      { field: "prefix", stored: "[1,2]", current: "[1,2,3]" },
    ]);
    expect(() => requireFingerprint("Book", stored, current)).toThrow(
      /"Book".*engine\.kappa was absent and is now 1; engine\.lMax was 256 and is now 128/,
    );
    expect(() => requireFingerprint("Book", stored, stored)).not.toThrow();
  });

  test("refuses values that JSON cannot hold", () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow("NaN");
    expect(() => canonicalJson({ a: undefined as unknown as null })).toThrow("undefined");
  });
});
