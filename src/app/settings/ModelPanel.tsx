import { Fact } from "../Fact.tsx";
import { LARGER_ID, type ModelState } from "../../../workers/protocol.ts";
import { useActions, useAppState } from "../app-context.ts";
import {
  formatBytes,
  formatCount,
  formatExactBytes,
  formatParameters,
  formatPercent,
  formatTimeLeft,
} from "../format.ts";
import { words } from "../words/index.ts";
import { problemOf } from "../problems.ts";
import { ProgressBar } from "../ProgressBar.tsx";
import { CheckField } from "./CheckField.tsx";

export function ModelPanel({ onChoose }: { onChoose: () => void }) {
  const model = useAppState((state) => state.model);
  return (
    <section className="panel" aria-labelledby="model-heading">
      <h2 id="model-heading">{words.model.title}</h2>
      <ModelBody model={model} />
      {model.phase === "ready" && model.model.id === LARGER_ID && <AdapterField />}
      <button type="button" className="button" onClick={onChoose}>
        {words.model.choose}
      </button>
    </section>
  );
}

function AdapterField() {
  const isOn = useAppState((state) => state.settings.readerAdapter);
  const { changeSettings } = useActions();
  return (
    <div className="field">
      <CheckField
        label={words.model.readerAdapter}
        checked={isOn}
        onChange={(readerAdapter) => changeSettings({ readerAdapter })}
      />
      <p className="hint">{words.model.readerAdapterHint}</p>
    </div>
  );
}

/** What the model's loading or state is, in detail. */
export function ModelBody({ model }: { model: ModelState }) {
  switch (model.phase) {
    case "idle":
      return <p className="empty">{words.model.starting}</p>;
    case "failed":
      return <p className="empty">{problemOf(model.error.code, "model").title}.</p>;
    case "loading": {
      const { stage, loadedBytes, totalBytes, bytesPerSecond } = model;
      const counted = words.storage.of(formatBytes(loadedBytes), formatBytes(totalBytes));
      const done = loadedBytes >= totalBytes && totalBytes > 0;
      return (
        <>
          <p>{words.model.stages[stage]}</p>
          <ProgressBar
            label={words.model.loading}
            value={loadedBytes}
            max={totalBytes}
            text={`${words.model.stages[stage]}, ${formatPercent(totalBytes ? loadedBytes / totalBytes : 0)}`}
          />
          <p className="facts">
            {totalBytes > 0 && <span>{counted}</span>}
            {!done && bytesPerSecond > 0 && (
              <>
                <span>{formatBytes(bytesPerSecond)}/s</span>
                <span>{formatTimeLeft((totalBytes - loadedBytes) / bytesPerSecond)}</span>
              </>
            )}
          </p>
        </>
      );
    }
    case "ready": {
      const { model: info, device } = model;
      return (
        <dl className="table">
          <Fact label={words.model.name} value={info.name} />
          <Fact
            label={words.model.kind}
            value={`${info.architecture}, ${formatParameters(info.parameters)}, ${info.quantisation}`}
          />
          {info.adapter !== null && <Fact label={words.model.lora} value={info.adapter} />}
          <Fact
            label={words.model.context}
            value={words.model.tokens(formatCount(info.contextLength))}
          />
          <Fact label={words.model.weights} value={formatBytes(info.weightBytes)} />
          {info.recurrentWindow === null ? (
            <Fact label={words.model.kvPerToken} value={formatExactBytes(info.kvBytesPerToken)} />
          ) : (
            <Fact label={words.model.stateSize} value={formatBytes(info.stateBytes)} />
          )}
          <Fact
            label={words.model.adapter}
            value={
              device.kind === "webgpu" && device.fallback
                ? words.model.software(device.adapter)
                : device.adapter
            }
          />
          <Fact label={words.model.largestBuffer} value={formatBytes(device.maxBufferBytes)} />
          <Fact
            label={words.model.features}
            value={device.features.join(", ") || words.model.noFeatures}
          />
        </dl>
      );
    }
  }
}
