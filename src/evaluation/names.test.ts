import { beforeAll, describe, expect, it, vi } from "vitest";
import { type Cl100k, loadCl100k } from "./cl100k.ts";
import { EXAMPLE_NAMES, OWN_NAMES } from "./names.ts";
import { answerStem, distinctRecords, OWN_NEEDLES, plainQuestion } from "./needle-records.ts";
import type { Language } from "./types.ts";

// Loading cl100k and encoding books takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const LANGUAGES: readonly Language[] = ["en", "zh"];
let cl100k: Cl100k;
beforeAll(async () => {
  cl100k = await loadCl100k();
});

describe.each(LANGUAGES)("own material (%s)", (language) => {
  it("has 1,000 different names, none of which is an example name", () => {
    const names = OWN_NAMES[language];
    expect(new Set(names).size).toBe(1000);
    expect(EXAMPLE_NAMES[language].filter((name) => names.includes(name))).toEqual([]);
  });

  it("has no name inside another one", () => {
    const names = [...OWN_NAMES[language], ...EXAMPLE_NAMES[language]];
    const joined = `\n${names.join("\n")}\n`;
    const inside = names.filter((name) => joined.split(name).length > 2);
    expect(inside).toEqual([]);
  });

  it("has 188 needles with 20 different answers, as upstream has", () => {
    const records = OWN_NEEDLES[language];
    expect(new Set(records.map(({ needle }) => needle)).size).toBe(188);
    expect(new Set(records.map(({ arg2 }) => arg2)).size).toBe(20);
    expect(distinctRecords(records, 99)).toHaveLength(20);
    expect(distinctRecords([...records].reverse(), 99)).toHaveLength(20);
  });

  it("has needles that hold place and answer, start with the wanted stem, and are as long as upstream's", () => {
    const [least, most] = language === "en" ? [11, 18] : [14, 32];
    for (const record of OWN_NEEDLES[language]) {
      expect(record.needle).toContain(record.arg1);
      expect(record.needle).toContain(record.arg2);
      const stem = answerStem(record, language);
      expect(stem.length).toBeGreaterThan(5);
      expect(record.needle.startsWith(stem)).toBe(true);
      expect(plainQuestion(record, language)).toContain(record.arg1);
      expect(plainQuestion(record, language)).not.toContain(record.arg2);
      const tokens = cl100k.encode(record.needle).length;
      expect(tokens).toBeGreaterThanOrEqual(least);
      expect(tokens).toBeLessThanOrEqual(most);
    }
  });

  it("has no answer inside another one", () => {
    const answers = [...new Set(OWN_NEEDLES[language].map(({ arg2 }) => arg2))];
    for (const a of answers) {
      expect(answers.filter((b) => b !== a && b.includes(a))).toEqual([]);
    }
  });
});

describe("a foreign record", () => {
  it("without a quoted format has an empty stem", () => {
    const record = { needle: "n", retrievalQuestion: "What?", arg1: "a", arg2: "b" };
    expect(answerStem(record, "en")).toBe("");
    expect(plainQuestion(record, "en")).toBe("What?");
  });
});
