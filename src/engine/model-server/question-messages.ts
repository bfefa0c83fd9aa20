// What a server is sent: an instruction, the passages with their numbers, the question and the turns before
// it. Nothing else of a document leaves. The parts that stay the same come first, so that a server which
// keeps prefixes reads them once.
import { type AnswerManner, mannerWording } from "../tokenizer/question-wording.ts";
import type { ChatMessage } from "./chat-stream.ts";

const INSTRUCTION =
  "Answer the question from the numbered passages alone. Behind every sentence of your answer put the numbers " +
  "of the passages it rests on in brackets, as [1] or [2][5]. If the passages do not hold the answer, say that " +
  "the text does not tell. Answer in the language of the question, briefly.";

/** Wishes come last, so that they count where they contradict. */
export function serverInstruction(manner: AnswerManner | undefined): string {
  return [INSTRUCTION, mannerWording(manner)].filter((part) => part !== "").join(" ");
}

export interface NumberedPassage {
  readonly text: string;
  /** Document, page or chapter; may be empty. */
  readonly label: string;
}

/** Passages are numbered from 1 in the order given. */
export function questionMessages(
  passages: readonly NumberedPassage[],
  question: string,
  history: readonly { readonly question: string; readonly answer: string }[],
  manner?: AnswerManner,
): ChatMessage[] {
  const shown = passages.map(({ text, label }, i) => {
    const place = label === "" ? "" : ` (${label})`;
    return `[${i + 1}]${place} ${text}`;
  });
  const asked = ["Passages:", ...shown, `Question: ${question.trim()}`].join("\n\n");
  return [
    { role: "system", content: serverInstruction(manner) },
    ...history.flatMap((turn): ChatMessage[] => [
      { role: "user", content: turn.question },
      { role: "assistant", content: turn.answer },
    ]),
    { role: "user", content: asked },
  ];
}
