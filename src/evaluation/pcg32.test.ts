import { describe, expect, it } from "vitest";
import { Pcg32 } from "./pcg32.ts";

describe("Pcg32", () => {
  it("gives the numbers of the reference program (pcg32-demo, seed 42, stream 54)", () => {
    const random = new Pcg32(42n, 54n);
    const numbers = Array.from({ length: 6 }, () => random.next32());
    expect(numbers).toEqual([
      0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e,
    ]);
  });

  it("gives fixed numbers for a name", () => {
    const random = Pcg32.named("7/en/4000/50/0");
    expect([random.below(1000), random.below(1000), random.below(1000)]).toEqual([387, 145, 602]);
  });

  it("gives other numbers for names that differ in one character", () => {
    const first = (name: string) => Pcg32.named(name).next32();
    const names = ["a/0", "a/1", "b/0", "a/0 ", "", "0/a"];
    expect(new Set(names.map(first)).size).toBe(names.length);
  });

  it("draws every value below a bound about equally often", () => {
    const random = Pcg32.named("uniform");
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 7000; i++) counts[random.below(7)]!++;
    // Standard deviation 29: five of them on each side.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it("samples different items and leaves the source as it was", () => {
    const source = Array.from({ length: 100 }, (_, i) => i);
    const sample = Pcg32.named("sample").sample(source, 60);
    expect(new Set(sample).size).toBe(60);
    expect(source[0]).toBe(0);
    expect(source[99]).toBe(99);
    expect(() => Pcg32.named("x").sample(source, 101)).toThrow(RangeError);
  });
});
