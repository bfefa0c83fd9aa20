// A model server as a reader of passages: it gets the instruction, the passages, the question and the turns
// before it, and nothing else of a document.
import type { Answerer } from "../ask/answerer.ts";
import type { AnswerRequest } from "../ask/write-answer.ts";
import { EngineError } from "../errors.ts";
import { streamChat } from "./chat-stream.ts";
import { CitedText } from "./cited-text.ts";
import { questionMessages, serverInstruction } from "./question-messages.ts";
import type { Fetch, ModelServer } from "./server-connection.ts";

const DEFAULT_CONTEXT = 4096;
/** Passages beyond this cost more than they help. */
const MOST_PASSAGE_TOKENS = 3072;
const MOST_PASSAGES = 12;
/** Template, numbers and what an estimate may be wrong by. */
const AROUND_TOKENS = 128;
const LEAST_PASSAGE_TOKENS = 64;
/** Of the context, for earlier turns. */
const HISTORY_SHARE = 0.25;
/** Few tokenizers need more tokens: three bytes of UTF-8 each. */
const BYTES_PER_TOKEN = 3;

const encoder = new TextEncoder();

function tokensIn(text: string): number {
  return Math.ceil(encoder.encode(text).length / BYTES_PER_TOKEN);
}

/** Throws `server-context` where no passage has room beside question and answer. */
export function serverAnswerer(
  fetch: Fetch,
  server: ModelServer,
  asked: Pick<AnswerRequest, "question" | "history" | "maxTokens" | "manner">,
): Answerer {
  const context = server.contextTokens ?? DEFAULT_CONTEXT;
  const history = latestTurns(asked.history, HISTORY_SHARE * context);
  const around = [
    serverInstruction(asked.manner),
    asked.question,
    ...history.flatMap((turn) => [turn.question, turn.answer]),
  ];
  const taken = around.reduce((sum, text) => sum + tokensIn(text), asked.maxTokens + AROUND_TOKENS);
  const room = context - taken;
  if (room < LEAST_PASSAGE_TOKENS) {
    throw new EngineError(
      "server-context",
      `"${server.model}" reads ${context} tokens at once; question and answer take ${taken} of them and leave no room for passages.`,
    );
  }
  return {
    limits: {
      budgetTokens: Math.min(room, MOST_PASSAGE_TOKENS),
      most: MOST_PASSAGES,
      leastShare: 0,
    },
    asksBare: false,
    countTokens: tokensIn,
    async answer(passages, request) {
      const { question, maxTokens, sampling, signal, onText, now } = request;
      const cited = new CitedText(passages.length, onText);
      const started = now();
      let firstAt: number | undefined;
      const answer = await streamChat(fetch, server, {
        messages: questionMessages(passages, question, history, asked.manner),
        maxTokens,
        temperature: sampling.temperature,
        topP: sampling.topP,
        seed: sampling.seed,
        signal,
        onText: (piece) => {
          firstAt ??= now();
          cited.push(piece);
        },
      });
      cited.end();
      const ended = now();
      const answerTokens = answer.answerTokens ?? tokensIn(answer.text);
      const writingMs = Math.max(1, ended - (firstAt ?? ended));
      return {
        text: cited.text.trimEnd(),
        stopped: answer.stopped,
        named: cited.markers,
        stats: {
          documentTokens: 0,
          recomputedDocumentTokens: 0,
          rereadTokens: 0, // the server counts the whole prompt
          promptTokens: answer.promptTokens ?? 0,
          answerTokens,
          spansRecalled: 0,
          timeToFirstTokenMs: (firstAt ?? ended) - started,
          tokensPerSecond: answerTokens > 1 ? ((answerTokens - 1) * 1000) / writingMs : 0,
        },
      };
    },
  };
}

/** As many of the latest as fit. */
function latestTurns(history: AnswerRequest["history"], most: number): AnswerRequest["history"] {
  let left = most;
  const from = history.findLastIndex(({ question, answer }) => {
    left -= tokensIn(question) + tokensIn(answer);
    return left < 0;
  });
  return history.slice(from + 1);
}
