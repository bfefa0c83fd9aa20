import { describe, expect, it } from "vitest";
import { aggregateRun } from "./aggregates.ts";
import { plannedItems } from "./plan.ts";
import { presetSettings } from "./presets.ts";
import { exportJson, importJson } from "./result-document.ts";
import { exportCsv, exportNeedleJson, exportPivotCsv } from "./result-tables.ts";
import { failed, runOf, scored, unsupported } from "./testing/runs.ts";
import type { ResultDocument } from "./types.ts";

const settings = presetSettings("smoke", {
  suite: "needlebench-v2",
  profile: "sound",
  seed: 1,
  set: "4k",
  lengths: null,
  languages: null,
});
const items = plannedItems(settings);
const run = runOf(settings, [
  scored(items[0]!, 100),
  scored(items[1]!, 0),
  unsupported(items[2]!, "memory-limit"),
  failed(items[3]!),
]);
const exported = exportJson([{ run, items }]);

describe("JSON", () => {
  it("comes back as it went, aggregates apart", () => {
    expect(importJson(exported)).toEqual([run]);
    const document = JSON.parse(exported) as ResultDocument;
    expect(document.schema).toBe("needlebench-results");
    expect(document.runs[0]!.aggregates).toEqual(
      JSON.parse(JSON.stringify(aggregateRun(run, items))),
    );
  });

  const changed = (change: (document: Record<string, never>) => void): string => {
    const document = JSON.parse(exported) as Record<string, never>;
    change(document);
    return JSON.stringify(document);
  };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the tests damage the document anywhere
  type Any = any;

  it.each<[string, (document: Any) => void]>([
    ["another schema", (d) => (d.schema = "x")],
    ["another version", (d) => (d.version = 2)],
    ["no run", (d) => (d.runs = [])],
    ["a run twice", (d) => void (d.runs = [d.runs[0], d.runs[0]])],
    ["a result twice", (d) => void (d.runs[0].results[1] = d.runs[0].results[0])],
    ["an item of another plan", (d) => (d.runs[0].results[0].item.id = "x")],
    ["an item moved to another cell", (d) => (d.runs[0].results[0].item.depth = 13)],
    ["a score that the answer does not have", (d) => (d.runs[0].results[1].score.value = 100)],
    ["a score beyond 100", (d) => (d.runs[0].results[0].score.value = 101)],
    ["an endless time", (d) => (d.runs[0].results[0].prefillMs = "1e999")],
    ["a recall beyond 1", (d) => (d.runs[0].results[0].evidenceRecall = 2)],
    ["a status of its own", (d) => (d.runs[0].results[0].status = "great")],
    ["a reason of its own", (d) => (d.runs[0].results[2].reason = "tired")],
    ["an unknown rule", (d) => (d.runs[0].results[0].rule.kind = "eval")],
    ["settings that do not fit", (d) => (d.runs[0].plan.settings.grids[0].depths = [50, 0])],
    ["a hash that is none", (d) => (d.runs[0].plan.hash = "abc")],
    ["a missing model", (d) => delete d.runs[0].model],
    ["a name without end", (d) => (d.runs[0].model.name = "x".repeat(5000))],
  ])("with %s is refused", (_, change) => {
    expect(() => importJson(changed(change))).toThrow(
      expect.objectContaining({ name: "EngineError", code: "format-invalid" }),
    );
  });

  it("that is no JSON is refused", () => {
    expect(() => importJson("<html>")).toThrow(expect.objectContaining({ code: "format-invalid" }));
  });
});

describe("CSV", () => {
  const rows = (text: string) => text.trimEnd().split("\r\n");

  it("has one row per item, and nothing where there is no score", () => {
    const [head, ...body] = rows(exportCsv([run]));
    const columns = head!.split(",");
    expect(body).toHaveLength(4);
    const field = (row: number, name: string) => body[row]!.split(",")[columns.indexOf(name)];
    expect(field(0, "score")).toBe("100");
    expect(field(1, "score")).toBe("0");
    expect(field(2, "score")).toBe("");
    expect(field(2, "status")).toBe("unsupported");
    expect(field(3, "problem")).toBe("lost");
    expect(field(0, "length_native")).toBe("936");
  });

  it("quotes what needs it, and never starts a formula", () => {
    const nasty = ['=HYPERLINK("x")', "a,b", 'say "hi"', "two\nlines", "-1", "@x"];
    const result = nasty.map((rawAnswer, i) => ({ ...scored(items[i]!, 0), rawAnswer }));
    const text = exportCsv([runOf(settings, result)]);
    expect(text).toContain(`"'=HYPERLINK(""x"")"`);
    expect(text).toContain(`"a,b"`);
    expect(text).toContain(`"say ""hi"""`);
    expect(text).toContain(`"two\nlines"`);
    expect(text).toContain(",'-1,");
    expect(text).toContain(",'@x,");
  });

  it("pivots the heat maps with empty fields where nothing was scored", () => {
    const table = rows(exportPivotCsv(aggregateRun(run, items)));
    expect(table[0]).toBe("needlebench-v2 sound s-rt en,1000,2000");
    // Items go from the deepest: 100 and 50 are scored, 0 cannot run; 2,000 has an error and gaps.
    expect(table.slice(1, 5)).toEqual(["0,,", "50,0,", "100,100,", "mean,50,"]);
  });
});

describe("the format of the first needle test", () => {
  it("rates from 1 to 10 and leaves out what was not scored", () => {
    const rows = JSON.parse(exportNeedleJson(run)) as { score: number; depth_percent: number }[];
    expect(rows.map(({ score }) => score)).toEqual([10, 1]);
    expect(rows[0]).toMatchObject({ model: "tiny", context_length: 1000, depth_percent: 100 });
  });
});
