// The grids of the published sets: lengths, depths and the tokens that upstream leaves free.
import type { LengthBuffer, Suite } from "./types.ts";

export interface BenchmarkSet {
  readonly lengths: readonly number[];
  readonly depths: readonly number[];
  readonly buffers: Readonly<Record<"s-rt" | "m-rt" | "m-rs", LengthBuffer>>;
}

export const SET_NAMES = ["4k", "8k", "32k", "128k", "200k", "256k", "1000k"] as const;
export type SetName = (typeof SET_NAMES)[number];

const thousands = (...values: readonly number[]): number[] => values.map((value) => value * 1000);

const same = (en: number): BenchmarkSet["buffers"] => each(en, en, en);

function each(single: number, multiple: number, reasoning: number): BenchmarkSet["buffers"] {
  const zh = 200;
  return {
    "s-rt": { en: single, zh },
    "m-rt": { en: multiple, zh },
    "m-rs": { en: reasoning, zh },
  };
}

const TENTHS = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
const DEPTHS_20 = [0, 5, 10, 15, 21, 26, 31, 36, 42, 47, 52, 57, 63, 68, 73, 78, 84, 89, 94, 100];
const DEPTHS_11 = [0, 10, 21, 31, 42, 52, 63, 73, 84, 94, 100];

const V2: Readonly<Record<SetName, BenchmarkSet>> = {
  "4k": { lengths: thousands(1, 2, 3, 4), depths: TENTHS, buffers: same(500) },
  "8k": { lengths: thousands(1, 2, 3, 4, 5, 6, 7, 8), depths: TENTHS, buffers: same(500) },
  "32k": {
    lengths: thousands(1, 4, 8, 12, 16, 20, 24, 28, 32),
    depths: TENTHS,
    buffers: same(3000),
  },
  "128k": {
    lengths: thousands(1, 2, 4, 8, 16, 32, 64, 128),
    depths: TENTHS,
    buffers: same(3000),
  },
  "200k": {
    lengths: thousands(1, 25, 50, 75, 100, 125, 150, 175, 200),
    depths: TENTHS,
    buffers: same(3000),
  },
  "256k": { lengths: thousands(32, 128, 256), depths: TENTHS, buffers: same(3000) },
  "1000k": {
    lengths: thousands(1, 125, 250, 375, 500, 625, 750, 875, 1000),
    depths: TENTHS,
    buffers: same(3000),
  },
};

const V1: Readonly<Partial<Record<SetName, BenchmarkSet>>> = {
  "4k": { lengths: thousands(1, 2, 3, 4), depths: DEPTHS_20, buffers: each(600, 1000, 600) },
  "8k": { lengths: thousands(5, 6, 7, 8), depths: DEPTHS_20, buffers: each(800, 1300, 1000) },
  "32k": {
    lengths: thousands(9, 13, 17, 21, 25, 29, 31, 32),
    depths: DEPTHS_11,
    buffers: same(3000),
  },
  "128k": {
    lengths: thousands(16, 32, 48, 64, 80, 96, 112, 128),
    depths: DEPTHS_11,
    buffers: each(600, 3000, 600),
  },
  "200k": {
    lengths: thousands(16, 48, 80, 112, 128, 144, 176, 200),
    depths: DEPTHS_11,
    buffers: each(600, 3000, 600),
  },
};

/** `null`: the suite has no such set. */
export function benchmarkSet(suite: Suite, name: SetName): BenchmarkSet | null {
  switch (suite) {
    case "needlebench-v2":
      return V2[name];
    case "needlebench-v1":
      return V1[name] ?? null;
    case "ruler":
      return null;
  }
}

export const ATC_NEEDLES: readonly number[] = [2, 4, 8, 16, 32, 64, 128, 256, 512];
export const RULER_LENGTHS: readonly number[] = [4096, 8192, 16384, 32768, 65536, 131072];
