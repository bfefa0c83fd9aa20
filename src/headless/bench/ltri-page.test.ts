import { expect, test } from "vitest";
import { ltriPage, type LtriResult } from "./ltri-page.ts";
import type { LtriRow, Share } from "./ltri-rows.ts";
import { shareInterval } from "./share-interval.ts";

function share(hits: number, trials: number): Share {
  return { mean: hits / trials, interval: shareInterval(hits, trials) };
}

function row(arm: string, length: number, right: string, set: Partial<LtriRow> = {}): LtriRow {
  const hits = right.replaceAll("0", "").length;
  return {
    arm,
    length,
    tokens: length,
    documents: 1,
    questions: right.length,
    right,
    accuracy: share(hits, right.length),
    evidenceRecall: null,
    bestLayerRecall: null,
    recallByLayer: null,
    evidenceTop1: null,
    evidenceShown: null,
    ingestTokensPerSecond: 200,
    ingestShareOfMatmul: 0.2,
    decodeTokensPerSecond: 20,
    firstTokenMs: 100,
    peakGpuBytes: 1_000_000,
    diskBytesPerToken: null,
    choicesDiffering: null,
    spansMissed: null,
    ...set,
  };
}

function result(length: number, rows: readonly LtriRow[], modelHash = "a"): LtriResult {
  return {
    benchmark: "ltri",
    command: "npm run bench -- ltri",
    date: "2000-01-01",
    model: "tiny",
    modelHash,
    trainedTokens: 1024,
    hardware: "none",
    seconds: "processor",
    haystacks: ["book.txt"],
    length,
    facts: 10,
    seeds: [1],
    set: {},
    rows,
  };
}

test("targets are judged by what was measured", () => {
  const page = ltriPage([
    result(800, [
      row("full", 800, "1111111110"),
      row("ltri-nms", 800, "1111111100"),
      row("infllm", 800, "1111111100"),
    ]),
    result(4000, [row("ltri-nms", 4000, "1111100000"), row("streaming", 4000, "1000000000")]),
    result(16000, [
      row("ltri-nms", 16000, "1111000000", {
        ingestTokensPerSecond: 179,
        decodeTokensPerSecond: 18.1,
        peakGpuBytes: 1_019_000,
      }),
    ]),
  ]);
  const verdicts = page.split("\n").filter((line) => /^- (met|\*\*missed\*\*):/.test(line));
  const of = (what: RegExp) => verdicts.filter((line) => what.test(line)).map((l) => l.slice(2, 5));
  expect(of(/full attention/)).toEqual(["**m"]); // 80 % is less than 98 % of 90 %
  expect(of(/infllm/)).toEqual(["**m"]); // equal is not better
  expect(of(/streaming/)).toEqual(["met"]);
  expect(of(/points \(at most 3\)/)).toEqual(["**m"]); // from 4000, not from 800
  expect(page).toContain("down 10.0 points");
  expect(of(/ingestion rate × 0\.90/)).toEqual(["**m"]); // 0.895
  expect(of(/decode rate × 0\.91/)).toEqual(["met"]);
  expect(of(/peak GPU bytes 1\.9 %/)).toEqual(["met"]);
  expect(verdicts).toHaveLength(7);
});

test("full attention has a row of figures, or one that says why not", () => {
  const within = ltriPage([
    result(800, [row("full", 800, "1100"), row("ltri-nms", 800, "1010"), row("exact", 800, "11")]),
  ]);
  expect(within).not.toContain("unsupported");
  // Differences are by question, so only between arms that were asked the same.
  const line = (title: string) =>
    within.split("\n").find((text) => text.startsWith(`| ${title} |`))!;
  expect(line("full attention")).toContain("50.0 % [15–85]");
  expect(line("full attention")).toMatch(/\| 0 \[−80 \+80\] \|/);
  expect(line("ltri-nms, exact choice in every layer of every step")).not.toMatch(/\[[−+]/);
  const beyond = ltriPage([result(4000, [row("ltri-nms", 4000, "1")])]);
  expect(beyond).toContain("| full attention | unsupported");
});

test("results of two models are not compared", () => {
  const page = ltriPage([
    result(4000, [row("ltri-nms", 4000, "11")], "a"),
    result(16000, [row("ltri-nms", 16000, "00")], "b"),
  ]);
  expect(page).not.toContain("points");
  expect(page.match(/^## Targets/gm)).toHaveLength(2);
});
