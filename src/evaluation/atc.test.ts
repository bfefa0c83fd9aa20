import { beforeAll, describe, expect, it, vi } from "vitest";
import { atcItem, distractorCount } from "./atc.ts";
import type { BenchmarkData } from "./benchmark-data.ts";
import { type Cl100k, loadCl100k } from "./cl100k.ts";
import { ItemBuilder } from "./item-builder.ts";
import { FACT_TEMPLATES, generationsOf, KINSHIP_TERMS, kinshipChain } from "./kinship.ts";
import { MersenneTwister } from "./mersenne-twister.ts";
import { EXAMPLE_NAMES } from "./names.ts";
import { plannedItems } from "./plan.ts";
import { presetSettings } from "./presets.ts";
import { pieceTokens, sampleData } from "./testing/materials.ts";
import { ATC_QUESTIONS, type PlannedItem, type PlanSettings } from "./types.ts";

// Loading cl100k and encoding books takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let data: BenchmarkData;
let cl100k: Cl100k;
beforeAll(async () => {
  cl100k = await loadCl100k();
  data = await sampleData();
});

/** Upstream's draws of an item: names are sampled first, then template and term per fact. */
function draws(question: number, repeat: number, facts: number) {
  const random = new MersenneTwister(repeat + 1 + 10_000 * question);
  const indices = Array.from({ length: 1000 }, (_, i) => i);
  random.sample(indices, facts + 1);
  const pairs = Array.from({ length: facts }, () => [random.below(7), random.below(10)]);
  const order = Array.from({ length: facts }, (_, i) => i);
  random.shuffle(order);
  return { pairs, order };
}

describe("upstream's draws", () => {
  it("have as many templates and terms to draw from", () => {
    expect(FACT_TEMPLATES.en).toHaveLength(7);
    expect(FACT_TEMPLATES.zh).toHaveLength(6);
    expect(KINSHIP_TERMS.en.map(({ generations }) => generations)).toEqual([
      1, 1, 1, 1, 2, 2, 2, 2, 2, 2,
    ]);
    expect(KINSHIP_TERMS.zh).toHaveLength(10);
  });

  it.each([
    [
      0,
      2,
      [
        [6, 1],
        [2, 1],
      ],
    ],
    [
      1,
      2,
      [
        [6, 1],
        [3, 9],
      ],
    ],
    [
      2,
      2,
      [
        [4, 7],
        [0, 9],
      ],
    ],
    [
      3,
      2,
      [
        [5, 4],
        [2, 2],
      ],
    ],
    [
      0,
      4,
      [
        [0, 4],
        [0, 7],
        [6, 7],
        [3, 6],
      ],
    ],
  ])("of question %i with %i facts are the published ones", (question, facts, pairs) => {
    expect(draws(question, 0, facts).pairs).toEqual(pairs);
  });

  it("shuffle the facts as published", () => {
    expect(draws(0, 0, 2).order).toEqual([0, 1]);
    expect(draws(0, 0, 4).order).toEqual([2, 3, 0, 1]);
  });

  it.each([
    [
      0,
      [
        [3, 0],
        [2, 8],
      ],
    ],
    [
      1,
      [
        [6, 1],
        [2, 1],
      ],
    ],
  ])("of a two-fact chain in a haystack, repeat %i, are the published ones", (repeat, pairs) => {
    const random = new MersenneTwister(repeat);
    random.sample(
      Array.from({ length: 1000 }, (_, i) => i),
      3,
    );
    expect([0, 1].map(() => [random.below(7), random.below(10)])).toEqual(pairs);
  });

  it("are the ones that the generator makes", () => {
    const random = new MersenneTwister(1);
    const names = random.sample(data.names.en, 5);
    const facts = kinshipChain(names, "en", random);
    const expected = draws(0, 0, 4).pairs.map(([template, term], i) =>
      FACT_TEMPLATES.en[template!]!(names[i]!, names[i + 1]!, KINSHIP_TERMS.en[term!]!.name),
    );
    expect(facts.map(({ text }) => text)).toEqual(expected);
    const [item] = items(
      compat(),
      ({ question, needles }) => question === "eldest" && needles === 4,
    );
    expect(atcItem(item!, compat(), data)!.document).toBe(
      [2, 3, 0, 1].map((i) => expected[i]).join(""),
    );
  });

  it("give the published distances", () => {
    const own = items(compat(), ({ question, repeat }) => question === "distance" && repeat === 0);
    const answers = own.map((item) => atcItem(item, compat(), data)!.answer);
    expect(answers.slice(0, 3)).toEqual(["3", "6", "14"]);
  });
});

function settingsOf(profile: "compat" | "sound"): PlanSettings {
  const full = presetSettings("full", {
    suite: "needlebench-v2",
    profile,
    seed: 5,
    set: "4k",
    lengths: null,
    languages: profile === "sound" ? ["en", "zh"] : ["en"],
  });
  return { ...full, grids: full.grids.filter(({ task }) => task === "atc") };
}
const compat = () => settingsOf("compat");

type AtcPlanned = PlannedItem & { readonly question: NonNullable<PlannedItem["question"]> };
const items = (settings: PlanSettings, keep: (item: PlannedItem) => boolean): AtcPlanned[] =>
  plannedItems(settings).filter((item): item is AtcPlanned => item.question !== null && keep(item));

