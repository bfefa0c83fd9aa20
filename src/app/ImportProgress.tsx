// The file being read into the library: how far, how fast, how long still, and the way out.
import type { Importing } from "../state/index.ts";
import { useActions, useAppState } from "./app-context.ts";
import { formatBytes, formatCount, formatRate, formatTimeLeft } from "./format.ts";
import { ProgressBar } from "./ProgressBar.tsx";

export function ImportProgress() {
  const importing = useAppState((state) => state.importing);
  const { cancelImport } = useActions();
  if (!importing) return null;
  const { fileName, progress, perSecond, secondsLeft, storing } = importing;
  return (
    <div className="importing" role="group" aria-label={`Opening ${fileName}`}>
      <p>
        {storing ? "Storing the text of" : "Opening"} <strong>{fileName}</strong>
      </p>
      {progress && (
        <ProgressBar
          label={`Opening ${fileName}`}
          value={progress.done}
          max={progress.total}
          text={counted(progress)}
        />
      )}
      <div className="facts">
        {progress && <span>{counted(progress)}</span>}
        {progress && perSecond > 0 && <span>{rate(progress, perSecond)}</span>}
        {progress && perSecond > 0 && <span>{formatTimeLeft(secondsLeft)}</span>}
        {!storing && (
          <button
            type="button"
            className="quiet"
            aria-label={`Cancel opening ${fileName}`}
            onClick={cancelImport}
          >
            Cancel
          </button>
        )}
      </div>
    </div>
  );
}

type Progress = NonNullable<Importing["progress"]>;

function counted({ done, total, unit }: Progress): string {
  if (unit === "bytes") return `${formatBytes(done)} of ${formatBytes(total)}`;
  return `${formatCount(done)} of ${formatCount(total)} ${unit}`;
}

function rate({ unit }: Progress, perSecond: number): string {
  return unit === "bytes" ? `${formatBytes(perSecond)}/s` : formatRate(perSecond, unit);
}
