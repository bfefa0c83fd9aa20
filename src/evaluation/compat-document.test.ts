import { beforeAll, describe, expect, it, vi } from "vitest";
import { ItemBuilder } from "./item-builder.ts";
import type { BenchmarkData } from "./benchmark-data.ts";
import { type Cl100k, loadCl100k } from "./cl100k.ts";
import { chainedPoints, compatDocument, spreadPoints } from "./compat-document.ts";
import { bookRecords, ShuffledRecords } from "./haystack.ts";
import { MersenneTwister } from "./mersenne-twister.ts";
import { plannedItems } from "./plan.ts";
import { presetSettings } from "./presets.ts";
import { pieceTokens, sampleData, sampleText } from "./testing/materials.ts";
import type { BuiltItem, PlannedItem } from "./types.ts";

// Loading cl100k and encoding books takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let cl100k: Cl100k;
let data: BenchmarkData;
beforeAll(async () => {
  cl100k = await loadCl100k();
  data = await sampleData();
});

const item = (over: Partial<PlannedItem>): PlannedItem & { readonly length: number } =>
  ({
    task: "s-rt",
    language: "en",
    length: 4000,
    depth: 50,
    needles: 1,
    question: null,
    id: "x",
    repeat: 0,
    group: "g",
    ...over,
  }) as PlannedItem & { readonly length: number };

describe("positions of a chain of facts", () => {
  // 15 tokens per fact, as upstream's kinship facts have; H = 30,000.
  it.each([
    [0, [0, 10.1, 20.1, 30.1, 40.2]],
    [50, [50, 60, 70.1, 80.2, 90.2]],
    [70, [70, 80, 90.1, 100, 100]],
    [100, [100, 100, 100, 100, 100]],
  ])("drift as upstream's at depth %i", (depth, expected) => {
    const hay = 30_000;
    const sizes = [15, 15, 15, 15, 15];
    const points = chainedPoints(hay, depth, sizes);
    const shares = points.map((point, i) => (100 * Math.min(point - 15 * i, hay)) / hay);
    shares.forEach((share, i) => expect(Math.abs(share - expected[i]!)).toBeLessThan(0.0501));
  });
});

describe("positions of several needles", () => {
  it("count the needles before them", () => {
    expect(spreadPoints(1000, [0, 50, 100], [7, 8, 9])).toEqual([0, 507, 1015]);
    expect(spreadPoints(0, [0, 50, 100], [7, 8, 9])).toEqual([0, 7, 15]);
    expect(spreadPoints(999, [33], [5])).toEqual([329]);
  });
});

