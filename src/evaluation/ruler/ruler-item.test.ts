import { beforeAll, describe, expect, it, vi } from "vitest";
import { ItemBuilder } from "../item-builder.ts";
import type { BenchmarkData } from "../benchmark-data.ts";
import { withDataFile } from "../benchmark-data.ts";
import { plannedItems } from "../plan.ts";
import { presetSettings } from "../presets.ts";
import { scoreAnswer } from "../scoring.ts";
import { pieceTokens, sampleData } from "../testing/materials.ts";
import { type BuiltItem, RULER_TASKS, type RulerTask } from "../types.ts";
import { largestSize } from "./largest-size.ts";
import { KEY_WORDS, LIST_WORDS } from "./words.ts";

// Loading cl100k and encoding books takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

const SQUAD = {
  data: Array.from({ length: 60 }, (_, a) => ({
    paragraphs: [0, 1].map((p) => ({
      context: `Article ${a}, paragraph ${p}. ${"It goes on for a while. ".repeat(12)}The colour is c${a}x${p}.`,
      qas: [
        {
          question: `Which colour has ${a}/${p}?`,
          is_impossible: false,
          answers: [{ text: `c${a}x${p}` }],
        },
        { question: "Unanswerable?", is_impossible: true, answers: [] },
      ],
    })),
  })),
};
const HOTPOT = Array.from({ length: 40 }, (_, q) => ({
  question: `Question ${q}?`,
  answer: `answer${q}`,
  context: [0, 1].map((d) => [
    `Title ${q}.${d}`,
    [`Some text ${"and more ".repeat(40)}. `, `answer${q}`],
  ]),
}));

let data: BenchmarkData;
beforeAll(async () => {
  ({ data } = await withDataFile(await sampleData(), "dev-v2.0.json", encode(SQUAD), "en"));
  ({ data } = await withDataFile(data, "hotpot_dev_distractor_v1.json", encode(HOTPOT), "en"));
});

const full = presetSettings("full", {
  suite: "ruler",
  profile: "sound",
  seed: 11,
  set: "4k",
  lengths: [1500, 4500],
  languages: null,
});
const settings = { ...full, grids: full.grids.map((grid) => ({ ...grid, repeats: 2 })) };
const planned = plannedItems(settings);

function build(task: RulerTask): BuiltItem[] {
  const builder = new ItemBuilder(settings, data, pieceTokens, null);
  return planned
    .filter((item) => item.task === task)
    .map((item) => builder.build(item))
    .map((item) => {
      if (item.status === "unsupported") throw new Error(`${item.item.id}: ${item.message}`);
      return item;
    });
}

describe.each(RULER_TASKS)("%s", (task) => {
  it("fits its length, holds its gold and is right when answered so", () => {
    const items = build(task);
    expect(items).toHaveLength(4);
    for (const item of items) {
      const { documentTokens, promptTokens, answerTokens } = item.lengths;
      const total = documentTokens + promptTokens + answerTokens;
      expect(total).toBeLessThanOrEqual(item.item.length!);
      expect(total).toBeGreaterThan(0.85 * item.item.length!);
      expect(item.gold.length).toBeGreaterThan(0);
      for (const answer of item.gold) expect(item.document).toContain(answer);
      expect(scoreAnswer(item.rule, `It is ${item.gold.join(", ")}.`, "sound").value).toBe(100);
      expect(scoreAnswer(item.rule, "I cannot tell.", "sound").value).toBe(0);
      const required = item.needles.filter((needle) => needle.required);
      for (const { start, end } of item.needles) expect(end).toBeGreaterThan(start);
      const planted = required.map(({ start, end }) => item.document.slice(start, end)).join("\n");
      if (required.length > 0) {
        for (const answer of item.gold) expect(planted).toContain(answer);
      }
    }
    expect(build(task)).toEqual(items);
    expect(new Set(items.map(({ document }) => document)).size).toBe(4);
  });
});

