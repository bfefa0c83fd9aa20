// A conversation as a Markdown file: questions, answers, and the passages with their places.
import type { DocumentSummary } from "../../../workers/protocol.ts";
import type { Conversation } from "../../state/index.ts";
import { words } from "../words/index.ts";

const MAX_TITLE = 60;

/** The title given, or the beginning of the first question. */
export function titleOf({ title, turns }: Conversation): string {
  if (title) return title;
  const question = turns[0]?.question.replace(/\s+/g, " ") ?? "";
  if (question === "") return words.questions.untitled;
  return question.length > MAX_TITLE ? `${question.slice(0, MAX_TITLE - 1)}…` : question;
}

export function conversationMarkdown(
  conversation: Conversation,
  about: string,
  documents: readonly DocumentSummary[],
): string {
  const { questions } = words;
  const titleOfDocument = (id: string) =>
    documents.find((one) => one.id === id)?.title ?? questions.aboutDeleted;
  const parts = [`# ${questions.exportHeading(about)}`];
  for (const { question, answer, evidence } of conversation.turns) {
    parts.push(`## ${question.replace(/\s+/g, " ")}`);
    parts.push(answer.trim() || questions.noAnswer);
    if (evidence.length > 0) parts.push(`${questions.exportQuote}:`);
    for (const { documentId, text, place } of evidence) {
      const quote = text.trim().replace(/\s*\n\s*/g, "\n> ");
      const where = [titleOfDocument(documentId), place].filter(Boolean).join(", ");
      parts.push(`> ${quote}\n>\n> — ${where}`);
    }
  }
  return `${parts.join("\n\n")}\n`;
}
