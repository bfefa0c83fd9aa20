import type { NeedleBench } from "../../../workers/protocol.ts";
import { engineName } from "./wording.ts";

/** What a run's column or map is called: engine and model. */
export function columnName(run: NeedleBench.BenchmarkRun): string {
  return `${engineName(run.engine.name)}, ${run.model.name}`;
}
