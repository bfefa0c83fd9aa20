// The heads of the model that copy: measured once per model, by themselves or here; and whether they
// also vote while documents are read.
import { useActions, useAppState } from "./app-context.ts";
import { formatCount, formatRate, formatTimeLeft } from "./format.ts";
import { ProgressBar } from "./ProgressBar.tsx";

export function HeadsField() {
  const heads = useAppState((state) => state.heads);
  const isReady = useAppState((state) => state.model.phase === "ready");
  const chosen = useAppState((state) => state.settings.measuredHeads);
  const { measureHeads, stopMeasuringHeads, changeSettings } = useActions();
  const measured = heads?.measured ?? null;
  const progress = heads?.progress ?? null;
  return (
    <fieldset className="field">
      <legend>Attention heads</legend>
      <p className="detail" role="status" aria-label="Measured heads">
        {measured
          ? `${formatCount(measured.copying)} of ${formatCount(measured.heads)} heads of this model copy from a text.`
          : "Some heads of a model copy from the text. Which ones is measured once per model, on made-up texts."}
      </p>
      {progress ? (
        <>
          <ProgressBar
            label="Measuring heads"
            value={progress.tokens}
            max={progress.totalTokens}
            text={`${progress.tokens} of ${progress.totalTokens} tokens`}
          />
          <p className="facts">
            <span>{`${formatCount(progress.tokens)} of ${formatCount(progress.totalTokens)} tokens`}</span>
            <span>{formatRate(progress.tokensPerSecond, "tokens")}</span>
            <span>{formatTimeLeft(progress.secondsLeft)}</span>
          </p>
          <button type="button" className="button" onClick={() => void stopMeasuringHeads()}>
            Cancel measuring
          </button>
        </>
      ) : (
        <button
          type="button"
          className="button"
          disabled={!isReady}
          onClick={() => void measureHeads()}
        >
          {measured ? "Measure heads again" : "Measure heads"}
        </button>
      )}
      <label className="check">
        <input
          type="checkbox"
          checked={chosen && measured !== null}
          disabled={measured === null}
          aria-describedby="heads-hint"
          onChange={(event) => changeSettings({ measuredHeads: event.target.checked })}
        />
        Let the heads that copy vote by themselves
      </label>
      <span className="detail" id="heads-hint">
        They always find the passages for a question. With this they also decide what is recalled
        while a document is read and in long answers; otherwise the heads that are most decided do.
        Documents read with the other choice wait for it, or are read again.
      </span>
    </fieldset>
  );
}
