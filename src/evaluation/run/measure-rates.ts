// How fast this device reads and answers with the loaded model: a few hundred tokens of a book and a
// short answer. For estimates only; never part of a result.

import { DEFAULT_ENGINE } from "../../engine/attention/engine-names.ts";
import { fittingEngine } from "../../engine/attention/engines.ts";
import { bindDocuments } from "../../engine/attention/binding.ts";
import type { LentModel } from "../../engine/host/model-loans.ts";
import { TokenCounter } from "../../engine/transformer/token-counter.ts";
import type { BenchmarkRates } from "./api.ts";
import { DocumentSeries } from "./document-series.ts";
import { GREEDY } from "../../engine/attention/sampler.ts";

const DOCUMENT_TOKENS = 512;
const CHARACTERS = 8 * DOCUMENT_TOKENS;
const ANSWER_TOKENS = 12;

export async function measureRates(
  { backend, loaded, turnstile }: LentModel,
  text: string,
  signal: AbortSignal,
  now: () => number,
): Promise<BenchmarkRates> {
  const binding = bindDocuments(loaded, fittingEngine(loaded.model.config, DEFAULT_ENGINE), {});
  const ids = binding.tokenizer.encode(text.slice(0, CHARACTERS)).slice(0, DOCUMENT_TOKENS);
  const series = new DocumentSeries({
    model: { backend, loaded, binding, counter: new TokenCounter() },
    documents: [ids],
    turn: (step) => {
      signal.throwIfAborted();
      return turnstile.run("chunk", step);
    },
  });
  try {
    let read = 0;
    let readMs = 0;
    let at: number | undefined; // the first chunk may wait for the driver's compiler
    const session = await series.open(0, (tokens) => {
      const end = now();
      if (at !== undefined) {
        read += tokens;
        readMs += end - at;
      }
      at = end;
    });
    const question = Array.from(binding.prompt.questionIds("What happens here?"));
    const { ids: answer, decodeMs } = await session.generate(question, {
      maxTokens: ANSWER_TOKENS,
      sampling: GREEDY,
      stopIds: new Set(),
      onToken: () => undefined,
      turn: (step) => turnstile.run("chunk", step),
      signal,
      now,
    });
    return {
      readTokensPerSecond: (read * 1000) / Math.max(1, readMs),
      answerTokensPerSecond: (answer.length * 1000) / Math.max(1, decodeMs),
    };
  } finally {
    series.destroy();
  }
}
