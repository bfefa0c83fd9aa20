// All runs: which are shown, how far they are, and what can be done with them.
import { useId, useRef, useState } from "react";
import type { BenchmarkRunSummary } from "../../../workers/protocol.ts";
import { Dialog } from "../Dialog.tsx";
import { formatCount } from "../format.ts";
import { ItemButton } from "../ItemButton.tsx";
import { useBenchmark, useBenchmarkActions } from "./benchmark-context.ts";
import { saveText } from "./save-file.ts";
import { engineName, RUN_STATES, suiteName } from "./wording.ts";

interface RunListProps {
  readonly runs: readonly BenchmarkRunSummary[];
  readonly isKnown: boolean;
}

export function RunList({ runs, isKnown }: RunListProps) {
  const shown = useBenchmark((page) => page.shown);
  const headingId = useId();
  return (
    <section className="panel evaluation-panel" aria-labelledby={headingId}>
      <div className="run-now">
        <h3 id={headingId}>Runs</h3>
        <Exchange shown={shown} />
      </div>
      {runs.length === 0 ? (
        <p className="empty">
          {isKnown ? "No run yet. Start one, or import a result." : "Looking for earlier runs…"}
        </p>
      ) : (
        <ul className="runs" aria-label="Benchmark runs">
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
  const isIdle = run.state === "stopped" || run.state === "complete" || run.state === "damaged";
  return (
    <li className="run" data-state={run.state}>
      <label className="choice">
        <input
          type="checkbox"
          aria-label={`Show ${name}`}
          checked={isShown}
          disabled={run.state === "damaged"}
          onChange={(event) => show(run.id, event.target.checked)}
        />
        <span>
          <strong>{engineName(run.engine) || "Unreadable run"}</strong>{" "}
          <span className="detail">{detailsOf(run)}</span>
        </span>
      </label>
      <span className="badge" data-state={run.state}>
        {RUN_STATES[run.state]}
      </span>
      <span className="run-actions">
        {run.state === "stopped" && !run.imported && (
          <ItemButton icon="play" label={`Resume ${name}`} onClick={() => void resume(run.id)}>
            Resume
          </ItemButton>
        )}
        {isIdle && !run.imported && errors > 0 && (
          <ItemButton
            icon="retry"
            label={`Try errors of ${name} again`}
            onClick={() => void retry(run.id)}
          >
            Try errors again
          </ItemButton>
        )}
        {isIdle && (
          <ItemButton icon="trash" label={`Delete ${name}`} onClick={() => setDeleting(true)}>
            Delete
          </ItemButton>
        )}
      </span>
      {run.problem && <p className="wrong run-problem">{run.problem.message}</p>}
      {deleting && (
        <Dialog title="Delete run?" role="alertdialog" onClose={() => setDeleting(false)}>
          <p>
            The {formatCount(run.finished)} answers of this run are removed from this browser.
            Export it first if it may be needed.
          </p>
          <div className="dialog-actions">
            <button type="button" className="button" onClick={() => setDeleting(false)}>
              Keep run
            </button>
            <button
              type="button"
              className="button danger"
              onClick={() => {
                setDeleting(false);
                void remove(run.id);
              }}
            >
              Delete run
            </button>
          </div>
        </Dialog>
      )}
    </li>
  );
}

function Exchange({ shown }: { shown: readonly string[] }) {
  const { exportText, importFile } = useBenchmarkActions();
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
          title={one.note}
          onClick={() => void save(one)}
        >
          {one.label}
        </button>
      ))}
      <button type="button" className="quiet" onClick={() => file.current?.click()}>
        Import…
      </button>
      <input
        ref={file}
        type="file"
        accept=".json,application/json"
        aria-label="Result file"
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
    label: "Export JSON",
    note: "Everything; can be imported again",
    file: "needlebench.json",
    type: "application/json",
  },
  {
    format: "csv",
    label: "Export CSV",
    note: "One line per answer",
    file: "needlebench.csv",
    type: "text/csv",
  },
  {
    format: "pivot-csv",
    label: "Grids CSV",
    note: "The maps as tables",
    file: "needlebench-grids.csv",
    type: "text/csv",
  },
  {
    format: "needle-json",
    label: "Needle JSON",
    note: "For tools that read single needles in the format of the first such test",
    file: "needles.json",
    type: "application/json",
  },
] as const;

function nameOf(run: BenchmarkRunSummary): string {
  return `${engineName(run.engine)} of ${run.startedAt.slice(0, 16).replace("T", " ")}`;
}

function detailsOf(run: BenchmarkRunSummary): string {
  if (run.state === "damaged") return "";
  const progress = `${formatCount(run.finished)} of ${formatCount(run.items)}`;
  const kind = `${suiteName(run.suite)}, ${run.profile}, ${run.preset}`;
  const day = run.startedAt.slice(0, 16).replace("T", " ");
  return [run.model, kind, progress, day, ...(run.imported ? ["imported"] : [])].join(" · ");
}
