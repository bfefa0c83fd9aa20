// Runs a launcher on guarded buffers and its CPU twin on copies of the same arrays. Tests only.
import type { Backend, Recorder } from "../backend.ts";
import type { WeightFormat } from "../weights/index.ts";
import { weightFormats } from "../weights/index.ts";
import type { CpuWeightMatrix, WeightBlock } from "../shared/weight-matrix.ts";
import { guarded, type GuardedBuffer, nmse, randomFloats, runGuarded } from "./gpu.ts";

type Arrays = Record<string, Float32Array | Uint32Array>;
type Slices<A extends Arrays> = { [N in keyof A]: GuardedBuffer["slice"] };

/** Every array after the GPU run (`actual`) and after the twin (`expected`). */
export async function compare<A extends Arrays>(
  backend: Backend,
  arrays: A,
  record: (recorder: Recorder, slices: Slices<A>) => void,
  twin: (arrays: A) => void,
): Promise<{ actual: A; expected: A }> {
  const names = Object.keys(arrays) as (keyof A & string)[];
  const buffers = Object.fromEntries(
    names.map((name) => [name, guarded(backend, name, arrays[name]!)]),
  ) as { [N in keyof A]: GuardedBuffer };
  const slices = Object.fromEntries(names.map((name) => [name, buffers[name].slice])) as Slices<A>;
  const bytes = await runGuarded(backend, buffers, (recorder) => record(recorder, slices));
  const expected = Object.fromEntries(
    names.map((name) => [name, arrays[name]!.slice()]),
  ) as unknown as A;
  twin(expected);
  const actual = Object.fromEntries(
    names.map((name) => [
      name,
      arrays[name] instanceof Float32Array
        ? new Float32Array(bytes[name])
        : new Uint32Array(bytes[name]),
    ]),
  ) as unknown as A;
  return { actual, expected };
}

/** Normalised squared error and the largest difference relative to the largest expected value. */
export function worst(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let largest = 0;
  let power = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (!(difference <= largest)) largest = difference;
    power = Math.max(power, Math.abs(expected[i]!));
  }
  return Math.max(nmse(actual, expected), (largest / Math.max(power, 1e-30)) ** 2);
}

/** A random matrix in `format`: f16 scales are made small and finite, everything else is noise. */
export function randomMatrix(
  format: WeightFormat,
  rows: number,
  cols: number,
  seed: number,
): CpuWeightMatrix {
  const entry = weightFormats[format];
  const bytes = new Uint8Array(rows * entry.fileRowBytes(cols));
  if (format === "F32") {
    bytes.set(new Uint8Array(randomFloats(rows * cols, seed).buffer));
  } else {
    const noise = randomFloats(bytes.length, seed);
    noise.forEach((value, i) => (bytes[i] = (value * 4096) & 255));
    // Exponent bits of every 16-bit half are limited so that any word read as f16 or bf16 is finite.
    const wide = format === "BF16";
    for (let i = 1; i < bytes.length; i += 2) {
      if (format === "F16") bytes[i] = (bytes[i]! & 0x83) | 0x30;
      if (wide) bytes[i] = (bytes[i]! & 0x80) | 0x3e;
    }
    if (!wide && format !== "F16")
      limitScales(format, bytes, entry.fileRowBytes(entry.blockWeights));
  }
  return { format, rows, cols, words: entry.packRows(bytes, rows, cols) };
}

const SCALE_OFFSETS: Partial<Record<WeightFormat, readonly number[]>> = {
  Q8_0: [0],
  Q4_0: [0],
  Q4_1: [0, 2],
  Q5_0: [0],
  Q5_1: [0, 2],
  Q2_K: [80, 82],
  Q3_K: [108],
  Q4_K: [0, 2],
  Q5_K: [0, 2],
  Q6_K: [208],
  IQ4_NL: [0],
  IQ4_XS: [0],
};

function limitScales(format: WeightFormat, bytes: Uint8Array, blockBytes: number): void {
  for (let block = 0; block < bytes.length; block += blockBytes) {
    for (const offset of SCALE_OFFSETS[format] ?? []) {
      bytes[block + offset + 1] = (bytes[block + offset + 1]! & 0x83) | 0x24;
    }
  }
}

/** The matrix cut into row blocks of at most `blockRows` rows, each between guard words. */
export function guardBlocks(
  backend: Backend,
  matrix: CpuWeightMatrix,
  blockRows: number,
): WeightBlock[] {
  const rowWords = matrix.words.length / matrix.rows;
  const blocks: WeightBlock[] = [];
  for (let rowBegin = 0; rowBegin < matrix.rows; rowBegin += blockRows) {
    const rowCount = Math.min(blockRows, matrix.rows - rowBegin);
    const words = matrix.words.subarray(rowBegin * rowWords, (rowBegin + rowCount) * rowWords);
    blocks.push({ data: guarded(backend, "weights", words).slice, rowBegin, rowCount });
  }
  return blocks;
}
