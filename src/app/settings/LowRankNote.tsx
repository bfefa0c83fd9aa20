// What the attention engine of low-rank keys would save with the loaded model: known before it is chosen.
import { expectedRatio, LEAST_RATIO } from "../../../workers/protocol.ts";
import { useAppState } from "../app-context.ts";
import { words } from "../words/index.ts";

export function LowRankNote() {
  const model = useAppState((state) => (state.model.phase === "ready" ? state.model.model : null));
  if (!model || model.keyWidth === 0) return null;
  const ratio = expectedRatio({ width: model.keyWidth, contextLength: model.contextLength });
  const say = ratio < LEAST_RATIO ? words.settings.savesTooLittle : words.settings.saves;
  return (
    <p className="detail">
      {words.settings.engines.shadowkv.label}: {say(ratio.toFixed(1))}
    </p>
  );
}
