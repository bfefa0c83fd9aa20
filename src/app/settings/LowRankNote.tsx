// What the attention engines of low-rank keys would save with the loaded model: known before one is chosen.
import { expectedRatio, LEAST_RATIO, LOW_RANK_ENGINES } from "../../../workers/protocol.ts";
import { useAppState } from "../app-context.ts";
import { words } from "../words/index.ts";

export function LowRankNote() {
  const model = useAppState((state) => (state.model.phase === "ready" ? state.model.model : null));
  if (!model || model.keyWidth === 0) return null;
  const shape = { width: model.keyWidth, contextLength: model.contextLength };
  return LOW_RANK_ENGINES.map(({ name, mode }) => {
    const ratio = expectedRatio(shape, mode);
    const say = ratio < LEAST_RATIO ? words.settings.savesTooLittle : words.settings.saves;
    return (
      <p className="detail" key={name}>
        {words.settings.engines[name].label}: {say(ratio.toFixed(1))}
      </p>
    );
  });
}
