import { describe, expect, it } from "vitest";
import { aggregateRun } from "./aggregates.ts";
import { atcAll, atcUpTo2K, enl50 } from "./atc-aggregates.ts";
import { ATC_NEEDLES } from "./benchmark-sets.ts";
import { meanEstimate, weightedEstimate } from "./intervals.ts";
import { plannedItems } from "./plan.ts";
import { presetSettings } from "./presets.ts";
import { PUBLISHED_ATC, PUBLISHED_OVERALL } from "./testing/published-results.ts";
import { effectiveLength, weightedAverage } from "./ruler/ruler-aggregates.ts";
import { overallEstimate } from "./table-rows.ts";
import { failed, runOf, scored, unsupported } from "./testing/runs.ts";
import type { Estimate } from "./types.ts";

const estimate = (value: number): Estimate => ({ value, low: value, high: value, n: 1 });

describe("the trace challenge", () => {
  it.each(PUBLISHED_ATC)("recomputes the published row of $model", (row) => {
    const points = ATC_NEEDLES.map((needles, i) => ({ needles, accuracy: row.accuracies[i]! }));
    expect(Math.abs(atcAll(points)! - row.all)).toBeLessThan(0.006);
    expect(Math.abs(atcUpTo2K(points)! - row.upTo2K)).toBeLessThan(0.006);
    expect(enl50(points)).toBe(row.enl50);
  });

  it("gives no aggregate for a series with gaps", () => {
    const points = [2, 4, 8, 16, 32].map((needles) => ({ needles, accuracy: 100 }));
    expect(atcAll(points)).toBeNull();
    expect(atcUpTo2K(points)).toBeNull();
    expect(atcUpTo2K([...points, { needles: 64, accuracy: 0 }])).toBeCloseTo((100 * 62) / 126, 10);
    expect(enl50(points)).toBe(32);
    expect(enl50([])).toBeNull();
  });
});

describe("overall", () => {
  it.each(PUBLISHED_OVERALL)("is the mean of the tasks: $model, $set", (row) => {
    const overall = overallEstimate("needlebench-v2", {
      "s-rt": estimate(row.sRt),
      "m-rt": estimate(row.mRt),
      "m-rs": estimate(row.mRs),
    });
    expect(Math.abs(overall.value! - row.overall)).toBeLessThanOrEqual(0.0101);
  });

  it("weighs 0.4, 0.3, 0.3 in version 1", () => {
    const overall = overallEstimate("needlebench-v1", {
      "s-rt": estimate(100),
      "m-rt": estimate(50),
      "m-rs": estimate(0),
    });
    expect(overall.value).toBeCloseTo(55, 10);
  });
});

describe("RULER", () => {
  const scores = [95.5, 93.8, 91.6, 87.4, 84.7, 77].map((score, i) => ({
    length: 4096 * 2 ** i,
    score,
  }));

  it("recomputes the weighted averages of the published example", () => {
    expect(scores.reduce((sum, { score }) => sum + score, 0) / 6).toBeCloseTo(88.3, 1);
    expect(Math.abs(weightedAverage(scores, "increasing")! - 85.4)).toBeLessThan(0.06);
    expect(Math.abs(weightedAverage(scores, "decreasing")! - 91.3)).toBeLessThan(0.06);
    expect(effectiveLength(scores)).toBe(32768);
  });

  it("has no average while a length is missing, and no effective length below the bar", () => {
    expect(weightedAverage([...scores, { length: 1e6, score: null }], "increasing")).toBeNull();
    expect(effectiveLength([{ length: 4096, score: 85.6 }])).toBeNull();
  });
});

describe("intervals", () => {
  it.each([
    [5, 10, 24, 76],
    [20, 40, 35, 65],
    [0, 10, 0, 28],
    [10, 10, 72, 100],
  ])("of %i right of %i is %i to %i per cent", (right, n, low, high) => {
    const scores = Array.from({ length: n }, (_, i) => (i < right ? 100 : 0));
    const mean = meanEstimate(scores);
    expect(Math.round(mean.low)).toBe(low);
    expect(Math.round(mean.high)).toBe(high);
    expect(mean.n).toBe(n);
  });

  it("has no value without items", () => {
    expect(meanEstimate([]).value).toBeNull();
    expect(weightedEstimate([]).value).toBeNull();
    const missing = weightedEstimate([
      { weight: 0.5, estimate: estimate(100) },
      { weight: 0.5, estimate: meanEstimate([]) },
    ]);
    expect(missing.value).toBeNull();
  });

  it("combines independent intervals to a narrower one around the weighted mean", () => {
    const half = meanEstimate([100, 0, 100, 0, 100, 0, 100, 0, 100, 0]);
    const both = weightedEstimate([
      { weight: 0.5, estimate: half },
      { weight: 0.5, estimate: half },
    ]);
    expect(both.value).toBe(50);
    expect(both.high - both.low).toBeCloseTo((half.high - half.low) / Math.SQRT2, 6);
  });
});

