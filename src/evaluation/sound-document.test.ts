import { beforeAll, describe, expect, it, vi } from "vitest";
import type { BenchmarkData } from "./benchmark-data.ts";
import { proseOf, seededPassage } from "./haystack.ts";
import { ItemBuilder } from "./item-builder.ts";
import { plannedItems } from "./plan.ts";
import { presetSettings } from "./presets.ts";
import { sentenceEnds } from "./sentences.ts";
import { chainDepths } from "./sound-document.ts";
import { pieceTokens, sampleData } from "./testing/materials.ts";
import type { BuiltItem, Language, PlannedItem, PlanSettings, UnsupportedItem } from "./types.ts";

// Loading cl100k and encoding books takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let data: BenchmarkData;
beforeAll(async () => {
  data = await sampleData();
});

const full = presetSettings("full", {
  suite: "needlebench-v2",
  profile: "sound",
  seed: 7,
  set: "4k",
  lengths: [1000, 2000, 5000],
  languages: ["en", "zh"],
});
const settings: PlanSettings = { ...full, grids: full.grids.filter(({ task }) => task !== "atc") };

function build(
  keep: (item: PlannedItem) => boolean,
  of: PlanSettings = settings,
): (BuiltItem | UnsupportedItem)[] {
  const builder = new ItemBuilder(of, data, pieceTokens, null);
  return plannedItems(of)
    .filter(keep)
    .map((item) => builder.build(item));
}

const ready = (items: readonly (BuiltItem | UnsupportedItem)[]): BuiltItem[] =>
  items.filter((item) => item.status === "ready");

const total = ({ lengths }: BuiltItem) =>
  lengths.documentTokens + lengths.promptTokens + lengths.answerTokens;

