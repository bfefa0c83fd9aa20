// The words around a document and a question, for models that were not trained to read documents. One
// wording for the whole product, so that what is measured, trained and shown is the same.
import type { ConversationTurn, PromptStyle } from "./prompt-parts.ts";

/** What an answer says when the text has none. */
const NOT_IN_TEXT = "That is not in the text.";

export const INSTRUCTION = `You answer questions about a text. Answer in a few words taken from the text. If the text does not answer the question, say: ${NOT_IN_TEXT}`;

/** Before and behind the text. */
export const BEFORE = "Text:\n";
export const AFTER = "\n\nQuestion: ";

/** How answers are written. `brief` is what INSTRUCTION asks for, and all that was measured. */
export const ANSWER_STYLES = ["brief", "sentences", "detailed", "list"] as const;
export type AnswerStyle = (typeof ANSWER_STYLES)[number];

/** What a person wishes of every answer. */
export interface AnswerManner {
  readonly style: AnswerStyle;
  /** In their own words; empty for none. */
  readonly instructions: string;
}

/** UTF-16 units; more would crowd out passages. */
export const MAX_INSTRUCTIONS = 1_000;

const STYLE_WORDING: Record<AnswerStyle, string> = {
  brief: "",
  sentences: "Answer in one or two whole sentences.",
  detailed: "Answer in detail, in several sentences.",
  list: "Answer as a list: one point per line, each beginning with “- ”.",
};

/** Empty where nothing is wished. */
export function mannerWording(manner: AnswerManner | undefined): string {
  if (!manner) return "";
  const { style, instructions } = manner;
  return [STYLE_WORDING[style], instructions.trim()].filter((part) => part !== "").join(" ");
}

/**
 * The question with what is wished of its answer. Not before the text: a document that was read once stands
 * behind INSTRUCTION already. A model trained to read documents knows bare questions alone.
 */
export function wordQuestion(
  question: string,
  style: PromptStyle["style"],
  manner: AnswerManner | undefined,
): string {
  const wishes = style === "document-question-answer" ? "" : mannerWording(manner);
  return [question.trim(), wishes].filter((part) => part !== "").join("\n");
}

/** Passages read again: an empty line stands between two. */
export const joinPassages = (passages: readonly string[]): string =>
  passages.map((passage) => passage.trim()).join("\n\n");

/** Earlier turns and the question as text, for models and templates without roles. */
export function turnsAsText(history: readonly ConversationTurn[], question: string): string {
  const earlier = history.map((turn) => `${turn.question}\nAnswer: ${turn.answer}${AFTER}`);
  return earlier.join("") + question;
}
