// How a run was answered, as its card says. Alone in a file without an engine: pages name it, too.
import type { AnswerMode } from "../engine/api.ts";
import type { RunEngine } from "./types.ts";

/** Answers from the index, or from passages that are read again. */
export type BenchmarkAnswerMode = Exclude<AnswerMode, "auto">;

export function answerModeOf({ parameters }: Pick<RunEngine, "parameters">): BenchmarkAnswerMode {
  return parameters["answerMode"] === "reread" ? "reread" : "recalled";
}

/** In tables and files. */
export function engineTitle(engine: Pick<RunEngine, "name" | "parameters">): string {
  return answerModeOf(engine) === "reread" ? `${engine.name}, reread` : engine.name;
}
