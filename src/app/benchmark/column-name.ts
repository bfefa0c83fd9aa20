import { answerModeOf, type NeedleBench } from "../../../workers/protocol.ts";
import { runName } from "./wording.ts";

/** What a run's column or map is called: engine and model. */
export function columnName(run: NeedleBench.BenchmarkRun): string {
  const { engine, model } = run;
  return `${runName({ engine: engine.name, answerMode: answerModeOf(engine) })}, ${model.name}`;
}
