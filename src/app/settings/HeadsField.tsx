// The heads of the model that copy: measured once per model, by themselves or here; and whether they
// also vote while documents are read.
import { useActions, useAppState } from "../app-context.ts";
import { formatCount, formatRate, formatTimeLeft } from "../format.ts";
import { ProgressBar } from "../ProgressBar.tsx";
import { words } from "../words/index.ts";
import { CheckField } from "./CheckField.tsx";

export function HeadsField() {
  const heads = useAppState((state) => state.heads);
  const isReady = useAppState((state) => state.model.phase === "ready");
  const chosen = useAppState((state) => state.settings.measuredHeads);
  const { measureHeads, stopMeasuringHeads, changeSettings } = useActions();
  const measured = heads?.measured ?? null;
  const progress = heads?.progress ?? null;
  return (
    <fieldset className="field">
      <legend>{words.heads.title}</legend>
      <p className="detail" role="status" aria-label={words.heads.measured}>
        {measured
          ? words.heads.result(formatCount(measured.copying), formatCount(measured.heads))
          : words.heads.explain}
      </p>
      {progress ? (
        <>
          <ProgressBar
            label={words.heads.measuring}
            value={progress.tokens}
            max={progress.totalTokens}
            text={words.library.ofTokens(String(progress.tokens), String(progress.totalTokens))}
          />
          <p className="facts">
            <span>
              {words.library.ofTokens(
                formatCount(progress.tokens),
                formatCount(progress.totalTokens),
              )}
            </span>
            <span>{formatRate(progress.tokensPerSecond, words.common.tokens)}</span>
            <span>{formatTimeLeft(progress.secondsLeft)}</span>
          </p>
          <button type="button" className="button" onClick={() => void stopMeasuringHeads()}>
            {words.heads.cancel}
          </button>
        </>
      ) : (
        <button
          type="button"
          className="button"
          disabled={!isReady}
          onClick={() => void measureHeads()}
        >
          {measured ? words.heads.again : words.heads.measure}
        </button>
      )}
      <CheckField
        label={words.heads.vote}
        checked={chosen && measured !== null}
        disabled={measured === null}
        hintId="heads-hint"
        onChange={(measuredHeads) => changeSettings({ measuredHeads })}
      />
      <span className="detail" id="heads-hint">
        {words.heads.hint}
      </span>
    </fieldset>
  );
}
