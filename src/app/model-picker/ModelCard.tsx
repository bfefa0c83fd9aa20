import { Fact } from "../Fact.tsx";
import { LARGER_ID, type ModelEntry, type ModelVerdict } from "../../../workers/protocol.ts";
import { useActions, useAppState } from "../app-context.ts";
import { EngineSentence } from "../EngineSentence.tsx";
import { formatBytes, formatCount, formatParameters, formatTimeLeft } from "../format.ts";
import { ProgressBar } from "../ProgressBar.tsx";
import { problemOf } from "../problems.ts";
import { words } from "../words/index.ts";
import { noteOf, verdictText } from "./verdict-text.ts";

interface ModelCardProps {
  readonly entry: ModelEntry;
  readonly canKeep: boolean;
}

export function ModelCard({ entry, canKeep }: ModelCardProps) {
  const { name, state, verdict, address, problem } = entry;
  const note = noteOf(entry);
  const inUse = useAppState(({ model }) => model.phase === "ready" && model.model.id === entry.id);
  return (
    <li className="model" data-model={entry.id} data-state={state}>
      <p className="model-title">
        <strong>{name}</strong>
        <span className="badge" data-state={state === "ready" ? "complete" : state}>
          {inUse ? words.picker.inUse : words.picker.states[state]}
        </span>
      </p>
      {note && <p className="detail">{note}</p>}
      {address && <p className="detail model-address">{address}</p>}
      <Figures entry={entry} />
      <p className="verdict" data-fit={verdict.fit}>
        <strong>{words.picker.fits[verdict.fit]}.</strong> <Verdict verdict={verdict} />
      </p>
      {problem && (
        <p className="model-problem">
          {problemOf(problem.code, "model").title}.{" "}
          <span className="detail">
            <EngineSentence said={problem.message} />
          </span>
        </p>
      )}
      <Transfer entry={entry} />
      <CardButtons entry={entry} canKeep={canKeep} inUse={inUse} />
    </li>
  );
}

function Verdict({ verdict }: { verdict: ModelVerdict }) {
  const { reason } = verdict;
  return reason.kind === "no-device" ? (
    <EngineSentence said={reason.message} />
  ) : (
    verdictText(reason)
  );
}

function Figures({ entry }: { entry: ModelEntry }) {
  const { fileBytes, figures, needs, origin } = entry;
  if (!figures && fileBytes === 0) return null;
  const { picker } = words;
  const size = origin === "file" || entry.state === "ready" ? picker.onDisk : picker.toFetch;
  return (
    <dl className="model-figures">
      {figures && (
        <Fact
          label={words.model.kind}
          value={`${figures.architecture}, ${formatParameters(figures.parameters)}, ${figures.quantisation}`}
        />
      )}
      {fileBytes > 0 && <Fact label={picker.file} value={size(formatBytes(fileBytes))} />}
      {entry.licence !== "" && <Fact label={picker.licence} value={entry.licence} />}
      {figures && figures.kvBytesPerToken > 0 && (
        <Fact label={words.model.kvPerToken} value={`${formatCount(figures.kvBytesPerToken)} B`} />
      )}
      {needs && (
        <>
          <Fact
            label={picker.weights}
            value={
              needs.loadFormat === "stored"
                ? formatBytes(needs.weightBytes)
                : picker.madeWhileLoading(formatBytes(needs.weightBytes), needs.loadFormat)
            }
          />
          <Fact
            label={picker.graphics}
            value={picker.graphicsTakes(
              formatBytes(needs.graphicsBytes),
              formatBytes(needs.indexBytesPer100k),
            )}
          />
          <Fact label={picker.disk} value={picker.diskTakes(formatBytes(needs.diskBytesPer100k))} />
        </>
      )}
    </dl>
  );
}

function Transfer({ entry }: { entry: ModelEntry }) {
  const { transfer, name, keptBytes, fileBytes, state } = entry;
  const { picker } = words;
  if (!transfer) {
    return state === "partial" ? (
      <p className="facts">
        <span>
          {picker.kept(
            formatBytes(keptBytes),
            fileBytes ? formatBytes(fileBytes) : picker.unknownSize,
          )}
        </span>
      </p>
    ) : null;
  }
  const { phase, doneBytes, totalBytes, bytesPerSecond, secondsLeft } = transfer;
  const doing = picker.states[phase === "download" ? "downloading" : "verifying"];
  const counted = totalBytes
    ? words.storage.of(formatBytes(doneBytes), formatBytes(totalBytes))
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
  const { picker } = words;
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
          label={picker.load}
          name={name}
          disabled={loading || refused}
          run={() => chooseModel(entry)}
        />
      )}
      {incomplete && canKeep && (
        <Action
          label={
            state === "partial" ? picker.goOn : quarantined ? picker.downloadAgain : picker.download
          }
          name={name}
          disabled={refused}
          run={() => downloadModel(entry)}
        />
      )}
      {state === "remote" && !loadsWhole && (
        <Action
          label={picker.loadOnce}
          name={name}
          disabled={loading || refused}
          run={() => chooseModel(entry)}
        />
      )}
      {fetching && (
        <Action label={words.common.cancel} name={name} run={() => cancelDownload(entry)} />
      )}
      {(state === "ready" || quarantined) && entry.keptBytes > 0 && (
        <Action
          label={quarantined ? picker.repair : picker.check}
          name={name}
          run={() => verifyModel(entry)}
        />
      )}
      {(entry.keptBytes > 0 || (!entry.curated && origin !== "embedded")) && !fetching && (
        <Action label={picker.delete} name={name} run={() => deleteModel(entry)} />
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
