// What to run, and what it will take before it starts.
import { useEffect, useId, useRef } from "react";
import {
  type BenchmarkRequest,
  ENGINE_NAMES,
  type NeedleBench,
} from "../../../workers/protocol.ts";
import { useAppState } from "../app-context.ts";
import { evaluationWords } from "../words/evaluation.ts";
import { useBenchmark, useBenchmarkActions } from "./benchmark-context.ts";
import { EstimateText } from "./EstimateText.tsx";
import { NumbersField } from "./NumbersField.tsx";
import { engineName, LANGUAGES, languageName, PRESETS, SUITES, TASKS } from "./wording.ts";

/** A change of the form is estimated when the typing has paused. */
const PAUSE_MS = 350;

export function SetupForm() {
  const request = useBenchmark((page) => page.request);
  const starting = useBenchmark((page) => page.starting);
  const { change, fit, start } = useBenchmarkActions();
  const isReady = useAppState((app) => app.model.phase === "ready");
  const fitting = useAppState((app) =>
    app.model.phase === "ready" ? app.model.model.engines : null,
  );
  useEffect(() => {
    if (fitting) fit(fitting);
  }, [fitting, fit]);
  useEstimate(request, isReady);
  const headingId = useId();
  const said = evaluationWords().setup;
  const hasTasks = request.suite !== "ruler" && request.preset !== "smoke"; // single needles alone
  const chosen = [request.engines, request.languages, ...(hasTasks ? [request.tasks] : [])];
  const canStart = isReady && !starting && chosen.every((list) => list.length > 0);
  return (
    <form
      className="panel evaluation-panel"
      aria-labelledby={headingId}
      onSubmit={(event) => {
        event.preventDefault();
        if (canStart) void start();
      }}
    >
      <h3 id={headingId}>{said.title}</h3>
      <fieldset>
        <legend>{said.size}</legend>
        {PRESETS.map((id) => (
          <label key={id} className="choice">
            <input
              type="radio"
              name="preset"
              checked={request.preset === id}
              onChange={() => change({ preset: id, tasks: TASKS, lengths: null, depths: null })}
            />
            <span>
              {evaluationWords().presets[id].name}{" "}
              <span className="detail">{evaluationWords().presets[id].note}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>{said.engines}</legend>
        {ENGINE_NAMES.map((id) => (
          <Choice
            key={id}
            name={engineName(id)}
            note={evaluationWords().engines[id].note}
            list={request.engines}
            value={id}
            order={ENGINE_NAMES}
            onChange={(engines) => change({ engines })}
          />
        ))}
      </fieldset>
      <details>
        <summary>{said.more}</summary>
        <div className="stack">
          <Select<NeedleBench.Suite>
            label={said.suite}
            value={request.suite}
            options={SUITES}
            onChange={(suite) =>
              change(suite === "ruler" ? { suite, answerMode: "recalled" } : { suite })
            }
          />
          <Select<NeedleBench.Profile>
            label={said.rules}
            value={request.profile}
            options={[
              { id: "sound", name: said.profiles.sound },
              { id: "compat", name: said.profiles.compat },
            ]}
            onChange={(profile) => change({ profile })}
          />
          {request.suite !== "ruler" && (
            <Select<BenchmarkRequest["answerMode"]>
              label={said.answerMode}
              value={request.answerMode}
              options={[
                { id: "recalled", name: said.answerModes.recalled },
                { id: "reread", name: said.answerModes.reread },
              ]}
              onChange={(answerMode) => change({ answerMode })}
            />
          )}
          {hasTasks && (
            <fieldset>
              <legend>{said.tasks}</legend>
              {TASKS.map((id) => (
                <Choice
                  key={id}
                  name={evaluationWords().tasks[id]}
                  list={request.tasks}
                  value={id}
                  order={TASKS}
                  onChange={(tasks) => change({ tasks })}
                />
              ))}
            </fieldset>
          )}
          <fieldset>
            <legend>{said.languages}</legend>
            {LANGUAGES.map((id) => (
              <Choice
                key={id}
                name={languageName(id)}
                list={request.languages}
                value={id}
                order={LANGUAGES}
                onChange={(languages) => change({ languages })}
              />
            ))}
          </fieldset>
          <NumbersField
            label={said.lengths}
            value={request.lengths}
            least={200}
            most={2_000_000}
            onChange={(lengths) => change({ lengths })}
          />
          <NumbersField
            label={said.depths}
            value={request.depths}
            least={0}
            most={100}
            onChange={(depths) => change({ depths })}
          />
          <label className="field">
            {said.seed}
            <input
              type="number"
              min={0}
              max={4_294_967_295}
              value={request.seed}
              onChange={(event) => {
                const seed = event.target.valueAsNumber;
                if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) change({ seed });
              }}
            />
          </label>
        </div>
      </details>
      <EstimateText />
      <button type="submit" className="button primary" disabled={!canStart}>
        {said.start}
      </button>
    </form>
  );
}

/** Estimates every change; the first time this device is measured, if nothing else is at work. */
function useEstimate(request: BenchmarkRequest, isReady: boolean): void {
  const { estimate } = useBenchmarkActions();
  const isBusy = useAppState((app) => app.benchmark?.progress != null);
  const isKnown = useAppState((app) => app.benchmark !== null);
  const measured = useRef(false);
  const busy = useRef(isBusy);
  useEffect(() => {
    busy.current = isBusy;
  }, [isBusy]);
  useEffect(() => {
    if (!isReady || !isKnown) return;
    const timer = setTimeout(() => {
      const measure = !measured.current && !busy.current;
      if (measure) measured.current = true;
      void estimate(measure);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [request, isReady, isKnown, estimate]);
}

interface ChoiceProps<T extends string> {
  readonly name: string;
  readonly note?: string;
  readonly value: T;
  readonly list: readonly string[];
  readonly order: readonly T[];
  readonly onChange: (list: readonly T[]) => void;
}

function Choice<T extends string>({ name, note, value, list, order, onChange }: ChoiceProps<T>) {
  const isChosen = list.includes(value);
  return (
    <label className="choice">
      <input
        type="checkbox"
        checked={isChosen}
        onChange={() =>
          onChange(order.filter((one) => (one === value ? !isChosen : list.includes(one))))
        }
      />
      <span>
        {name} {note !== undefined && <span className="detail">{note}</span>}
      </span>
    </label>
  );
}

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly id: T; readonly name: string }[];
  readonly onChange: (value: T) => void;
}

export function Select<T extends string>({ label, value, options, onChange }: SelectProps<T>) {
  return (
    <label className="field">
      {label}
      <select
        value={value}
        onChange={(event) => {
          const chosen = options.find(({ id }) => id === event.target.value);
          if (chosen) onChange(chosen.id);
        }}
      >
        {options.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
