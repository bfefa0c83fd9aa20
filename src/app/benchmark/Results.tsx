// What came out: one section per suite and rules, because figures of two rules never share a table.
import { useState } from "react";
import type { BenchmarkResult, NeedleBench } from "../../../workers/protocol.ts";
import { evaluationWords } from "../words/evaluation.ts";
import { AtcCurves } from "./AtcCurves.tsx";
import { useBenchmark } from "./benchmark-context.ts";
import { columnName } from "./column-name.ts";
import { HeatMap } from "./HeatMap.tsx";
import { HeatLegend } from "./HeatLegend.tsx";
import { RulerTable } from "./RulerTable.tsx";
import { ScoreTable } from "./ScoreTable.tsx";
import { Select } from "./SetupForm.tsx";
import { languageName, suiteName, taskName } from "./wording.ts";

export function Results() {
  const shown = useBenchmark((page) => page.shown);
  const results = useBenchmark((page) => page.results);
  const groups = new Map<string, BenchmarkResult[]>();
  for (const id of shown) {
    const result = results[id];
    if (!result) continue;
    const { suite, profile } = result.aggregates;
    const key = `${suite} ${profile}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups].map(([key, group]) => <ResultGroup key={key} results={group} />);
}

function ResultGroup({ results }: { results: readonly BenchmarkResult[] }) {
  const [first] = results;
  if (!first) return null;
  const { suite, profile } = first.aggregates;
  const hashes = new Set(results.map(({ run }) => run.plan.hash));
  const said = evaluationWords().results;
  const title = `${suiteName(suite)}, ${said.rules[profile]}`;
  return (
    <section className="panel evaluation-panel" aria-label={said.region(title)}>
      <h3>{title}</h3>
      {hashes.size > 1 && <p className="detail">{said.differing}</p>}
      <ScoreTable results={results} />
      <HeatMaps results={results} />
      <AtcCurves results={results} />
      {results.map(
        ({ run, aggregates }) =>
          aggregates.ruler && (
            <RulerTable key={run.id} caption={columnName(run)} ruler={aggregates.ruler} />
          ),
      )}
    </section>
  );
}

function HeatMaps({ results }: { results: readonly BenchmarkResult[] }) {
  const [chosen, choose] = useState("");
  const options = new Map<string, NeedleBench.HeatMap>();
  for (const { aggregates } of results) {
    for (const map of aggregates.heatMaps) {
      const key = keyOf(map);
      if (!options.has(key)) options.set(key, map);
    }
  }
  const keys = [...options.keys()];
  const key = keys.includes(chosen) ? chosen : keys[0];
  if (key === undefined) return null;
  return (
    <div className="stack">
      <div className="heat-head">
        <Select
          label={evaluationWords().results.map}
          value={key}
          options={[...options].map(([id, map]) => ({
            id,
            name: `${taskName(map.task)}, ${languageName(map.language)}`,
          }))}
          onChange={choose}
        />
        <HeatLegend />
      </div>
      <div className="heat-maps">
        {results.map(({ run, aggregates }) => {
          const map = aggregates.heatMaps.find((one) => keyOf(one) === key);
          return map && <HeatMap key={run.id} runId={run.id} title={columnName(run)} map={map} />;
        })}
      </div>
    </div>
  );
}

function keyOf({ task, language }: NeedleBench.HeatMap): string {
  return `${task} ${language}`;
}
