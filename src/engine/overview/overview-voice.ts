// What the loaded model does for an overview: it answers questions to the document, and writes where it can.
import type { Answer, GeneratedText } from "../api.ts";
import { type Asked, askDocuments } from "../ask/ask-documents.ts";
import { completeText } from "../ask/completion.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import { GREEDY } from "../attention/sampler.ts";
import { writesOverviews } from "./making-models.ts";

const ANSWER_TOKENS = 48;
const WRITTEN_TOKENS = 160;

/** Both give up when the signal aborts; what they return then is not whole. */
export interface OverviewVoice {
  readonly answer: (asked: Asked, question: string, signal: AbortSignal) => Promise<Answer>;
  /** Null where the model is too weak to write. */
  readonly write:
    | ((
        instruction: string,
        signal: AbortSignal,
      ) => Promise<Pick<GeneratedText, "text" | "stopped">>)
    | null;
}

export function overviewVoice(model: BoundModel, now: () => number): OverviewVoice {
  const answer: OverviewVoice["answer"] = (asked, question, signal) =>
    askDocuments(model, asked, {
      ...{ question, history: [], answerMode: "auto" },
      ...{ maxTokens: ANSWER_TOKENS, sampling: GREEDY, signal, onText: () => undefined, now },
    });
  if (!writesOverviews(model)) return { answer, write: null };
  return {
    answer,
    write: (instruction, signal) =>
      completeText(model, {
        ...{ prompt: [{ role: "user", content: instruction }], ignoreEndToken: false },
        ...{ maxTokens: WRITTEN_TOKENS, sampling: GREEDY, signal, onPiece: () => undefined, now },
      }),
  };
}
