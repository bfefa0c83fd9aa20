// What the attention engines of low-rank keys would save with the loaded model: known before one is chosen.
import { expectedRatio, LEAST_RATIO } from "../../../workers/protocol.ts";
import { useAppState } from "../app-context.ts";
import { words } from "../words/index.ts";

const ENGINES = [
  { id: "shadowkv", valuesOnDevice: false },
  { id: "shadowkv-int8", valuesOnDevice: true },
] as const;

export function LowRankNote() {
  const model = useAppState((state) => (state.model.phase === "ready" ? state.model.model : null));
  if (!model || model.keyWidth === 0) return null;
  const shape = { width: model.keyWidth, contextLength: model.contextLength };
  return ENGINES.map(({ id, valuesOnDevice }) => {
    const ratio = expectedRatio(shape, valuesOnDevice);
    const say = ratio < LEAST_RATIO ? words.settings.savesTooLittle : words.settings.saves;
    return (
      <p className="detail" key={id}>
        {words.settings.engines[id].label}: {say(ratio.toFixed(1))}
      </p>
    );
  });
}
