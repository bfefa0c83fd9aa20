import { beforeAll, describe, expect, it } from "vitest";
import type { BenchmarkData } from "./benchmark-data.ts";
import { benchmarkSet, SET_NAMES, type SetName } from "./benchmark-sets.ts";
import { estimatePlan } from "./estimate.ts";
import { checkSettings, countItems, makePlan, plannedItems } from "./plan.ts";
import { type PresetChoice, presetSettings } from "./presets.ts";
import { sampleData } from "./testing/materials.ts";
import type { PlanSettings, Preset } from "./types.ts";

let data: BenchmarkData;
beforeAll(async () => {
  data = await sampleData();
});

const choice = (over: Partial<PresetChoice> = {}): PresetChoice => ({
  suite: "needlebench-v2",
  profile: "sound",
  seed: 1,
  set: "4k",
  lengths: null,
  languages: null,
  ...over,
});

describe("presets", () => {
  it.each<[Preset, number]>([
    ["smoke", 6],
    ["quick", 128],
    ["standard", 920],
    ["full", 4600 + 720], // the grids as published, and the trace challenge in two languages
  ])("%s has %i prompts", (preset, prompts) => {
    const settings = presetSettings(preset, choice());
    expect(countItems(settings)).toBe(prompts);
    expect(plannedItems(settings)).toHaveLength(prompts);
  });

  it.each<[SetName, number, number, number]>([
    ["4k", 880, 200, 3520],
    ["8k", 1760, 400, 7040],
    ["32k", 1980, 450, 7920],
    ["128k", 1760, 400, 7040],
    ["200k", 1980, 450, 7920],
    ["256k", 660, 150, 2640],
    ["1000k", 1980, 450, 7920],
  ])("full %s has %i + %i + %i prompts, as upstream", (set, single, multiple, reasoning) => {
    const settings = presetSettings("full", choice({ set }));
    const count = (task: string) =>
      countItems({ ...settings, grids: settings.grids.filter((grid) => grid.task === task) });
    expect([count("s-rt"), count("m-rt"), count("m-rs")]).toEqual([single, multiple, reasoning]);
  });

  it("are settings that a plan accepts, in every suite and profile", () => {
    for (const suite of ["needlebench-v2", "needlebench-v1", "ruler"] as const) {
      for (const profile of ["compat", "sound"] as const) {
        for (const preset of ["smoke", "quick", "standard", "full"] as const) {
          const settings = presetSettings(preset, choice({ suite, profile }));
          expect(checkSettings(settings)).toEqual(settings);
          expect(checkSettings(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
        }
      }
    }
  });

  it("say when a suite has not the set", () => {
    expect(() => presetSettings("full", choice({ suite: "needlebench-v1", set: "1000k" }))).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
    const sets = SET_NAMES.filter((set) => benchmarkSet("needlebench-v1", set));
    expect(sets).toEqual(["4k", "8k", "32k", "128k", "200k"]);
  });
});

describe("a plan", () => {
  it("is the same from the same settings and data, also through JSON", async () => {
    const settings = presetSettings("quick", choice());
    const plan = await makePlan(settings, data);
    const again = await makePlan(
      JSON.parse(JSON.stringify(settings)) as PlanSettings,
      await sampleData(),
    );
    expect(again).toEqual(plan);
    expect(plan.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(plan.officialData).toBe(false);
  });

  it("has another hash with another seed, profile or text", async () => {
    const hash = async (settings: PlanSettings, of = data) => (await makePlan(settings, of)).hash;
    const hashes = await Promise.all([
      hash(presetSettings("smoke", choice())),
      hash(presetSettings("smoke", choice({ seed: 2 }))),
      hash(presetSettings("smoke", choice({ profile: "compat" }))),
      hash(presetSettings("smoke", choice({ lengths: [1000] }))),
      hash(presetSettings("smoke", choice()), { ...data, hashes: { ...data.hashes, x: "y" } }),
    ]);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it("gives every item an id of its own", () => {
    const items = plannedItems(presetSettings("standard", choice({ languages: ["en", "zh"] })));
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
  });

  it("goes through the tasks with most signal first, and in a group from the deepest up", () => {
    const items = plannedItems(presetSettings("quick", choice()));
    const order = items.map(({ task }) => task);
    expect(order.lastIndexOf("atc")).toBeLessThan(order.indexOf("m-rt"));
    expect(order.lastIndexOf("m-rt")).toBeLessThan(order.indexOf("s-rt"));
    const seen = new Set<string>();
    let last = { group: "", depth: 0 };
    for (const { group, depth, task } of items) {
      if (task === "atc" || task === "m-rt") continue;
      if (last.group === group) expect(depth!).toBeLessThanOrEqual(last.depth);
      else expect(seen.has(group)).toBe(false);
      seen.add(group);
      last = { group, depth: depth! };
    }
    expect(seen.size).toBe(8);
  });
});

describe("settings that do not fit", () => {
  const good = presetSettings("smoke", choice());
  const grid = good.grids[0]!;
  it.each<[string, unknown]>([
    ["nothing", null],
    ["no grid", { ...good, grids: [] }],
    ["a task twice", { ...good, grids: [grid, grid] }],
    [
      "tasks of two suites",
      { ...good, grids: [grid, { task: "vt", lengths: [1000], repeats: 1 }] },
    ],
    ["a negative length", { ...good, grids: [{ ...grid, lengths: [-1] }] }],
    ["a length of parts", { ...good, grids: [{ ...grid, lengths: [1000.5] }] }],
    ["a length twice", { ...good, grids: [{ ...grid, lengths: [1000, 1000] }] }],
    ["a length beyond reason", { ...good, grids: [{ ...grid, lengths: [1e9] }] }],
    ["a depth beyond the end", { ...good, grids: [{ ...grid, depths: [101] }] }],
    ["depths out of order", { ...good, grids: [{ ...grid, depths: [50, 10] }] }],
    ["no repeat", { ...good, grids: [{ ...grid, repeats: 0 }] }],
    ["an unknown language", { ...good, languages: ["de"] }],
    ["a language twice", { ...good, languages: ["en", "en"] }],
    ["an unknown profile", { ...good, profile: "both" }],
    ["a seed that is no integer", { ...good, seed: 0.5 }],
    [
      "21 needles at once",
      {
        ...good,
        grids: [{ ...grid, task: "m-rt", depths: Array.from({ length: 21 }, (_, i) => i) }],
      },
    ],
    [
      "a million prompts",
      {
        ...good,
        grids: [{ ...grid, lengths: Array.from({ length: 1000 }, (_, i) => i + 1), repeats: 1000 }],
      },
    ],
    [
      "Chinese RULER",
      {
        ...good,
        suite: "ruler",
        languages: ["zh"],
        grids: [{ task: "vt", lengths: [1000], repeats: 1 }],
      },
    ],
  ])("%s: are refused with a typed error", (_, settings) => {
    expect(() => checkSettings(settings)).toThrow(
      expect.objectContaining({ name: "EngineError", code: "format-invalid" }),
    );
  });
});

describe("the estimate", () => {
  it("reads eleven depths for about 6.5 lengths, as the published grid allows", async () => {
    const settings: PlanSettings = {
      ...presetSettings("full", choice({ languages: ["en"] })),
      grids: [
        {
          task: "s-rt",
          lengths: [100_000],
          depths: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
          repeats: 1,
          buffer: { en: 0, zh: 0 },
        },
      ],
    };
    const plan = await makePlan(settings, data);
    const estimate = estimatePlan(plan, { en: 0.25, zh: 1 });
    expect(estimate.prompts).toBe(11);
    expect(estimate.readTokens / 100_000).toBeCloseTo(6.5, 1);
    expect(estimate.readTokensWithoutReuse / 100_000).toBeCloseTo(11, 1);
    expect(estimate.generatedTokens).toBe(11 * 64);
    expect(estimate.longestPromptTokens).toBe(100_000);
  });

  it("counts facts and the buffers of the compat profile", async () => {
    const sound = await makePlan(presetSettings("standard", choice()), data);
    const compat = await makePlan(presetSettings("standard", choice({ profile: "compat" })), data);
    const rates = { en: 0.25, zh: 1 };
    expect(estimatePlan(compat, rates).prompts).toBe(920);
    expect(estimatePlan(compat, rates).readTokens).toBeGreaterThan(0);
    expect(estimatePlan(sound, rates).readTokens).toBeLessThan(
      estimatePlan(sound, rates).readTokensWithoutReuse,
    );
    expect(estimatePlan(sound, { en: 0.5, zh: 1 }).longestPromptTokens).toBeGreaterThanOrEqual(
      estimatePlan(sound, rates).longestPromptTokens,
    );
  });
});
