// The run at work: what it does, how fast, how long still.
import { useState } from "react";
import type { BenchmarkProgress, BenchmarkRunSummary } from "../../../workers/protocol.ts";
import { formatCount, formatRate, formatTimeLeft } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { ProgressBar } from "../ProgressBar.tsx";
import { evaluationWords } from "../words/evaluation.ts";
import { words } from "../words/index.ts";
import { useBenchmarkActions } from "./benchmark-context.ts";
import { describeItem, runName } from "./wording.ts";

interface RunProgressProps {
  readonly progress: BenchmarkProgress;
  readonly runs: readonly BenchmarkRunSummary[];
}

export function RunProgress({ progress, runs }: RunProgressProps) {
  const { stop } = useBenchmarkActions();
  const [stopping, setStopping] = useState(false);
  const { finished, items, phase, item, tokensPerSecond, secondsLeft } = progress;
  const run = runs.find(({ id }) => id === progress.runId);
  const name = run ? runName(run) : "";
  const waiting = runs.filter(({ state }) => state === "waiting").length;
  const said = evaluationWords().progress;
  const facts = [
    said.answered(formatCount(finished), formatCount(items)),
    formatRate(tokensPerSecond, words.common.tokens),
    formatTimeLeft(secondsLeft ?? NaN),
    ...(waiting > 0 ? [said.waiting(waiting)] : []),
  ];
  return (
    <section className="panel evaluation-panel" aria-label={said.title}>
      <div className="run-now">
        <h3>{name}</h3>
        <button
          type="button"
          className="button"
          disabled={stopping}
          onClick={() => {
            setStopping(true);
            void stop().finally(() => setStopping(false));
          }}
        >
          <Icon name="stop" />
          {said.stop}
        </button>
      </div>
      <ProgressBar
        label={said.answersOf(name)}
        value={finished}
        max={items}
        text={evaluationWords().runs.of(String(finished), String(items))}
      />
      <p className="facts">
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
      <p className="detail">
        {said.phases[phase]}: {describeItem(item)}
      </p>
    </section>
  );
}
