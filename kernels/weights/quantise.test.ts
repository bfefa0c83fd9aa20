import { describe, expect, test } from "vitest";
import { nmse, randomFloats } from "../testing/gpu.ts";
import { dequantiseFileRow } from "./dequantise.ts";
import { floatsOf, quantise, QUANTISED_FORMATS, type QuantisedFormat } from "./quantise.ts";

const back = (format: QuantisedFormat, values: Float32Array): Float32Array =>
  dequantiseFileRow(format, quantise(format, values), values.length);

describe.each(QUANTISED_FORMATS)("%s", (format) => {
  test("loses at most half a step of the block's scale", () => {
    const values = randomFloats(32 * 200, 3).map((value, i) => value * 2 ** (((i >> 5) % 12) - 6));
    const got = back(format, values);
    for (let block = 0; block < 200; block++) {
      const own = values.subarray(block * 32, block * 32 + 32);
      const most = Math.max(...own.map(Math.abs));
      // At 4 bits the side of the largest weight has 8 steps, the other one 7.
      const step = format === "Q8_0" ? most / 127 : most / 8;
      const bound = (format === "Q8_0" ? 0.5 : 1) * step + most * 1e-3;
      own.forEach((value, i) => {
        expect(Math.abs(got[block * 32 + i]! - value)).toBeLessThanOrEqual(bound);
      });
    }
  });

  test("normal weights", () => {
    const error = nmse(back(format, randomFloats(32 * 4000, 9)), randomFloats(32 * 4000, 9));
    const [low, high] = format === "Q8_0" ? [1e-5, 5e-5] : [4e-3, 9e-3];
    expect(error).toBeGreaterThan(low);
    expect(error).toBeLessThan(high);
  });

  test("zeros, one weight alone, numbers beyond f16 and the smallest ones stay finite", () => {
    const values = new Float32Array(32 * 4);
    values[32] = -0.75;
    values[64] = 3e38;
    values[65] = -3e38;
    values[96] = 1e-40;
    const got = back(format, values);
    expect(got.every(Number.isFinite)).toBe(true);
    expect(got.subarray(0, 32).every((value) => value === 0)).toBe(true);
    expect(got[32]).toBeCloseTo(-0.75, 3);
    expect(got[64]).toBeGreaterThan(400_000);
  });
});

test("numbers of the three float formats are read exactly", () => {
  const values = Float32Array.of(0, 1, -2.5, 0.000061035156, 65504, -0.1015625);
  expect(floatsOf("F32", new Uint8Array(values.buffer), 6)).toEqual(values);
  const bf16 = Uint16Array.from(new Uint32Array(values.buffer), (word) => word >>> 16);
  expect(floatsOf("BF16", new Uint8Array(bf16.buffer), 6)[2]).toBe(-2.5);
  const f16 = Uint16Array.of(0, 0x3c00, 0xc100, 0x0400, 0x7bff, 0xae80);
  // Also where they lie at an odd place.
  const shifted = new Uint8Array(13);
  shifted.set(new Uint8Array(f16.buffer), 1);
  expect(floatsOf("F16", shifted.subarray(1), 6)).toEqual(values);
});
