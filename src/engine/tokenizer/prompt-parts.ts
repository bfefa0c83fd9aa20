// What a prompt offers to those who ask: the types, apart from how prompts are made (prompt.ts).
import type { Message } from "./chat-shape.ts";

export interface ConversationTurn {
  readonly question: string;
  readonly answer: string;
}

/** A message of a conversation without a document. */
export type ConversationMessage = Message;

/** How one kind of model is asked. */
export interface PromptStyle {
  /** "document-question-answer": trained for it; "chat": by template; "plain": neither. */
  readonly style: "document-question-answer" | "chat" | "plain";
  readonly prefixIds: Uint32Array;
  /** Tokens that end an answer: those of the model, and what the template writes behind one. */
  readonly endIds: ReadonlySet<number>;
  /** Texts that end an answer beside the end tokens. */
  readonly stops: readonly string[];
  /** Everything after the document, up to where the answer begins. */
  questionIds(question: string, history?: readonly ConversationTurn[]): Uint32Array;
  /** A whole conversation, up to where the next answer begins. */
  conversationIds(messages: readonly ConversationMessage[]): Uint32Array;
}

export interface PromptParts extends PromptStyle {
  /**
   * A fresh prompt in which passages (or a whole short document) are read again: the same words and
   * tokens as around a document that was read once. Up to where the answer begins.
   */
  rereadIds(
    passages: readonly string[],
    question: string,
    history?: readonly ConversationTurn[],
  ): Uint32Array;
}
