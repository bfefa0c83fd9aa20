// What a conversation is: turns about one document or several, in the order they were asked.
import type {
  AnswerGrounding,
  AnswerStats,
  EngineErrorData,
  Evidence,
} from "../../workers/protocol.ts";

export type TurnStatus =
  | "waiting"
  | "streaming"
  | "done"
  | "failed"
  | "interrupted" // its page was closed before the answer was whole
  | "elsewhere"; // being answered in another tab

/** Words of the whole text alone; they and the index of what had been read; that index alone. */
export type ReadBy = "words" | "both" | "index";

export interface Turn {
  /** Also the job id of the question. */
  readonly id: string;
  readonly question: string;
  readonly status: TurnStatus;
  readonly answer: string;
  /** Best first. */
  readonly evidence: readonly Evidence[];
  /** Null before the answer is whole, and for those of older versions. */
  readonly grounding: AnswerGrounding | null;
  readonly stats: AnswerStats | null;
  readonly stopped: "end" | "length" | "cancelled" | null;
  /** The model server that answered; null where it was the loaded model. */
  readonly server: { readonly origin: string; readonly model: string } | null;
  /** How much of what was asked had been read, 0 to 1, where that was not all. */
  readonly readShare: number | null;
  /** What found the passages then; with a `readShare` alone it means something. */
  readonly readBy: ReadBy;
  readonly error: EngineErrorData | null;
}

export interface Conversation {
  /** The key of what is asked; all but the first conversation about it add `#` and a name. */
  readonly id: string;
  /** Empty while it is called after its first question. */
  readonly title: string;
  readonly createdAt: number; // ms since 1970; 0 for those of older versions
  readonly turns: readonly Turn[];
}

/** What a conversation is about: a document, several joined by "+", or a collection. */
export function keyOf(conversationId: string): string {
  return conversationId.split("#", 1)[0] ?? "";
}

export function newConversation(key: string, isFirst: boolean, now: number): Conversation {
  const id = isFirst ? key : `${key}#${crypto.randomUUID()}`;
  return { id, title: "", createdAt: now, turns: [] };
}

/** True for a conversation that the document took part in by itself or among named others. */
export function isAbout(conversationId: string, documentId: string): boolean {
  return keyOf(conversationId).split("+").includes(documentId);
}

export function isRunning({ status }: Turn): boolean {
  return status === "waiting" || status === "streaming";
}

/** The turn in place of the one with its id, else behind the others. */
export function withTurn(conversation: Conversation, turn: Turn): Conversation {
  const { turns } = conversation;
  const known = turns.some((one) => one.id === turn.id);
  return {
    ...conversation,
    turns: known ? turns.map((one) => (one.id === turn.id ? turn : one)) : [...turns, turn],
  };
}

export function withoutTurn(conversation: Conversation, turnId: string): Conversation {
  return { ...conversation, turns: conversation.turns.filter((one) => one.id !== turnId) };
}
