import { describe, expect, test } from "vitest";
import { halfToNumber } from "./dequantise.ts";
import { fileRowBytes, unpackRow } from "./formats.ts";
import { weightFormats, weightSnippet } from "./index.ts";
import { referenceRows } from "./testing-rows.ts";

describe("weight formats", () => {
  for (const { format, rows, cols, bytes, values } of referenceRows) {
    const entry = weightFormats[format];

    test(`${format}: dequantised rows equal llama.cpp bit for bit`, () => {
      const packed = entry.packRows(bytes, rows, cols);
      expect(packed.length).toBe(rows * entry.rowWords(cols));
      for (let row = 0; row < rows; row++) {
        const expected = new Uint32Array(values.buffer, row * cols * 4, cols);
        const fromWords = entry.dequantiseRow(packed, row, cols);
        expect(new Uint32Array(fromWords.buffer)).toEqual(expected);
        const size = entry.fileRowBytes(cols);
        const fromFile = entry.dequantiseFileRow(
          bytes.subarray(row * size, (row + 1) * size),
          cols,
        );
        expect(new Uint32Array(fromFile.buffer)).toEqual(expected);
      }
    });

    test(`${format}: packing loses no byte, odd block counts included`, () => {
      for (const blocks of [1, 2, 3]) {
        const width = blocks * Math.max(entry.blockWeights, 4);
        const size = fileRowBytes(format, width);
        const source = bytes.subarray(0, 2 * size);
        const count = source.length / size;
        if (!Number.isInteger(count)) continue;
        const packed = entry.packRows(source, count, width);
        for (let row = 0; row < count; row++) {
          expect(unpackRow(format, packed, row, width)).toEqual(
            source.slice(row * size, (row + 1) * size),
          );
        }
      }
    });
  }

  test("halves are converted exactly", () => {
    expect(halfToNumber(0x3c00)).toBe(1);
    expect(halfToNumber(0xc000)).toBe(-2);
    expect(halfToNumber(0x0001)).toBe(2 ** -24);
    expect(halfToNumber(0x7bff)).toBe(65504);
    expect(halfToNumber(0x7c00)).toBe(Infinity);
    expect(halfToNumber(0x7e00)).toBeNaN();
  });

  test("a snippet can be renamed for a second weight", () => {
    const text = weightSnippet("IQ4_XS", { name: "up4", binding: "wUp", rowWords: "upRowWords" });
    expect(text).toContain("fn up4(row: u32, k: u32)");
    expect(text).toContain("params.upRowWords");
    expect(text).not.toMatch(/\bw\[|weight4|IQ4_XS_VALUES\b/);
  });
});
