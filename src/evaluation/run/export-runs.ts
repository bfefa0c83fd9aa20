// The files that runs can be taken away as. JSON is the one that can be brought back.

import { aggregateRun } from "../aggregates.ts";
import { exportJson, type RunToExport } from "../result-document.ts";
import { exportCsv, exportNeedleJson, exportPivotCsv } from "../result-tables.ts";
import type { BenchmarkExportFormat } from "./api.ts";

export function exportRuns(runs: readonly RunToExport[], format: BenchmarkExportFormat): string {
  switch (format) {
    case "json":
      return exportJson(runs);
    case "csv":
      return exportCsv(runs.map(({ run }) => run));
    case "pivot-csv":
      // One table after another; each names its rules itself.
      return runs.map(({ run, items }) => exportPivotCsv(aggregateRun(run, items))).join("\n");
    case "needle-json":
      // The format is one list of answers, whatever engine gave them.
      return `${JSON.stringify(
        runs.flatMap(({ run }) => JSON.parse(exportNeedleJson(run)) as unknown[]),
        null,
        1,
      )}\n`;
  }
}