describe("needles", () => {
  it.each<[RulerTask, number, number]>([
    ["niah_single_1", 1, 1],
    ["niah_multikey_1", 4, 1],
    ["niah_multivalue", 4, 4],
    ["niah_multiquery", 4, 4],
  ])("of %s: %i planted, %i asked", (task, planted, asked) => {
    for (const item of build(task)) {
      expect(item.needles).toHaveLength(planted);
      expect(item.gold).toHaveLength(asked);
      expect(new Set(item.gold).size).toBe(asked);
    }
  });

  it("among other needles have a key of their own", () => {
    for (const task of ["niah_multikey_2", "niah_multikey_3"] as const) {
      for (const item of build(task)) {
        const [needle] = item.needles;
        const key = / of (\S+) is /.exec(item.document.slice(needle!.start, needle!.end))![1]!;
        expect(item.document.split(` of ${key} is `)).toHaveLength(2);
        expect(item.question).toContain(key);
      }
    }
  });
});

describe("counting tasks", () => {
  const counts = (words: readonly string[]) => {
    const map = new Map<string, number>();
    for (const word of words) map.set(word, (map.get(word) ?? 0) + 1);
    return [...map].sort((a, b) => b[1] - a[1]);
  };

  it("ask for the ten most common words of the list", () => {
    for (const item of build("cwe")) {
      const words = item.document.split(/\d+\. /).map((word) => word.trim());
      const ranked = counts(words.filter((word) => word !== ""));
      expect(new Set(ranked.slice(0, 10).map(([word]) => word))).toEqual(new Set(item.gold));
      expect(ranked[9]![1]).toBeGreaterThan(ranked[10]![1]);
      expect(ranked[0]![1]).toBe(item.item.length! < 4096 ? 6 : 30);
    }
  });

  it("ask for ranks two to four of the coded words", () => {
    for (const item of build("fwe")) {
      const ranked = counts(item.document.split(" "));
      expect(ranked[0]![0]).toBe("...");
      expect(ranked.slice(1, 4).map(([word]) => word)).toEqual(item.gold);
      expect(ranked[3]![1]).toBeGreaterThan(ranked[4]?.[1] ?? 0);
    }
  });

  it("have no listed word inside another", () => {
    const sample = LIST_WORDS.filter((_, i) => i % 37 === 0);
    for (const word of sample) {
      expect(LIST_WORDS.filter((other) => other !== word && other.includes(word))).toEqual([]);
    }
    expect(new Set(LIST_WORDS).size).toBe(KEY_WORDS.length);
  });
});

describe("reading questions", () => {
  it("need the files of the user", () => {
    const none = { ...data, questionSets: { qa_1: null, qa_2: null } };
    const builder = new ItemBuilder(settings, none, pieceTokens, null);
    const item = planned.find(({ task }) => task === "qa_1")!;
    expect(builder.build(item)).toMatchObject({ status: "unsupported", reason: "data-missing" });
  });

  it("say so when the set has too few documents", async () => {
    const few = { data: SQUAD.data.slice(0, 2) };
    const small = await withDataFile(data, "dev-v2.0.json", encode(few), "en");
    const builder = new ItemBuilder(settings, small.data, pieceTokens, null);
    const item = planned.find(({ task }) => task === "qa_1")!;
    expect(builder.build(item)).toMatchObject({ reason: "haystack-too-short" });
  });
});

describe("largestSize", () => {
  it.each([
    [1, 100, 1, 1],
    [1, 100, 37, 37],
    [1, 100, 99, 99],
    [1, 100, 100, 100],
    [1, 100, 5000, 100],
    [5, 100, 4, null],
    [7, 6, 10, null],
    [3, 3, 3, 3],
  ])("from %i to %i with a limit of %i is %j", (floor, ceiling, limit, size) => {
    expect(largestSize(floor, ceiling, (n) => n <= limit)).toBe(size);
  });

  it("is nothing, and ends, when even the smallest prompt is too long", () => {
    const builder = new ItemBuilder(
      { ...settings, grids: [{ task: "fwe", lengths: [100], repeats: 1 }] },
      data,
      pieceTokens,
      null,
    );
    const [item] = plannedItems({
      ...settings,
      grids: [{ task: "fwe", lengths: [100], repeats: 1 }],
    });
    expect(builder.build(item!)).toMatchObject({ reason: "length-too-short" });
  });
});