describe("a run", () => {
  const settings = {
    ...presetSettings("quick", {
      suite: "needlebench-v2",
      profile: "compat",
      seed: 1,
      set: "4k",
      lengths: [1000, 2000],
      languages: ["en", "zh"],
    }),
  };
  const items = plannedItems(settings);

  it("counts only scored items, and errors and unsupported ones beside them", () => {
    const single = items.filter(({ task }) => task === "s-rt");
    const results = single.map((item, i) =>
      item.length === 2000
        ? unsupported(item, "context-limit")
        : i % 3 === 0
          ? failed(item)
          : scored(item, 100),
    );
    const sum = aggregateRun(runOf(settings, results), items);
    expect(sum.unsupported).toBe(single.length / 2);
    expect(sum.errors + sum.scored).toBe(single.length / 2);
    const row = sum.table.find(({ label }) => label === "S-RT")!;
    expect(row.score.value).toBe(100);
    expect(row.score.n).toBe(sum.scored);
    expect(sum.table[0]).toMatchObject({ label: "Overall", score: { value: null } });
    const map = sum.heatMaps.find(({ task, language }) => task === "s-rt" && language === "en")!;
    expect(map.lengths).toEqual([1000, 2000]);
    expect(map.cells[1]!.every(({ state }) => state === "unsupported")).toBe(true);
    expect(map.cells[1]![0]!.problem).toContain("context-limit");
    expect(map.means[1]!.value).toBeNull();
    const pending = sum.heatMaps.find(({ task }) => task === "m-rs")!;
    expect(pending.cells.flat().every(({ state }) => state === "pending")).toBe(true);
  });

  it("rates tasks, languages and numbers of needles in upstream's row order", () => {
    const value = { "s-rt": 90, "m-rt": 60, "m-rs": 30, atc: 10 } as Record<string, number>;
    const results = items.map((item) => scored(item, value[item.task]!));
    const sum = aggregateRun(runOf(settings, results), items);
    expect(sum.table.map(({ label }) => label)).toEqual([
      ...["Overall", "S-RT", "S-RT EN", "S-RT ZH", "M-RT", "M-RT EN", "M-RT ZH"],
      ...["M-RS", "M-RS EN", "M-RS ZH"],
      ...["2-needle EN", "2-needle ZH", "3-needle EN", "3-needle ZH"],
    ]);
    expect(sum.table[0]!.score.value).toBeCloseTo(60, 10);
    expect(sum.upstreamPrinted!.sRt).toBeCloseTo(60, 10);
    // (2·M-RT + M-RS)/3
    expect(sum.upstreamPrinted!.overall).toBeCloseTo(50, 10);
    expect(sum.atc.map(({ language }) => language)).toEqual(["all", "en", "zh"]);
    expect(sum.atc[0]!.points.map(({ needles }) => needles)).toEqual([2, 4, 8, 16]);
    expect(sum.atc[0]!.enl50).toBe(0);
    expect(sum.cells.reduce((n, cell) => n + cell.planned, 0)).toBe(items.length);
  });

  it("puts each hit of several needles at the depth of its needle", () => {
    const several = items.filter(({ task }) => task === "m-rt");
    const parts = [true, false, true, false, false];
    const results = several.map((item) => scored(item, 40, parts));
    const { heatMaps } = aggregateRun(runOf(settings, results), items);
    const map = heatMaps.find(({ task, language }) => task === "m-rt" && language === "zh")!;
    expect(map.depths).toEqual([0, 25, 50, 75, 100]);
    expect(map.cells[0]!.map(({ score }) => score.value)).toEqual([100, 0, 100, 0, 0]);
    expect(map.means[0]!.value).toBeCloseTo(40, 10);
  });

  it("combines the tasks cell by cell in the overall map, at the depths that all have", () => {
    const value = { "s-rt": 90, "m-rt": 100, "m-rs": 30, atc: 0 } as Record<string, number>;
    const results = items.map((item) =>
      scored(item, value[item.task]!, [true, true, true, true, true]),
    );
    const { heatMaps } = aggregateRun(runOf(settings, results), items);
    const map = heatMaps.find(({ task, language }) => task === "overall" && language === "all")!;
    expect(map.depths).toEqual([0, 50, 100]);
    expect(map.cells.flat().every(({ score }) => Math.abs(score.value! - 220 / 3) < 1e-9)).toBe(
      true,
    );
  });

  it("ignores results of other plans", () => {
    const stray = { ...items[0]!, id: "elsewhere" };
    const sum = aggregateRun(runOf(settings, [scored(stray, 100)]), items);
    expect(sum.scored).toBe(0);
  });
});
