// The run at work: what it does, how fast, how long still.
import { useState } from "react";
import type { BenchmarkProgress, BenchmarkRunSummary } from "../../../workers/protocol.ts";
import { formatCount, formatRate, formatTimeLeft } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { ProgressBar } from "../ProgressBar.tsx";
import { useBenchmarkActions } from "./benchmark-context.ts";
import { describeItem, engineName } from "./wording.ts";

interface RunProgressProps {
  readonly progress: BenchmarkProgress;
  readonly runs: readonly BenchmarkRunSummary[];
}

export function RunProgress({ progress, runs }: RunProgressProps) {
  const { stop } = useBenchmarkActions();
  const [stopping, setStopping] = useState(false);
  const { finished, items, phase, item, tokensPerSecond, secondsLeft } = progress;
  const run = runs.find(({ id }) => id === progress.runId);
  const name = engineName(run?.engine ?? "");
  const waiting = runs.filter(({ state }) => state === "waiting").length;
  const left = secondsLeft === null ? "estimating time left" : formatTimeLeft(secondsLeft);
  const facts = [
    `${formatCount(finished)} of ${formatCount(items)} answered`,
    formatRate(tokensPerSecond, "tokens"),
    left,
    ...(waiting > 0 ? [`${waiting} more ${waiting > 1 ? "engines" : "engine"} waiting`] : []),
  ];
  return (
    <section className="panel evaluation-panel" aria-label="Running">
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
          Stop
        </button>
      </div>
      <ProgressBar
        label={`Answers of ${name}`}
        value={finished}
        max={items}
        text={`${finished} of ${items}`}
      />
      <p className="facts">
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
      <p className="detail">
        {phase === "reading" ? "Reading" : "Answering"}: {describeItem(item)}
      </p>
    </section>
  );
}
