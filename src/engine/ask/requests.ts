// What a caller may ask for. The page's own settings are checked where they are read; a library's caller
// may give anything.
import type { AskRequest, GenerateRequest } from "../api.ts";
import { EngineError } from "../errors.ts";
import { ANSWER_STYLES, MAX_INSTRUCTIONS } from "../tokenizer/question-wording.ts";
import type { Constraint } from "../grammar/constraint.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

type Settings = Pick<GenerateRequest, "maxTokens" | "temperature" | "topK" | "topP" | "seed">;

const MAX_TOP_K = 256;
const MAX_WORD = 0xffffffff;

/** Throws `invalid-argument` that names the setting. */
export function requireSampling(request: Settings): void {
  const { maxTokens, temperature, topK, topP, seed } = request;
  const isWhole = (value: number, least: number, most: number) =>
    Number.isSafeInteger(value) && value >= least && value <= most;
  require(isWhole(maxTokens, 1, 2 ** 31), "maxTokens", maxTokens, "a whole number from 1 on");
  require(Number.isFinite(temperature) &&
    temperature >= 0, "temperature", temperature, "a number from 0 on");
  require(isWhole(topK, 0, MAX_TOP_K), "topK", topK, `a whole number from 0 to ${MAX_TOP_K}`);
  require(topP > 0 && topP <= 1, "topP", topP, "a number above 0 and up to 1");
  require(isWhole(seed, 0, MAX_WORD), "seed", seed, `a whole number from 0 to ${MAX_WORD}`);
}

/** Throws `invalid-argument` for a style that is not known and for instructions that are too long. */
export function requireManner({ manner }: Pick<AskRequest, "manner">): void {
  if (!manner) return;
  const { style, instructions } = manner;
  require(ANSWER_STYLES.includes(style), "style", style, `one of ${ANSWER_STYLES.join(", ")}`);
  const isShort = typeof instructions === "string" && instructions.length <= MAX_INSTRUCTIONS;
  const most = `a text of at most ${MAX_INSTRUCTIONS} characters`;
  require(isShort, "instructions", typeof instructions, most);
}

function require(holds: boolean, name: string, value: unknown, what: string): void {
  if (holds) return;
  throw new EngineError("invalid-argument", `${name} is ${String(value)}; it must be ${what}.`);
}

/**
 * What holds the answer to the form that was asked for. Throws `invalid-argument` that says what of it is
 * not understood.
 */
export async function answerConstraint(
  { format, ignoreEndToken }: Pick<GenerateRequest, "format" | "ignoreEndToken">,
  tokenizer: Tokenizer,
): Promise<Constraint | undefined> {
  if (!format) return undefined;
  require(!ignoreEndToken, "ignoreEndToken", ignoreEndToken, "false for an answer with a format");
  // Few answers have a form: what it takes is fetched with the first of them.
  const { constraintOf } = await import("../grammar/answer-format.ts");
  return constraintOf(format, tokenizer);
}