describe("a document", () => {
  const records = (text: string) =>
    new ShuffledRecords([{ name: "n", sha256: "s", records: bookRecords(text) }], cl100k);

  it("has exactly the tokens of its length less the buffer", () => {
    const needle = "The relic kept in the vault of Corrin is the Lamp.";
    const book = records(sampleText("treasure-island.txt"));
    for (const depth of [0, 37, 100]) {
      const built = compatDocument(item({ depth }), [needle], [], 500, book, cl100k);
      expect(built.cl100kTokens).toBe(3500);
      expect(built.short).toBe(false);
      const [planted] = built.needles;
      expect(built.text.slice(planted!.start, planted!.end)).toBe(needle);
      expect(built.text[planted!.start - 1]).toBe("\n");
      expect(Math.abs(planted!.depth - depth)).toBeLessThan(0.1);
    }
  });

  it("is upstream's token list with the needle's tokens in it, decoded as one", () => {
    const needle = "收藏在科林谷地宝库里的圣物是灯。";
    const book = records(sampleText("guwen-guanzhi.txt"));
    const ids = cl100k.encode(`\n${needle}\n`);
    let brokenCharacters = 0;
    for (const depth of [0, 10, 21, 31, 42, 52, 63, 73, 84, 94, 100]) {
      const at = item({ language: "zh", length: 2000, depth, repeat: 1 });
      const built = compatDocument(at, [needle], [], 200, book, cl100k);
      const hay = book.tokens(1, 2000 - 200 - ids.length);
      const point = Math.trunc(hay.length * (depth / 100));
      const whole = cl100k.decode([...hay.slice(0, point), ...ids, ...hay.slice(point)]);
      expect(built.text).toBe(whole);
      const { start, end } = built.needles[0]!;
      expect(built.text.slice(start, end)).toBe(needle);
      brokenCharacters += built.text.includes("\ufffd") ? 1 : 0;
    }
    // The quirk is there: cuts inside characters happen.
    expect(brokenCharacters).toBeGreaterThan(0);
  });

  it("is the needle alone when the length is below the buffer", () => {
    const book = records("One sentence. ".repeat(3000));
    const texts = [0, 50, 100].map(
      (depth) => compatDocument(item({ length: 1000, depth }), ["N."], [], 3000, book, cl100k).text,
    );
    expect(texts).toEqual(["\nN.\n", "\nN.\n", "\nN.\n"]);
  });

  it("ends where the records end, and says so", () => {
    const book = records("A short text of a few words.");
    const built = compatDocument(item({ length: 9000 }), ["N."], [], 500, book, cl100k);
    expect(built.short).toBe(true);
    expect(built.cl100kTokens).toBeLessThan(30);
  });

  it("takes the records in an order that goes on from repeat to repeat", () => {
    const texts = ["alpha ", "beta ", "gamma ", "delta ", "epsilon "];
    const book = new ShuffledRecords([{ name: "n", sha256: "s", records: texts }], cl100k);
    const order = [0, 1, 2, 3, 4];
    new MersenneTwister(0).shuffle(order);
    expect(cl100k.decode(book.tokens(0, 100))).toBe(order.map((i) => texts[i]).join(""));
    new MersenneTwister(1).shuffle(order);
    expect(cl100k.decode(book.tokens(1, 100))).toBe(order.map((i) => texts[i]).join(""));
  });

  it("treats control tokens in a text as text", () => {
    const book = records("Before <|endoftext|> after.");
    expect(cl100k.decode(book.tokens(0, 50))).toBe("Before <|endoftext|> after.");
  });
});

describe("items of the compat profile", () => {
  const full = presetSettings("full", {
    suite: "needlebench-v2",
    profile: "compat",
    seed: 3,
    set: "4k",
    lengths: [1000, 3000],
    languages: ["en", "zh"],
  });
  const settings = { ...full, grids: full.grids.filter(({ task }) => task !== "atc") };
  const built = (keep: (one: PlannedItem) => boolean): BuiltItem[] => {
    const builder = new ItemBuilder(settings, data, pieceTokens, cl100k);
    return plannedItems(settings)
      .filter(keep)
      .map((one) => builder.build(one))
      .map((one) => {
        if (one.status === "unsupported") throw new Error(one.message);
        return one;
      });
  };

  it("draw the needle by the repeat alone", () => {
    const keywords = built(
      ({ task, language, depth }) => task === "s-rt" && language === "en" && depth === 30,
    );
    const indices = [98, 34, 14, 60, 60, 159, 146, 82, 58, 118];
    for (const one of keywords) {
      expect(one.gold).toEqual([data.needles.en[indices[one.item.repeat]!]!.arg2]);
      expect(one.rule).toMatchObject({ kind: "keyword", others: [] });
    }
    expect(keywords).toHaveLength(20);
  });

  it("share their text before the first needle inside a group", () => {
    const group = built(({ group, task }) => group === "en/3000/2" && task !== "m-rt");
    const deepest = group[0]!;
    const base = deepest.document.slice(0, deepest.needles[0]!.start);
    for (const one of group) {
      const prefix = one.document.slice(0, one.needles[0]!.start - 1);
      expect(base.startsWith(prefix)).toBe(true);
    }
    expect(group.length).toBe(11 + 44);
  });

  it("plant every fact of a chain and every needle of a set where they say", () => {
    for (const one of built(({ repeat, task }) => repeat === 1 && task !== "s-rt")) {
      expect(one.needles).toHaveLength(one.item.needles);
      let end = 0;
      for (const needle of one.needles) {
        expect(needle.start).toBeGreaterThan(end);
        end = needle.end;
      }
      expect(one.lengths.cl100kTokens).toBe(
        one.item.length! - (one.item.language === "en" ? 500 : 200),
      );
      if (one.item.task === "m-rt") {
        one.gold.forEach((keyword, i) => {
          const { start, end: stop } = one.needles[i]!;
          expect(one.document.slice(start, stop)).toContain(keyword);
        });
      }
    }
  });
});
