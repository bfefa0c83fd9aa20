// All runs: which are shown, how far they are, and what can be done with them.
import { useId, useRef, useState } from "react";
import type { BenchmarkRunSummary } from "../../../workers/protocol.ts";
import { Dialog } from "../Dialog.tsx";
import { formatCount } from "../format.ts";
import { ItemButton } from "../ItemButton.tsx";
import { evaluationWords } from "../words/evaluation.ts";
import { useBenchmark, useBenchmarkActions } from "./benchmark-context.ts";
import { saveText } from "./save-file.ts";
import { runName, suiteName } from "./wording.ts";
import { EngineSentence } from "../EngineSentence.tsx";

interface RunListProps {
  readonly runs: readonly BenchmarkRunSummary[];
  readonly isKnown: boolean;
}

export function RunList({ runs, isKnown }: RunListProps) {
  const shown = useBenchmark((page) => page.shown);
  const headingId = useId();
  const said = evaluationWords().runs;
  return (
    <section className="panel evaluation-panel" aria-labelledby={headingId}>
      <div className="run-now">
        <h3 id={headingId}>{said.title}</h3>
        <Exchange shown={shown} />
      </div>
      {runs.length === 0 ? (
        <p className="empty">{isKnown ? said.none : said.looking}</p>
      ) : (
        <ul className="runs" aria-label={said.list}>
          {runs.map((run) => (
            <Run key={run.id} run={run} isShown={shown.includes(run.id)} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Run({ run, isShown }: { run: BenchmarkRunSummary; isShown: boolean }) {
  const { show, resume, retry, remove } = useBenchmarkActions();
  const [deleting, setDeleting] = useState(false);
  const errors = useBenchmark((page) => page.results[run.id]?.aggregates.errors ?? 0);
  const name = nameOf(run);
  const said = evaluationWords().runs;
  const isIdle = run.state === "stopped" || run.state === "complete" || run.state === "damaged";
  return (
    <li className="run" data-state={run.state}>
      <label className="choice">
        <input
          type="checkbox"
          aria-label={`${said.show} ${name}`}
          checked={isShown}
          disabled={run.state === "damaged"}
          onChange={(event) => show(run.id, event.target.checked)}
        />
        <span>
          <strong>{runName(run) || said.unreadable}</strong>{" "}
          <span className="detail">{detailsOf(run)}</span>
        </span>
      </label>
      <span className="badge" data-state={run.state}>
        {evaluationWords().runStates[run.state]}
      </span>
      <span className="run-actions">
        {run.state === "stopped" && !run.imported && (
          <ItemButton
            icon="play"
            label={`${said.resume} ${name}`}
            onClick={() => void resume(run.id)}
          >
            {said.resume}
          </ItemButton>
        )}
        {isIdle && !run.imported && errors > 0 && (
          <ItemButton icon="retry" label={said.retryOf(name)} onClick={() => void retry(run.id)}>
            {said.retry}
          </ItemButton>
        )}
        {isIdle && (
          <ItemButton
            icon="trash"
            label={`${said.delete} ${name}`}
            onClick={() => setDeleting(true)}
          >
            {said.delete}
          </ItemButton>
        )}
      </span>
      {run.problem && (
        <p className="wrong run-problem">
          <EngineSentence said={run.problem.message} />
        </p>
      )}
      {deleting && (
        <Dialog title={said.deleteTitle} role="alertdialog" onClose={() => setDeleting(false)}>
          <p>{said.deleteText(formatCount(run.finished))}</p>
          <div className="dialog-actions">
            <button type="button" className="button" onClick={() => setDeleting(false)}>
              {said.keep}
            </button>
            <button
              type="button"
              className="button danger"
              onClick={() => {
                setDeleting(false);
                void remove(run.id);
              }}
            >
              {said.deleteRun}
            </button>
          </div>
        </Dialog>
      )}
    </li>
  );
}

function Exchange({ shown }: { shown: readonly string[] }) {
  const { exportText, importFile } = useBenchmarkActions();
  const { formats, import: importLabel, input } = evaluationWords().runs;
  const file = useRef<HTMLInputElement>(null);
  const save = async ({ format, file: name, type }: (typeof FORMATS)[number]) => {
    const text = await exportText(shown, format);
    if (text !== undefined) saveText(name, text, type);
  };
  return (
    <div className="run-actions">
      {FORMATS.map((one) => (
        <button
          key={one.format}
          type="button"
          className="quiet"
          disabled={shown.length === 0}
          title={formats[one.format].note}
          onClick={() => void save(one)}
        >
          {formats[one.format].label}
        </button>
      ))}
      <button type="button" className="quiet" onClick={() => file.current?.click()}>
        {importLabel}
      </button>
      <input
        ref={file}
        type="file"
        accept=".json,application/json"
        aria-label={input}
        className="visually-hidden"
        tabIndex={-1}
        onChange={(event) => {
          const [chosen] = event.target.files ?? [];
          if (chosen) void importFile(chosen);
          event.target.value = "";
        }}
      />
    </div>
  );
}

const FORMATS = [
  {
    format: "json",
    file: "needlebench.json",
    type: "application/json",
  },
  {
    format: "csv",
    file: "needlebench.csv",
    type: "text/csv",
  },
  {
    format: "pivot-csv",
    file: "needlebench-grids.csv",
    type: "text/csv",
  },
  {
    format: "needle-json",
    file: "needles.json",
    type: "application/json",
  },
] as const;

function nameOf(run: BenchmarkRunSummary): string {
  return evaluationWords().runs.name(runName(run), dayOf(run));
}

function detailsOf(run: BenchmarkRunSummary): string {
  if (run.state === "damaged") return "";
  const { of, imported, custom, profiles } = evaluationWords().runs;
  const progress = of(formatCount(run.finished), formatCount(run.items));
  const preset = run.preset === "custom" ? custom : evaluationWords().presets[run.preset].name;
  const kind = [suiteName(run.suite), profiles[run.profile], preset].join(", ");
  return [run.model, kind, progress, dayOf(run), ...(run.imported ? [imported] : [])].join(" · ");
}

function dayOf({ startedAt }: BenchmarkRunSummary): string {
  return startedAt.slice(0, 16).replace("T", " ");
}
