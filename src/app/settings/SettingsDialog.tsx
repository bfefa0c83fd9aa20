// Everything that is chosen once, and the figures of the engine.
import { useState } from "react";
import { useActions, useAppState } from "../app-context.ts";
import { Dialog } from "../Dialog.tsx";
import { closeDialog, openDialog } from "../open-dialog.ts";
import { words } from "../words/index.ts";
import { AnswersPanel } from "./AnswersPanel.tsx";
import { ModelPanel } from "./ModelPanel.tsx";
import { ServerPanel } from "./ServerPanel.tsx";
import { StoragePanel } from "./StoragePanel.tsx";
import { CheckField } from "./CheckField.tsx";

export function SettingsDialog() {
  return (
    <Dialog title={words.settings.title} onClose={closeDialog} isWide>
      <div className="settings">
        <AppearancePanel />
        <AnswersPanel />
        <ServerPanel />
        <ModelPanel onChoose={() => openDialog("model")} />
        <StoragePanel />
      </div>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={closeDialog}>
          {words.common.close}
        </button>
      </div>
    </Dialog>
  );
}

function AppearancePanel() {
  const settings = useAppState((state) => state.settings);
  const { changeSettings } = useActions();
  const [refused, setRefused] = useState(false);
  const { appearance, language, languages, theme, themes } = words.settings;
  const askToNotify = async (wanted: boolean) => {
    const allowed = wanted && "Notification" in window && (await Notification.requestPermission());
    setRefused(wanted && allowed !== "granted");
    changeSettings({ notify: wanted && allowed === "granted" });
  };
  return (
    <section className="panel" aria-labelledby="appearance-heading">
      <h2 id="appearance-heading">{appearance}</h2>
      <div className="field-row">
        <Choice
          label={language}
          options={languages}
          value={settings.language}
          onChange={(value) => changeSettings({ language: value })}
        />
        <Choice
          label={theme}
          options={themes}
          value={settings.theme}
          onChange={(value) => changeSettings({ theme: value })}
        />
      </div>
      <CheckField
        label={words.settings.keepAwake}
        checked={settings.keepAwake}
        onChange={(keepAwake) => changeSettings({ keepAwake })}
      />
      <CheckField
        label={words.settings.notify}
        checked={settings.notify}
        onChange={(on) => void askToNotify(on)}
      />
      <p className="detail" role="status">
        {refused && words.settings.notifyRefused}
      </p>
    </section>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly options: Readonly<Record<Value, string>>;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

function Choice<Value extends string>({ label, options, value, onChange }: ChoiceProps<Value>) {
  return (
    <label className="field">
      {label}
      <select value={value} onChange={(event) => onChange(event.target.value as Value)}>
        {Object.entries<string>(options).map(([id, text]) => (
          <option key={id} value={id}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
