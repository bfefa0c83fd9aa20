import { LARGER_ID, type ModelEntry } from "../../../workers/protocol.ts";
import { useActions, useAppState } from "../app-context.ts";
import { formatBytes, formatCount, formatParameters, formatTimeLeft } from "../format.ts";
import { ProgressBar } from "../ProgressBar.tsx";
import { FITS, STATES } from "./wording.ts";

interface ModelCardProps {
  readonly entry: ModelEntry;
  readonly canKeep: boolean;
}

export function ModelCard({ entry, canKeep }: ModelCardProps) {
  const { name, state, verdict, note, address, problem } = entry;
  const inUse = useAppState(({ model }) => model.phase === "ready" && model.model.id === entry.id);
  return (
    <li className="model" data-model={entry.id} data-state={state}>
      <p className="model-title">
        <strong>{name}</strong>
        <span className="badge" data-state={state === "ready" ? "complete" : state}>
          {inUse ? "In use" : STATES[state]}
        </span>
      </p>
      {note && <p className="detail">{note}</p>}
      {address && <p className="detail model-address">{address}</p>}
      <Figures entry={entry} />
      <p className="verdict" data-fit={verdict.fit}>
        <strong>{FITS[verdict.fit]}.</strong> {verdict.reason}
      </p>
      {problem && <p className="model-problem">{problem.message}</p>}
      <Transfer entry={entry} />
      <CardButtons entry={entry} canKeep={canKeep} inUse={inUse} />
    </li>
  );
}

function Figures({ entry }: { entry: ModelEntry }) {
  const { fileBytes, approximate, figures, needs, origin } = entry;
  if (!figures && fileBytes === 0) return null;
  const size = origin === "file" || entry.state === "ready" ? "on disk" : "download";
  return (
    <dl className="model-figures">
      {figures && (
        <Figure
          label="Kind"
          value={`${figures.architecture}, ${formatParameters(figures.parameters)}, ${figures.quantisation}`}
        />
      )}
      {fileBytes > 0 && (
        <Figure
          label="File"
          value={`${approximate ? "about " : ""}${formatBytes(fileBytes)} ${size}`}
        />
      )}
      {entry.licence !== "" && <Figure label="Licence" value={entry.licence} />}
      {figures && figures.kvBytesPerToken > 0 && (
        <Figure label="KV per token" value={`${formatCount(figures.kvBytesPerToken)} B`} />
      )}
      {needs && (
        <>
          <Figure
            label="Weights in graphics memory"
            value={`${formatBytes(needs.weightBytes)}${needs.loadFormat === "stored" ? "" : `, made ${needs.loadFormat} while they load`}`}
          />
          <Figure
            label="Graphics memory in all"
            value={`${formatBytes(needs.graphicsBytes)}, and ${formatBytes(needs.indexBytesPer100k)} per 100,000 tokens`}
          />
          <Figure
            label="Disk"
            value={`${formatBytes(needs.diskBytesPer100k)} per 100,000 tokens`}
          />
        </>
      )}
    </dl>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Transfer({ entry }: { entry: ModelEntry }) {
  const { transfer, name, keptBytes, fileBytes, state } = entry;
  if (!transfer) {
    return state === "partial" ? (
      <p className="facts">
        <span>
          {formatBytes(keptBytes)} of {fileBytes ? formatBytes(fileBytes) : "an unknown size"} kept
        </span>
      </p>
    ) : null;
  }
  const { phase, doneBytes, totalBytes, bytesPerSecond, secondsLeft } = transfer;
  const doing = phase === "download" ? "Downloading" : "Checking";
  const counted = totalBytes
    ? `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`
    : formatBytes(doneBytes);
  return (
    <>
      <ProgressBar
        label={`${doing} ${name}`}
        value={doneBytes}
        max={totalBytes}
        text={`${doing}: ${counted}`}
      />
      <p className="facts">
        <span>{counted}</span>
        {bytesPerSecond > 0 && <span>{formatBytes(bytesPerSecond)}/s</span>}
        {totalBytes > 0 && <span>{formatTimeLeft(secondsLeft)}</span>}
      </p>
    </>
  );
}

interface CardButtonsProps extends ModelCardProps {
  readonly inUse: boolean;
}

function CardButtons({ entry, canKeep, inUse }: CardButtonsProps) {
  const { chooseModel, downloadModel, cancelDownload, verifyModel, deleteModel } = useActions();
  const loading = useAppState((state) => state.model.phase === "loading");
  const { name, state, origin } = entry;
  const refused = entry.verdict.fit === "does-not-fit";
  const fetching = state === "downloading" || state === "verifying";
  const quarantined = state === "damaged";
  // The model that comes with the page is kept by loading it.
  const loadsWhole = entry.id === LARGER_ID && (state === "remote" || state === "partial");
  const incomplete = state === "remote" || state === "partial" || quarantined;
  return (
    <div className="document-actions">
      {(state === "ready" || loadsWhole) && !inUse && (
        <Action
          label="Load"
          name={name}
          disabled={loading || refused}
          run={() => chooseModel(entry)}
        />
      )}
      {incomplete && canKeep && (
        <Action
          label={state === "partial" ? "Go on with" : quarantined ? "Download again" : "Download"}
          name={name}
          disabled={refused}
          run={() => downloadModel(entry)}
        />
      )}
      {state === "remote" && !loadsWhole && (
        <Action
          label="Load without keeping"
          name={name}
          disabled={loading || refused}
          run={() => chooseModel(entry)}
        />
      )}
      {fetching && <Action label="Cancel" name={name} run={() => cancelDownload(entry)} />}
      {(state === "ready" || quarantined) && entry.keptBytes > 0 && (
        <Action
          label={quarantined ? "Repair" : "Check"}
          name={name}
          run={() => verifyModel(entry)}
        />
      )}
      {(entry.keptBytes > 0 || (!entry.curated && origin !== "embedded")) && !fetching && (
        <Action label="Delete" name={name} run={() => deleteModel(entry)} />
      )}
    </div>
  );
}

interface ActionProps {
  readonly label: string;
  readonly name: string;
  readonly disabled?: boolean;
  readonly run: () => Promise<void>;
}

function Action({ label, name, disabled = false, run }: ActionProps) {
  return (
    <button
      type="button"
      className="quiet"
      aria-label={`${label} ${name}`}
      disabled={disabled}
      onClick={() => void run()}
    >
      {label}
    </button>
  );
}
