// The engine in one line under the library: which model, how much is stored. The figures are in Settings.
import type { DeviceReport } from "../../../workers/protocol.ts";
import { useActions, useAppState } from "../app-context.ts";
import { formatBytes } from "../format.ts";
import { openDialog } from "../open-dialog.ts";
import { words } from "../words/index.ts";
import { ModelBody } from "./ModelPanel.tsx";

function computing({ kind, fallback }: DeviceReport): "webgpu" | "software" | "cpu" {
  return kind === "webgpu" && fallback ? "software" : kind;
}

export function EngineLine() {
  const model = useAppState((state) => state.model);
  const storage = useAppState((state) => state.storage);
  const { protectStorage } = useActions();
  return (
    <div className="engine-line">
      {model.phase === "ready" ? (
        <>
          <span>{model.model.name}</span>
          <span className="detail" data-device={model.device.kind}>
            {words.model.computes[computing(model.device)]}
          </span>
        </>
      ) : (
        <ModelBody model={model} />
      )}
      {storage && (
        <span className="detail">{words.storage.line(formatBytes(storage.usedBytes))}</span>
      )}
      {storage && !storage.persisted && (
        <button
          type="button"
          className="link"
          title={words.storage.unprotected}
          onClick={() => void protectStorage()}
        >
          {words.storage.protect}
        </button>
      )}
      <button type="button" className="quiet" onClick={() => openDialog("model")}>
        {words.model.choose}
      </button>
    </div>
  );
}
