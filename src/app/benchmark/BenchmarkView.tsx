// The evaluation: what to run, what is running, what came out. A chunk of its own, loaded when it is
// first opened.
import { useEffect, useState } from "react";
import { createBenchmarkPage } from "../../state/benchmark-store.ts";
import { useActions, useAppState } from "../app-context.ts";
import { problemOf } from "../problems.ts";
import { evaluationWords } from "../words/evaluation.ts";
import { BenchmarkContext, useBenchmark, useBenchmarkActions } from "./benchmark-context.ts";
import "./benchmark.css";
import { DataFiles } from "./DataFiles.tsx";
import { ItemDialog } from "./ItemDialog.tsx";
import { Results } from "./Results.tsx";
import { RunList } from "./RunList.tsx";
import { RunProgress } from "./RunProgress.tsx";
import { SetupForm } from "./SetupForm.tsx";
import { EngineSentence } from "../EngineSentence.tsx";

export default function BenchmarkView() {
  const { benchmark } = useActions();
  const [page] = useState(() => createBenchmarkPage(benchmark));
  return (
    <BenchmarkContext value={page}>
      <Evaluation />
    </BenchmarkContext>
  );
}

function Evaluation() {
  const state = useAppState((app) => app.benchmark);
  const isKnown = state !== null;
  const { watch, follow } = useBenchmarkActions();
  const problem = useBenchmark((page) => page.problem);
  // Again when the engine was restarted: its new worker knows nothing of this page.
  useEffect(() => {
    if (!isKnown) void watch();
  }, [isKnown, watch]);
  useEffect(() => {
    if (state) follow(state);
  }, [state, follow]);
  return (
    <main className="evaluation">
      <div className="evaluation-head">
        <h2>{evaluationWords().title}</h2>
        <p className="detail">{evaluationWords().explain}</p>
      </div>
      <div role="alert">
        {problem && (
          <div className="problem" data-code={problem.error.code}>
            <div className="problem-text">
              <strong>{evaluationWords().failures[problem.what](problem.name)}</strong>
              <span>
                {problem.error.message ? (
                  <EngineSentence said={problem.error.message} />
                ) : (
                  problemOf(problem.error.code).advice
                )}
              </span>
            </div>
          </div>
        )}
      </div>
      <div className="evaluation-columns">
        <div className="evaluation-side">
          <SetupForm />
          <DataFiles files={state?.data ?? []} />
        </div>
        <div className="evaluation-results">
          {state?.progress && <RunProgress progress={state.progress} runs={state.runs} />}
          <RunList runs={state?.runs ?? []} isKnown={isKnown} />
          <Results />
        </div>
      </div>
      <ItemDialog />
    </main>
  );
}
