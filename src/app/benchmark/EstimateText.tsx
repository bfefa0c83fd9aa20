// What the request will take: prompts, tokens, time by engine.
import { useAppState } from "../app-context.ts";
import { formatCount, formatDuration } from "../format.ts";
import { evaluationWords } from "../words/evaluation.ts";
import { useBenchmark, useBenchmarkActions } from "./benchmark-context.ts";
import { engineName } from "./wording.ts";
import { EngineSentence } from "../EngineSentence.tsx";

export function EstimateText() {
  const state = useBenchmark((page) => page.preview);
  const phase = useAppState((app) => app.model.phase);
  const { estimate } = useBenchmarkActions();
  const { label, noModel, later } = evaluationWords().estimate;
  return (
    <div className="estimate" role="status" aria-label={label} data-status={state.status}>
      {phase !== "ready" ? (
        <p className="detail">{phase === "failed" ? noModel : later}</p>
      ) : (
        <Estimate onMeasure={() => void estimate(true)} />
      )}
    </div>
  );
}

function Estimate({ onMeasure }: { onMeasure: () => void }) {
  const state = useBenchmark((page) => page.preview);
  const said = evaluationWords().estimate;
  if (state.status === "failed") {
    return (
      <p className="wrong">
        <EngineSentence said={state.error.message} />
      </p>
    );
  }
  if (state.status !== "ready") {
    const isMeasuring = state.status === "loading" && state.measuring;
    return <p className="detail">{isMeasuring ? said.measuring : said.estimating}</p>;
  }
  const { estimate, seconds, engines, settings } = state.preview;
  const lengths = settings.grids.flatMap((grid) => ("lengths" in grid ? grid.lengths : []));
  const distinct = [...new Set(lengths)].sort((a, b) => a - b);
  const unfit = engines.filter(({ isFitting }) => !isFitting);
  const tooLong = engines.filter((one) => one.tooLong > 0);
  return (
    <>
      <p>
        <strong>{said.prompts(formatCount(estimate.prompts))}</strong>
        {said.reads(
          engines.length,
          formatCount(estimate.readTokens),
          distinct.map(formatCount).join(", "),
        )}
      </p>
      <p>
        {seconds === null ? (
          <button type="button" className="link" onClick={onMeasure}>
            {said.measure}
          </button>
        ) : (
          said.time(formatDuration(seconds))
        )}
      </p>
      {unfit.length > 0 && (
        <p className="detail">
          {said.unfit(unfit.map(({ engine }) => engineName(engine)).join(", "))}
        </p>
      )}
      {tooLong.length > 0 && (
        <p className="detail">
          {said.tooLong(
            tooLong
              .map((one) => said.cannotTake(engineName(one.engine), formatCount(one.tooLong)))
              .join("; "),
          )}
        </p>
      )}
    </>
  );
}
