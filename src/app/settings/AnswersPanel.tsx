import {
  ANSWER_MODES,
  asksHeads,
  DEVICE_CHOICES,
  ENGINE_NAMES,
} from "../../../workers/protocol.ts";
import { useActions, useAppState } from "../app-context.ts";
import { words } from "../words/index.ts";
import { HeadsField } from "./HeadsField.tsx";
import { LowRankNote } from "./LowRankNote.tsx";
import { MannerFields } from "./MannerFields.tsx";
import { NumberField } from "./NumberField.tsx";
import { CheckField } from "./CheckField.tsx";

export function AnswersPanel() {
  const settings = useAppState((state) => state.settings);
  const model = useAppState((state) => state.model);
  const fitting = model.phase === "ready" ? model.model.engines : ENGINE_NAMES;
  // A choice that does not fit the model waits for one that it fits.
  const engine = fitting.includes(settings.engine) ? settings.engine : fitting[0]!;
  const { changeSettings } = useActions();
  return (
    <section className="panel" aria-labelledby="settings-heading">
      <h2 id="settings-heading">{words.settings.answers}</h2>
      <div className="stack">
        <MannerFields />
        <label className="field">
          {/* No <output>: as the first control of the label it would take the slider's name. */}
          <span>
            {words.settings.temperature}{" "}
            <span className="value">
              {settings.temperature.toLocaleString(words.language, { minimumFractionDigits: 1 })}
            </span>
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
            {words.settings.temperatureHint}
          </span>
        </label>
        <div className="field-row">
          <NumberField
            label={words.settings.answerLength}
            value={settings.maxTokens}
            min={1}
            max={2048}
            onChange={(maxTokens) => changeSettings({ maxTokens })}
          />
          <NumberField
            label={words.settings.seed}
            value={settings.seed}
            min={0}
            max={4_294_967_295}
            onChange={(seed) => changeSettings({ seed })}
          />
        </div>
        <CheckField
          label={words.settings.followUps}
          checked={settings.followUps}
          onChange={(followUps) => changeSettings({ followUps })}
        />
        <CheckField
          label={words.settings.suggestions}
          checked={settings.suggestions}
          onChange={(suggestions) => changeSettings({ suggestions })}
        />
        <label className="field">
          <span>{words.settings.answerMode}</span>
          <select
            value={settings.answerMode}
            aria-describedby="answer-mode-hint"
            onChange={(event) =>
              changeSettings({ answerMode: event.target.value as (typeof ANSWER_MODES)[number] })
            }
          >
            {ANSWER_MODES.map((mode) => (
              <option key={mode} value={mode}>
                {words.settings.answerModes[mode].label}
              </option>
            ))}
          </select>
          <span className="detail" id="answer-mode-hint">
            {words.settings.answerModes[settings.answerMode].hint}
          </span>
        </label>
        <details className="advanced">
          <summary>{words.settings.advanced}</summary>
          <label className="field">
            <span>{words.settings.device}</span>
            <select
              value={settings.device}
              aria-describedby="device-hint"
              onChange={(event) =>
                changeSettings({ device: event.target.value as (typeof DEVICE_CHOICES)[number] })
              }
            >
              {DEVICE_CHOICES.map((choice) => (
                <option key={choice} value={choice}>
                  {words.settings.devices[choice]}
                </option>
              ))}
            </select>
            <span className="detail" id="device-hint">
              {words.settings.deviceHint}
            </span>
          </label>
          <label className="field">
            <span>{words.settings.attention}</span>
            <select
              value={engine}
              aria-describedby="engine-hint"
              onChange={(event) =>
                changeSettings({ engine: event.target.value as (typeof ENGINE_NAMES)[number] })
              }
            >
              {ENGINE_NAMES.map((name) => (
                <option key={name} value={name} disabled={!fitting.includes(name)}>
                  {words.settings.engines[name].label}
                </option>
              ))}
            </select>
            <span className="detail" id="engine-hint">
              {words.settings.engines[engine].hint} {words.settings.engineHint}{" "}
              {fitting.length < ENGINE_NAMES.length && words.settings.engineFits}
            </span>
          </label>
          <LowRankNote />
          {asksHeads(engine) && <HeadsField />}
        </details>
      </div>
    </section>
  );
}
