// The words around a document and a question, for models that were not trained to read documents. One
// wording for the whole product, so that what is measured, trained and shown is the same.
import type { ConversationTurn } from "./prompt-parts.ts";

/** What an answer says when the text has none. */
const NOT_IN_TEXT = "That is not in the text.";

export const INSTRUCTION = `You answer questions about a text. Answer in a few words taken from the text. If the text does not answer the question, say: ${NOT_IN_TEXT}`;

/** Before and behind the text. */
export const BEFORE = "Text:\n";
export const AFTER = "\n\nQuestion: ";

/** Passages read again: an empty line stands between two. */
export const joinPassages = (passages: readonly string[]): string =>
  passages.map((passage) => passage.trim()).join("\n\n");

/** Earlier turns and the question as text, for models and templates without roles. */
export function turnsAsText(history: readonly ConversationTurn[], question: string): string {
  const earlier = history.map((turn) => `${turn.question}\nAnswer: ${turn.answer}${AFTER}`);
  return earlier.join("") + question;
}
