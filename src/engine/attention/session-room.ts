// What a question, its history and its answer may take of a session.
import { EngineError } from "../errors.ts";

/**
 * Throws `context-overflow` where the prompt is empty or nothing is left for an answer. `room`: tokens that
 * `leaves` leaves for both.
 */
export function requireRoom(
  prompt: readonly number[],
  maxTokens: number,
  room: number,
  leaves: "this model" | "the document",
): void {
  if (prompt.length > 0 && maxTokens > 0) return;
  throw new EngineError(
    "context-overflow",
    `The question and its history take ${prompt.length} tokens; ${leaves} leaves ${room} for them and the answer. Ask a shorter question or start a new conversation.`,
  );
}
