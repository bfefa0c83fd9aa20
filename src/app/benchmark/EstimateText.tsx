// What the request will take: prompts, tokens, time by engine.
import { useAppState } from "../app-context.ts";
import { formatCount } from "../format.ts";
import { useBenchmark, useBenchmarkActions } from "./benchmark-context.ts";
import { engineName, formatDuration } from "./wording.ts";

export function EstimateText() {
  const state = useBenchmark((page) => page.preview);
  const phase = useAppState((app) => app.model.phase);
  const { estimate } = useBenchmarkActions();
  return (
    <div className="estimate" role="status" aria-label="Estimate" data-status={state.status}>
      {phase !== "ready" ? (
        <p className="detail">
          {phase === "failed"
            ? "The model is not available."
            : "The estimate follows when the model has loaded."}
        </p>
      ) : (
        <Estimate onMeasure={() => void estimate(true)} />
      )}
    </div>
  );
}

function Estimate({ onMeasure }: { onMeasure: () => void }) {
  const state = useBenchmark((page) => page.preview);
  if (state.status === "failed") return <p className="wrong">{state.error.message}</p>;
  if (state.status !== "ready") {
    const isMeasuring = state.status === "loading" && state.measuring;
    return <p className="detail">{isMeasuring ? "Measuring this device…" : "Estimating…"}</p>;
  }
  const { estimate, seconds, engines, settings } = state.preview;
  const lengths = settings.grids.flatMap((grid) => ("lengths" in grid ? grid.lengths : []));
  const distinct = [...new Set(lengths)].sort((a, b) => a - b);
  return (
    <>
      <p>
        <strong>{formatCount(estimate.prompts)} prompts</strong>
        {engines.length > 1 && ` for each of ${engines.length} engines`}, to read{" "}
        {formatCount(estimate.readTokens)} tokens
        {distinct.length > 0 && <> (lengths {distinct.map(formatCount).join(", ")})</>}.
      </p>
      <p>
        {seconds === null ? (
          <button type="button" className="link" onClick={onMeasure}>
            Measure this device to know the time
          </button>
        ) : (
          <>About {formatDuration(seconds)} on this device.</>
        )}
      </p>
      {engines.some(({ isFitting }) => !isFitting) && (
        <p className="detail">
          {engines
            .filter(({ isFitting }) => !isFitting)
            .map(({ engine }) => engineName(engine))
            .join(", ")}
          : cannot work with what this model keeps of a text; such cells get a reason and no score.
        </p>
      )}
      {engines.some(({ tooLong }) => tooLong > 0) && (
        <p className="detail">
          {engines
            .filter(({ tooLong }) => tooLong > 0)
            .map(
              ({ engine, tooLong }) =>
                `${engineName(engine)} cannot take ${formatCount(tooLong)} of them`,
            )
            .join("; ")}
          : longer than the trained context.
        </p>
      )}
    </>
  );
}
