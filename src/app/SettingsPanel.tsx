import type { EngineName } from "../../workers/protocol.ts";
import { useActions, useAppState } from "./app-context.ts";
import { HeadsField } from "./HeadsField.tsx";

interface EngineChoice {
  readonly name: EngineName;
  readonly label: string;
  readonly hint: string;
}

const ENGINES: readonly EngineChoice[] = [
  {
    name: "ltri",
    label: "Spans (Ltri-LLM)",
    hint: "Finds the passages of any length that belong to the question.",
  },
  {
    name: "infllm",
    label: "Fixed blocks (InfLLM)",
    hint: "Recalls blocks of one length; for comparison.",
  },
  {
    name: "streaming",
    label: "Window only (StreamingLLM)",
    hint: "Sees the beginning and the end of a document; for comparison.",
  },
  {
    name: "full",
    label: "Everything (full attention)",
    hint: "Exact, for documents that fit into graphics memory.",
  },
];

function engineOf(value: string): EngineName {
  return ENGINES.find(({ name }) => name === value)?.name ?? "ltri";
}

export function SettingsPanel() {
  const settings = useAppState((state) => state.settings);
  const { changeSettings } = useActions();
  return (
    <section className="panel" aria-labelledby="settings-heading">
      <h2 id="settings-heading">Answers</h2>
      <div className="stack">
        <label className="field">
          <span>
            Temperature <output>{settings.temperature.toFixed(1)}</output>
          </span>
          <input
            type="range"
            min={0}
            max={1.5}
            step={0.1}
            value={settings.temperature}
            aria-describedby="temperature-hint"
            onChange={(event) => changeSettings({ temperature: event.target.valueAsNumber })}
          />
          <span className="detail" id="temperature-hint">
            At 0 the same question gives the same answer.
          </span>
        </label>
        <div className="field-row">
          <NumberField
            label="Answer length"
            value={settings.maxTokens}
            min={1}
            max={2048}
            onChange={(maxTokens) => changeSettings({ maxTokens })}
          />
          <NumberField
            label="Seed"
            value={settings.seed}
            min={0}
            max={4_294_967_295}
            onChange={(seed) => changeSettings({ seed })}
          />
        </div>
        <label className="check">
          <input
            type="checkbox"
            checked={settings.followUps}
            onChange={(event) => changeSettings({ followUps: event.target.checked })}
          />
          Let a question see the two before it
        </label>
        <details className="advanced">
          <summary>Advanced</summary>
          <label className="field">
            <span>Attention</span>
            <select
              value={settings.engine}
              aria-describedby="engine-hint"
              onChange={(event) => changeSettings({ engine: engineOf(event.target.value) })}
            >
              {ENGINES.map(({ name, label }) => (
                <option key={name} value={name}>
                  {label}
                </option>
              ))}
            </select>
            <span className="detail" id="engine-hint">
              {ENGINES.find(({ name }) => name === settings.engine)?.hint} Documents read with
              another choice wait for it, or are read again.
            </span>
          </label>
          {settings.engine === "ltri" && <HeadsField />}
        </details>
      </div>
    </section>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

function NumberField({ label, value, min, max, onChange }: NumberFieldProps) {
  return (
    <label className="field">
      {label}
      <input
        type="number"
        value={value}
        min={min}
        max={max}
        onChange={(event) => {
          const next = event.target.valueAsNumber;
          if (Number.isInteger(next) && next >= min && next <= max) onChange(next);
        }}
      />
    </label>
  );
}
