// The file being read into the library: how far, how fast, how long still, and the way out.
import type { Importing } from "../../state/index.ts";
import { useActions, useAppState } from "../app-context.ts";
import { formatBytes, formatCount, formatRate, formatTimeLeft } from "../format.ts";
import { ProgressBar } from "../ProgressBar.tsx";
import { words } from "../words/index.ts";

export function ImportProgress() {
  const importing = useAppState((state) => state.importing);
  const { cancelImport } = useActions();
  if (!importing) return null;
  const { fileName, progress, perSecond, secondsLeft, storing, waiting } = importing;
  return (
    <div className="importing" role="group" aria-label={words.library.opening(fileName)}>
      <p>{storing ? words.library.storing(fileName) : words.library.opening(fileName)}</p>
      {progress && (
        <ProgressBar
          label={words.library.opening(fileName)}
          value={progress.done}
          max={progress.total}
          text={counted(progress)}
        />
      )}
      <div className="facts">
        {progress && <span>{counted(progress)}</span>}
        {progress && perSecond > 0 && <span>{rate(progress, perSecond)}</span>}
        {progress && perSecond > 0 && <span>{formatTimeLeft(secondsLeft)}</span>}
        {waiting > 0 && <span>{words.library.filesWaiting(String(waiting))}</span>}
        {!storing && (
          <button
            type="button"
            className="quiet"
            aria-label={words.library.cancelOpening(fileName)}
            onClick={cancelImport}
          >
            {words.common.cancel}
          </button>
        )}
      </div>
    </div>
  );
}

type Progress = NonNullable<Importing["progress"]>;

function counted({ done, total, unit }: Progress): string {
  if (unit === "bytes") return words.library.doneOf(formatBytes(done), formatBytes(total));
  return `${words.library.doneOf(formatCount(done), formatCount(total))} ${words.library.unit[unit]}`;
}

function rate({ unit }: Progress, perSecond: number): string {
  return unit === "bytes"
    ? `${formatBytes(perSecond)}/s`
    : formatRate(perSecond, words.library.unit[unit]);
}
