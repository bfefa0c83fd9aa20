import { english } from "../english.ts";
import { evaluation as englishEvaluation } from "../english/evaluate.ts";
import { german } from "../german.ts";
import { evaluation as germanEvaluation } from "../german/evaluate.ts";

/** The page's words and those that come later. */
export const ALL_ENGLISH = { page: english, evaluation: englishEvaluation };
export const ALL_GERMAN = { page: german, evaluation: germanEvaluation };

/** Every entry of a table of words with its path; functions say `«1»`, `«2»` … for their arguments. */
export function wordEntries(table: unknown, path = ""): [path: string, said: string][] {
  if (typeof table === "string") return [[path, table]];
  if (typeof table === "function") {
    const say = table as (...given: readonly string[]) => string;
    return [[path, say("«1»", "«2»", "«3»", "«4»")]];
  }
  return Object.entries(table ?? {}).flatMap(([key, value]) =>
    wordEntries(value, `${path}.${key}`),
  );
}