describe("documents of the sound profile", () => {
  const firstRepeats = () => ready(build(({ repeat, length }) => repeat === 0 && length !== 5000));

  it("fit their length with prompt and answer, and use it up to a few sentences", () => {
    const items = firstRepeats();
    expect(items.length).toBeGreaterThan(120);
    for (const item of items) {
      expect(item.lengths.documentTokens).toBe(pieceTokens.encode(item.document).ids.length);
      expect(total(item)).toBeLessThanOrEqual(item.item.length!);
      // The longest sentences of the two books have about 250 tokens.
      expect(total(item)).toBeGreaterThan(item.item.length! - 300);
    }
  });

  it("hold every needle where they say, between sentences", () => {
    for (const item of firstRepeats()) {
      let hay = "";
      let position = 0;
      const boundaries = new Set<number>();
      for (const { start, end } of item.needles) {
        hay += item.document.slice(position, start);
        boundaries.add(hay.trimEnd().length);
        // The needle brings the white space of its place along.
        position = end;
        while (/\s/.test(item.document[position] ?? "")) position++;
      }
      hay += item.document.slice(position);
      const ends = new Set(
        sentenceEnds(hay, item.item.language).map((end) => hay.slice(0, end).trimEnd().length),
      );
      for (const boundary of boundaries) {
        expect(boundary === 0 || ends.has(boundary)).toBe(true);
      }
      expect(item.document.isWellFormed()).toBe(true);
      expect(item.document).not.toContain("\ufffd");
    }
  });

  it("plant the needles of the draw, in order, near their depths", () => {
    for (const item of ready(build(({ repeat, length }) => repeat === 3 && length === 5000))) {
      const { task, depth, needles } = item.item;
      const texts = item.needles.map(({ start, end }) => item.document.slice(start, end));
      expect(new Set(texts).size).toBe(needles);
      const wanted =
        task === "m-rt"
          ? [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
          : chainDepths(depth!, needles);
      item.needles.forEach((needle, i) => {
        expect(Math.abs(needle.depth - wanted[i]!)).toBeLessThan(4);
      });
      if (task === "s-rt") expect(texts[0]).toContain(item.gold[0]);
      if (task === "m-rt") texts.forEach((text, i) => expect(text).toContain(item.gold[i]));
      if (task === "m-rs") expect(texts.join(" ")).toContain(item.gold[0]);
    }
  });

  it("share their text before the first needle inside a group", () => {
    const group = ready(build((item) => item.group === "en/2000/1" && item.task === "s-rt"));
    expect(group.map(({ item }) => item.depth)).toEqual([
      100, 90, 80, 70, 60, 50, 40, 30, 20, 10, 0,
    ]);
    const deepest = group[0]!;
    const base = deepest.document.slice(0, deepest.needles[0]!.start);
    for (const item of group) {
      expect(base.startsWith(item.document.slice(0, item.needles[0]!.start))).toBe(true);
    }
  });

  it("ask something else in every cell", () => {
    const cells = ready(build(({ task, repeat }) => task === "s-rt" && repeat === 0));
    const needles = cells.map(({ document, needles: [needle] }) =>
      document.slice(needle!.start, needle!.end),
    );
    expect(new Set(needles).size).toBeGreaterThan(0.7 * cells.length);
  });

  it("are the same again from the same seed, in any order, and others from another", () => {
    const some = (item: PlannedItem) => item.repeat === 0 && item.length === 2000;
    const first = build(some);
    const again = new ItemBuilder(settings, data, pieceTokens, null);
    const backwards = plannedItems(settings)
      .filter(some)
      .reverse()
      .map((item) => again.build(item))
      .reverse();
    expect(backwards).toEqual(first);
    const other = ready(build(some, { ...settings, seed: 8 }));
    const known = new Set(ready(first).map(({ document }) => document));
    expect(other.every(({ document }) => !known.has(document))).toBe(true);
  });

  it("do not exist where the prompt leaves too little text", () => {
    // A chain keeps 1,024 tokens for the answer.
    const short = build(({ task, length }) => task === "m-rs" && length === 1000);
    expect(short.every((item) => item.status === "unsupported")).toBe(true);
    expect(short[0]).toMatchObject({ reason: "length-too-short" });
    const none = ready(
      build(({ repeat }) => repeat === 0, {
        ...settings,
        grids: settings.grids.map((grid) => ({ ...grid, lengths: [100] })),
      }),
    );
    expect(none).toEqual([]);
  });

  it("do not exist where the books have not enough text", () => {
    const [long] = build(() => true, {
      ...settings,
      languages: ["en"],
      grids: [
        {
          task: "s-rt",
          lengths: [1_000_000],
          depths: [0],
          repeats: 1,
          buffer: { en: 0, zh: 0 },
        },
      ],
    });
    expect(long).toMatchObject({ status: "unsupported", reason: "haystack-too-short" });
  });

  it("say what is missing when a language has no text", () => {
    const builder = new ItemBuilder(
      settings,
      { ...data, haystacks: { ...data.haystacks, zh: [] } },
      pieceTokens,
      null,
    );
    const zh = plannedItems(settings).find(({ language }) => language === "zh")!;
    expect(builder.build(zh)).toMatchObject({ status: "unsupported", reason: "data-missing" });
  });
});

describe("a seeded passage", () => {
  it.each<[Language]>([["en"], ["zh"]])("(%s) holds the whole text once", (language) => {
    const books = data.haystacks[language].map((haystack) => proseOf(haystack, language));
    const { text: whole, sentenceEnds: ends } = seededPassage(books, "a");
    const { text: again } = seededPassage(books, "b");
    expect(ends.at(-1)).toBe(whole.length);
    expect(ends.every((end, i) => i === 0 || end > ends[i - 1]!)).toBe(true);
    const sorted = (text: string) => Array.from(text.replace(/\s/g, "")).sort().join("");
    expect(sorted(whole)).toBe(sorted(again));
    expect(whole.slice(0, 200)).not.toBe(again.slice(0, 200));
  });

  it("is empty without text", () => {
    expect(seededPassage([], "a")).toEqual({ text: "", sentenceEnds: [] });
  });
});