describe("the full challenge", () => {
  it("has 40 items at each of nine numbers of facts", () => {
    const all = items(compat(), () => true);
    expect(all).toHaveLength(360);
    expect(all.filter(({ needles }) => needles === 512)).toHaveLength(40);
  });

  it("grows by a fact's tokens as upstream's prompts do", () => {
    const mean = (needles: number) => {
      const own = items(
        compat(),
        (item) => item.question === "eldest" && item.needles === needles && item.repeat < 3,
      );
      const sum = own.reduce((n, item) => {
        const { document, question } = atcItem(item, compat(), data)!;
        return n + cl100k.encode(document + question).length;
      }, 0);
      return sum / own.length;
    };
    // Upstream: 444 tokens with 2 facts, 1,543 with 64: 17.7 per fact in its own words.
    const long = mean(64);
    const perFact = (long - mean(2)) / 62;
    expect(perFact).toBeGreaterThan(14);
    expect(perFact).toBeLessThan(22);
    expect(long).toBeLessThan(1800);
  });
});

/** Solves an item by its text alone: who is whose senior, over how many generations. */
function readFacts(document: string, people: readonly string[], language: "en" | "zh") {
  const seniors = new Map<string, { senior: string; generations: number }>();
  const present = people.filter((name) => document.includes(name));
  for (const senior of present) {
    for (const junior of present) {
      if (senior === junior) continue;
      for (const template of FACT_TEMPLATES[language]) {
        for (const term of KINSHIP_TERMS[language]) {
          if (!document.includes(template(senior, junior, term.name))) continue;
          expect(seniors.get(junior)?.senior ?? senior).toBe(senior);
          seniors.set(junior, { senior, generations: term.generations });
        }
      }
    }
  }
  return seniors;
}

describe.each(["compat", "sound"] as const)("items of the %s profile", (profile) => {
  it("can be solved from their document, with the stated answer only", () => {
    const settings = settingsOf(profile);
    const own = items(settings, ({ needles, repeat }) => needles <= 8 && repeat < 2);
    expect(own).toHaveLength(profile === "sound" ? 48 : 24);
    for (const item of own) {
      const { document, answer, question, needles } = atcItem(item, settings, data)!;
      const pool = data.names[item.language];
      const seniors = readFacts(document, pool, item.language);
      const firstLine = question.split("\n")[0]!;
      const asked = pool.filter((name) => firstLine.includes(name));
      const number = Number(/\d+/.exec(firstLine)?.[0]);
      const above = (person: string, generations = 0): [string, number][] => {
        const up = seniors.get(person);
        const rest = up ? above(up.senior, generations + up.generations) : [];
        return [[person, generations], ...rest];
      };
      const everyone = new Set([...seniors].flatMap(([junior, { senior }]) => [junior, senior]));
      switch (item.question) {
        case "eldest":
          expect(above(asked[0]!).at(-1)![0]).toBe(answer);
          break;
        case "ancestor":
          expect(above(asked[0]!).filter(([, g]) => g === number)).toEqual([[answer, number]]);
          break;
        case "descendant": {
          const below = [...everyone].filter((person) =>
            above(person).some(([name, g]) => name === asked[0] && g === number),
          );
          expect(below).toEqual([answer]);
          break;
        }
        case "distance": {
          const [a, b] = asked;
          const way = [...above(a!), ...above(b!)].find(
            ([name, g]) => g > 0 && (name === a || name === b),
          );
          expect(String(way![1])).toBe(answer);
          break;
        }
      }
      expect(needles.filter(({ required }) => required)).toHaveLength(item.needles);
    }
  });
});

describe("distractors", () => {
  const item = (question: "eldest" | "distance") =>
    items(settingsOf("sound"), (one) => one.question === question && one.needles === 8)[0]!;

  it("hide the answer from those who only look for it", () => {
    const settings = settingsOf("sound");
    const { document } = atcItem(item("eldest"), settings, data)!;
    const seniors = readFacts(document, data.names.en, "en");
    const roots = new Set(
      [...seniors.values()].map(({ senior }) => senior).filter((senior) => !seniors.has(senior)),
    );
    expect(roots.size).toBeGreaterThan(1); // not only the eldest is nobody's junior
    const distance = atcItem(item("distance"), settings, data)!;
    const facts = readFacts(distance.document, data.names.en, "en");
    const sum = [...facts.values()].reduce((n, { generations }) => n + generations, 0);
    expect(sum).toBeGreaterThan(Number(distance.answer));
    expect(distance.needles).toHaveLength(8 + distractorCount(8));
  });

  it("can be left out", () => {
    const settings = { ...settingsOf("sound"), atcDistractors: false };
    const { needles } = atcItem(item("eldest"), settings, data)!;
    expect(needles).toHaveLength(8);
  });
});

describe("example names", () => {
  it("are of the pool in compat and never in sound", () => {
    for (const question of ATC_QUESTIONS) {
      const compatItem = items(compat(), (item) => item.question === question)[0]!;
      const asked = atcItem(compatItem, compat(), data)!;
      expect(asked.question).toContain(data.names.en[0]);
      const sound = items(settingsOf("sound"), (item) => item.question === question)[0]!;
      expect(atcItem(sound, settingsOf("sound"), data)!.question).toContain(EXAMPLE_NAMES.en[0]);
      expect(data.names.en).not.toContain(EXAMPLE_NAMES.en[0]);
    }
  });
});

describe("too few names", () => {
  it("are reported and never an error", () => {
    const few = { ...data, names: { ...data.names, en: data.names.en.slice(0, 100) } };
    const builder = new ItemBuilder(compat(), few, pieceTokens, null);
    const long = items(compat(), ({ needles }) => needles === 512)[0]!;
    expect(builder.build(long)).toMatchObject({ status: "unsupported", reason: "data-missing" });
    expect(generationsOf([])).toBe(0);
  });
});
