// The engine in one line under the library: which model, how much is stored. The figures are in Settings.
import { type DeviceReport, EMBEDDED_ID, type ModelStandIn } from "../../../workers/protocol.ts";
import { useActions, useAppState } from "../app-context.ts";
import { formatBytes, formatCount } from "../format.ts";
import { openDialog } from "../open-dialog.ts";
import { words } from "../words/index.ts";
import { ModelBody } from "./ModelPanel.tsx";

/** What the small model cannot do, and the way to the one that can. */
function FactsOnly({ standIn }: { standIn: ModelStandIn | null }) {
  const { openLargerModel } = useActions();
  const { factsOnly, slow, missing, unfetched, openLarger } = words.model;
  return (
    <>
      <span className="detail" data-stand-in={standIn?.because ?? "chosen"}>
        {factsOnly}
        {standIn?.because === "slow" &&
          ` ${slow(formatCount(Math.round(standIn.tokensPerSecond)))}`}
        {standIn?.because === "missing" && ` ${missing}`}
        {standIn?.because === "unfetched" && ` ${unfetched}`}
      </span>
      {standIn?.because !== "missing" && (
        <button type="button" className="link" onClick={() => void openLargerModel()}>
          {openLarger}
        </button>
      )}
    </>
  );
}

function computing({ kind, fallback }: DeviceReport): "webgpu" | "software" | "cpu" {
  return kind === "webgpu" && fallback ? "software" : kind;
}

export function EngineLine() {
  const model = useAppState((state) => state.model);
  const storage = useAppState((state) => state.storage);
  const hasDocuments = useAppState((state) => state.documents.length > 0);
  const { protectStorage } = useActions();
  return (
    <div className="engine-line">
      {model.phase === "ready" ? (
        <>
          <span>{model.model.name}</span>
          <span className="detail" data-device={model.device.kind}>
            {words.model.computes[computing(model.device)]}
          </span>
          {model.model.recurrentWindow !== null && (
            <span className="detail">
              {words.model.recurrent(formatCount(model.model.recurrentWindow))}
            </span>
          )}
          {model.model.id === EMBEDDED_ID && <FactsOnly standIn={model.standIn} />}
        </>
      ) : (
        <ModelBody model={model} />
      )}
      {storage && hasDocuments && (
        <span className="detail engine-storage">
          {words.storage.line(formatBytes(storage.usedBytes))}
          {!storage.persisted && (
            <button
              type="button"
              className="link"
              title={words.storage.unprotected}
              onClick={() => void protectStorage()}
            >
              {words.storage.protect}
            </button>
          )}
        </span>
      )}
      <button type="button" className="quiet" onClick={() => openDialog("model")}>
        {words.model.choose}
      </button>
    </div>
  );
}
