import { describe, expect, test } from "vitest";
import { defineKernel } from "../define-kernel.ts";
import { guarded, runGuarded, testBackend } from "../testing/gpu.ts";
import { type WeightFormat, weightFormats } from "./index.ts";
import { randomBlocks, referenceRows } from "./testing-rows.ts";

const body = `
@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>; // f32 [rows, cols]
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let column = id.x * 4u;
  if (column >= params.cols) { return; }
  let values = weight4(id.y, column);
  for (var i = 0u; i < 4u; i++) { y[id.y * params.cols + column + i] = values[i]; }
}`;

async function decodeOnGpu(format: WeightFormat, words: Uint32Array, rows: number, cols: number) {
  const backend = await testBackend();
  const kernel = defineKernel({
    name: `decode-${format}`,
    snippets: [weightFormats[format].snippet],
    body,
    params: { weightRowWords: "u32", cols: "u32" },
    bindings: ["read", "write"],
  });
  const buffers = {
    w: guarded(backend, "w", words),
    y: guarded(backend, "y", new Float32Array(rows * cols)),
  };
  const out = await runGuarded(backend, buffers, (recorder) => {
    recorder.dispatch(
      kernel,
      { weightRowWords: weightFormats[format].rowWords(cols), cols },
      [buffers.w.slice, buffers.y.slice],
      [Math.ceil(cols / 256), rows],
    );
  });
  return new Uint32Array(out.y);
}

describe("weight decoders on the GPU", () => {
  for (const { format, rows, cols, bytes, values } of referenceRows) {
    const entry = weightFormats[format];

    test(`${format} equals llama.cpp's rows bit for bit`, async () => {
      const packed = entry.packRows(bytes, rows, cols);
      const out = await decodeOnGpu(format, packed, rows, cols);
      expect(out).toEqual(new Uint32Array(values.buffer));
    });

    test(`${format} equals its twin on scrambled rows of 1 and 3 blocks`, async () => {
      for (const blocks of [1, 3]) {
        const width = blocks * Math.max(entry.blockWeights, 4);
        const size = entry.fileRowBytes(width);
        // Bytes are drawn from real rows; scales may become NaN or infinite, which both sides share.
        const packed = entry.packRows(randomBlocks(bytes, 5 * size, blocks), 5, width);
        const out = new Float32Array((await decodeOnGpu(format, packed, 5, width)).buffer);
        for (let row = 0; row < 5; row++) {
          expect(out.slice(row * width, (row + 1) * width)).toEqual(
            entry.dequantiseRow(packed, row, width),
          );
        }
      }
    });
  }
});
