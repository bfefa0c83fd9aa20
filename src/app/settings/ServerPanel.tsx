// A model server that answers instead of the loaded model: which, with what key, and how to let it be asked.
import { useState } from "react";
import { useActions, useAppState } from "../app-context.ts";
import { formatCount } from "../format.ts";
import { words } from "../words/index.ts";
import { NumberField } from "./NumberField.tsx";
import { CheckField } from "./CheckField.tsx";
import { EngineSentence } from "../EngineSentence.tsx";

const UNSTATED_CONTEXT = 4096;

export function ServerPanel() {
  const { server } = useAppState((state) => state.settings);
  const { changeServer } = useActions();
  const text = words.server;
  return (
    <section className="panel" aria-labelledby="server-heading">
      <h2 id="server-heading">{text.title}</h2>
      <p className="detail">{text.explain}</p>
      <div className="stack">
        <CheckField
          label={text.use}
          checked={server.isOn}
          onChange={(isOn) => changeServer({ isOn })}
        />
        {server.isOn && <ServerFields />}
        {server.isOn && (
          <CheckField
            label={text.withoutModel}
            checked={server.withoutModel}
            hintId="server-without-model-hint"
            onChange={(withoutModel) => changeServer({ withoutModel })}
          />
        )}
        {server.isOn && (
          <span className="detail" id="server-without-model-hint">
            {text.withoutModelHint}
          </span>
        )}
      </div>
    </section>
  );
}

function ServerFields() {
  const { server } = useAppState((state) => state.settings);
  const key = useAppState((state) => state.serverKey);
  const models = useAppState((state) => state.serverModels);
  const problem = useAppState((state) => state.serverProblem);
  const { changeServer, setServerKey, listServerModels } = useActions();
  const [busy, setBusy] = useState(false);
  const text = words.server;
  const look = async () => {
    setBusy(true);
    await listServerModels();
    setBusy(false);
  };
  const stated = models?.find(({ id }) => id === server.model)?.contextTokens;
  return (
    <>
      <label className="field">
        <span>{text.address}</span>
        <input
          type="text"
          inputMode="url"
          value={server.address}
          spellCheck={false}
          autoCapitalize="none"
          aria-describedby="server-address-hint"
          onChange={(event) => changeServer({ address: event.target.value })}
        />
        <span className="detail" id="server-address-hint">
          {text.addressHint}
        </span>
      </label>
      <label className="field">
        <span>{text.key}</span>
        <input
          type="password"
          value={key}
          autoComplete="off"
          aria-describedby="server-key-hint"
          onChange={(event) => setServerKey(event.target.value)}
        />
        <span className="detail" id="server-key-hint">
          {text.keyHint}
        </span>
      </label>
      <CheckField
        label={text.keepKey}
        checked={server.keepsKey}
        onChange={(keepsKey) => changeServer({ keepsKey })}
      />
      <div className="field-row">
        <label className="field">
          {text.model}
          <input
            type="text"
            list="server-models"
            value={server.model}
            spellCheck={false}
            autoCapitalize="none"
            onChange={(event) => changeServer({ model: event.target.value })}
          />
          <datalist id="server-models">
            {models?.map(({ id }) => (
              <option key={id} value={id} />
            ))}
          </datalist>
        </label>
        <button
          type="button"
          className="button"
          disabled={busy || server.address.trim() === ""}
          onClick={() => void look()}
        >
          {busy ? text.looking : text.look}
        </button>
      </div>
      <p className="detail" role="status">
        {models && text.found(formatCount(models.length))}
      </p>
      {problem && (
        <p className="model-problem" role="alert" data-code={problem.code}>
          <EngineSentence said={problem.message} />
        </p>
      )}
      {stated === undefined && (
        <>
          <NumberField
            label={text.context}
            value={server.contextTokens ?? UNSTATED_CONTEXT}
            min={512}
            max={10_000_000}
            onChange={(contextTokens) => changeServer({ contextTokens })}
          />
          <span className="detail">{text.contextHint}</span>
        </>
      )}
      <details className="advanced">
        <summary>{text.ownTitle}</summary>
        <p className="detail">{text.ownHint(location.origin)}</p>
      </details>
    </>
  );
}
