// A conversation as a question to documents: what the user said last; earlier pairs are the history.
import type { ConversationMessage } from "../../workers/protocol.ts";
import { EngineCallError } from "../client/index.ts";

/** Throws `invalid-argument` for a conversation that does not end with the user. */
export function lastQuestion(messages: readonly ConversationMessage[]) {
  const last = messages.at(-1);
  if (last?.role !== "user") {
    const message = "The last message must be the user's question.";
    throw new EngineCallError({ code: "invalid-argument", message });
  }
  const history: { question: string; answer: string }[] = [];
  messages.slice(0, -1).forEach((message, index) => {
    const before = messages[index - 1];
    if (message.role === "assistant" && before?.role === "user") {
      history.push({ question: before.content, answer: message.content });
    }
  });
  return { question: last.content, history };
}
