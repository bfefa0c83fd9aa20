import { evaluationWords } from "../words/evaluation.ts";
import { heatColour } from "./heat-colours.ts";

/** The fixed scale, and the cells that have no score. */
export function HeatLegend() {
  const stops = Array.from({ length: 11 }, (_, i) => heatColour(10 * i)).join(", ");
  return (
    <div className="heat-legend">
      <span>0</span>
      <span
        className="heat-ramp"
        style={{ background: `linear-gradient(to right, ${stops})` }}
        aria-hidden="true"
      />
      <span>100</span>
      {STATES.map((state) => (
        <span key={state} className="heat-key" data-state={state}>
          {evaluationWords().map.keys[state]}
        </span>
      ))}
    </div>
  );
}

const STATES = ["pending", "unsupported", "error"] as const;
