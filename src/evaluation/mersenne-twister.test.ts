// Vectors: CPython 3.11 (random.seed(s), then the call).
import { describe, expect, it } from "vitest";
import { MersenneTwister } from "./mersenne-twister.ts";

const indices = (n: number) => Array.from({ length: n }, (_, i) => i);

const VECTORS: readonly {
  seed: number;
  bits: readonly number[];
  shuffled: readonly number[];
  choice: number;
  sample: readonly number[];
}[] = [
  {
    seed: 0,
    bits: [3626764237, 1654615998, 3255389356],
    shuffled: [7, 8, 1, 5, 3, 4, 2, 0, 9, 6],
    choice: 98,
    sample: [864, 394, 776],
  },
  {
    seed: 1,
    bits: [577090037, 2444712010, 3639700191],
    shuffled: [6, 8, 9, 7, 5, 3, 0, 4, 1, 2],
    choice: 34,
    sample: [137, 582, 867],
  },
  {
    seed: 2,
    bits: [4106135923, 3707026329, 4070888059],
    shuffled: [5, 9, 3, 4, 6, 7, 2, 8, 1, 0],
    choice: 14,
    sample: [978, 883, 970],
  },
  {
    seed: 42,
    bits: [2746317213, 478163327, 107420369],
    shuffled: [7, 3, 2, 8, 5, 6, 9, 4, 0, 1],
    choice: 163,
    sample: [654, 114, 25],
  },
  {
    seed: 10001,
    bits: [1530254181, 268694960, 3542315590],
    shuffled: [9, 7, 2, 0, 6, 4, 3, 8, 1, 5],
    choice: 91,
    sample: [364, 64, 844],
  },
];

describe("MersenneTwister", () => {
  it.each(VECTORS)("draws what CPython draws for seed $seed", (vector) => {
    const { seed } = vector;
    const bits = new MersenneTwister(seed);
    expect([bits.next32(), bits.next32(), bits.next32()]).toEqual(vector.bits);
    const list = indices(10);
    new MersenneTwister(seed).shuffle(list);
    expect(list).toEqual(vector.shuffled);
    expect(new MersenneTwister(seed).choice(indices(188))).toBe(vector.choice);
    expect(new MersenneTwister(seed).sample(indices(1000), 3)).toEqual(vector.sample);
  });

  it("samples by the pool when the sample is large", () => {
    const sample = new MersenneTwister(0).sample(indices(1000), 513);
    expect(sample.slice(0, 4)).toEqual([864, 394, 776, 911]);
    expect(sample.at(-1)).toBe(255);
    expect(new Set(sample).size).toBe(513);
  });

  it("composes shuffles of one list over repeats, as the haystack records are shuffled", () => {
    const list = indices(147);
    const firstSix = [0, 1, 2].map((seed) => {
      new MersenneTwister(seed).shuffle(list);
      return list.slice(0, 6);
    });
    expect(firstSix).toEqual([
      [27, 46, 50, 82, 139, 14],
      [5, 9, 52, 70, 29, 62],
      [66, 102, 129, 89, 17, 116],
    ]);
  });

  it("chooses the ten single needles of a cell", () => {
    const draws = indices(10).map((seed) => new MersenneTwister(seed).below(188));
    expect(draws).toEqual([98, 34, 14, 60, 60, 159, 146, 82, 58, 118]);
  });

  it("refuses seeds and bounds that CPython would treat otherwise", () => {
    expect(() => new MersenneTwister(-1)).toThrow(RangeError);
    expect(() => new MersenneTwister(2 ** 32)).toThrow(RangeError);
    expect(() => new MersenneTwister(0).below(0)).toThrow(RangeError);
    expect(() => new MersenneTwister(0).sample([1, 2], 3)).toThrow(RangeError);
  });
});
