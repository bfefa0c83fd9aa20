import type { ModelState } from "../../workers/protocol.ts";
import { useAppState } from "./app-context.ts";
import {
  formatBytes,
  formatCount,
  formatExactBytes,
  formatParameters,
  formatPercent,
} from "./format.ts";
import { ChooseModel } from "./model-picker/ChooseModel.tsx";
import { problemOf } from "./problems.ts";
import { ProgressBar } from "./ProgressBar.tsx";

const STAGES = {
  download: "Loading the model file",
  weights: "Placing the weights in graphics memory",
  shaders: "Compiling shaders",
} as const;

export function ModelPanel() {
  const model = useAppState((state) => state.model);
  return (
    <section className="panel" aria-labelledby="model-heading">
      <h2 id="model-heading">Model</h2>
      <ModelBody model={model} />
      <ChooseModel />
    </section>
  );
}

function ModelBody({ model }: { model: ModelState }) {
  switch (model.phase) {
    case "idle":
      return <p className="empty">The engine is starting.</p>;
    case "failed":
      return <p className="empty">{problemOf(model.error.code, "model").title}.</p>;
    case "loading": {
      const { stage, loadedBytes, totalBytes, bytesPerSecond } = model;
      const counted = `${formatBytes(loadedBytes)} of ${formatBytes(totalBytes)}`;
      const done = loadedBytes >= totalBytes && totalBytes > 0;
      return (
        <>
          <p>{STAGES[stage]}</p>
          <ProgressBar
            label="Model loading"
            value={loadedBytes}
            max={totalBytes}
            text={`${STAGES[stage]}, ${formatPercent(totalBytes ? loadedBytes / totalBytes : 0)}`}
          />
          <p className="facts">
            <span>{counted}</span>
            {!done && bytesPerSecond > 0 && <span>{formatBytes(bytesPerSecond)}/s</span>}
          </p>
        </>
      );
    }
    case "ready": {
      const { model: info, device } = model;
      return (
        <dl className="table">
          <Row label="Name" value={info.name} />
          <Row
            label="Kind"
            value={`${info.architecture}, ${formatParameters(info.parameters)}, ${info.quantisation}`}
          />
          <Row label="Trained context" value={`${formatCount(info.contextLength)} tokens`} />
          <Row label="Weights" value={formatBytes(info.weightBytes)} />
          <Row label="KV per token" value={formatExactBytes(info.kvBytesPerToken)} />
          <Row
            label="Adapter"
            value={device.fallback ? `${device.adapter} (software)` : device.adapter}
          />
          <Row label="Largest buffer" value={formatBytes(device.maxBufferBytes)} />
          <Row label="Features" value={device.features.join(", ") || "none beyond the core"} />
        </dl>
      );
    }
  }
}

function Row({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
