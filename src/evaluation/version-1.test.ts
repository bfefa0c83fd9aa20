// Version 1 of the benchmark: its own scorer for one needle, and reasoning over derivations that only
// the files of a user bring.
import { beforeAll, describe, expect, it, vi } from "vitest";
import { type BenchmarkData, withDataFile } from "./benchmark-data.ts";
import { type Cl100k, loadCl100k } from "./cl100k.ts";
import { ItemBuilder } from "./item-builder.ts";
import { MersenneTwister } from "./mersenne-twister.ts";
import { plannedItems } from "./plan.ts";
import { presetSettings } from "./presets.ts";
import { pieceTokens, sampleData } from "./testing/materials.ts";
import type { PlannedItem, Profile } from "./types.ts";

// Loading cl100k and encoding books takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const RECORDS = Array.from({ length: 9 }, (_, i) => ({
  derivations: [`Fact ${i} is here.`, `Fact ${i} goes on.`, "It ends."].slice(0, 2 + (i % 2)),
  derivation_count: 2 + (i % 2),
  question: `Question ${i}?`,
  answer: `Answer ${i}`,
}));

let data: BenchmarkData;
let cl100k: Cl100k;
beforeAll(async () => {
  data = await sampleData();
  cl100k = await loadCl100k();
});

const settingsOf = (profile: Profile) =>
  presetSettings("full", {
    suite: "needlebench-v1",
    profile,
    seed: 1,
    set: "4k",
    lengths: [2000],
    languages: ["en"],
  });

const items = (profile: Profile, keep: (item: PlannedItem) => boolean) =>
  plannedItems(settingsOf(profile)).filter(keep);

describe("reasoning", () => {
  it("cannot run without the user's file, which is no score", () => {
    const builder = new ItemBuilder(settingsOf("compat"), data, pieceTokens, cl100k);
    const [item] = items("compat", ({ task }) => task === "m-rs");
    expect(builder.build(item!)).toMatchObject({ status: "unsupported", reason: "data-missing" });
  });

  it("draws a record of as many derivations by the repeat, and plants all of them", async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(RECORDS));
    const loaded = await withDataFile(data, "multi_needle_reasoning_en.json", bytes, "en");
    const builder = new ItemBuilder(settingsOf("compat"), loaded.data, pieceTokens, cl100k);
    const own = items(
      "compat",
      ({ task, needles, depth }) => task === "m-rs" && needles === 2 && depth === 0,
    );
    expect(own).toHaveLength(10);
    const pool = RECORDS.filter(({ derivations }) => derivations.length === 2);
    for (const item of own) {
      const built = builder.build(item);
      if (built.status === "unsupported") throw new Error(built.message);
      const record = pool[new MersenneTwister(item.repeat).below(pool.length)]!;
      expect(built.question).toBe(record.question);
      expect(built.rule).toEqual({ kind: "answer-words", answer: record.answer });
      const planted = built.needles.map(({ start, end }) => built.document.slice(start, end));
      expect(planted).toEqual(record.derivations);
      expect(built.lengths.cl100kTokens).toBe(2000 - 600);
    }
  });
});

describe("one needle", () => {
  it.each<Profile>(["compat", "sound"])("is scored softly in %s", (profile) => {
    const builder = new ItemBuilder(settingsOf(profile), data, pieceTokens, cl100k);
    const [item] = items(profile, ({ task }) => task === "s-rt");
    const built = builder.build(item!);
    if (built.status === "unsupported") throw new Error(built.message);
    const [needle] = built.needles;
    const text = built.document.slice(needle!.start, needle!.end);
    expect(built.rule).toEqual({ kind: "soft-keyword", keyword: built.gold[0], needle: text });
  });
});
