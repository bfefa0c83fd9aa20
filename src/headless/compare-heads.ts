// What the heads of several measurements find, of the same questions about known sentences.
import { weightsByQuestions } from "../engine/attention/heads/calibrate-heads.ts";
import { type QuestionMatches, sentenceRank } from "../engine/attention/heads/finding-heads.ts";
import type { HeadWeights } from "../engine/attention/heads/head-weights.ts";
import { type RetrievalHeads, retrievalHeads } from "../engine/attention/ltri/key-scan.ts";
import type { LoadedModel } from "../engine/transformer/loaded-model.ts";

export interface HeadsRow {
  readonly heads: string;
  readonly questions: number;
  /** The sentence that answers among the first 1, 3, 5. */
  readonly found: readonly number[];
  /** KV heads that were asked; for those that were measured on the questions, a mean over the texts. */
  readonly asked: number;
}

export interface NamedWeights {
  readonly name: string;
  readonly weights: HeadWeights["weights"];
}

const SHOWN = [1, 3, 5];

/**
 * A row for all heads, for each of `others`, and for those that the questions themselves choose: of every text
 * by the questions of the other texts.
 */
export function compareHeads(
  loaded: LoadedModel,
  asked: readonly (readonly QuestionMatches[])[],
  others: readonly NamedWeights[],
): HeadsRow[] {
  const { config } = loaded.model;
  const { layers, kvHeads } = config;
  const headsOf = (weights?: HeadWeights["weights"]) => retrievalHeads(weights, layers, kvHeads);
  const row = (heads: string, ofText: (text: number) => RetrievalHeads[]): HeadsRow => {
    const sets = asked.map((_, text) => ofText(text));
    const ranks = asked.flatMap((questions, text) =>
      questions.map((question) => sentenceRank(config, question, sets[text]!)),
    );
    const sizes = sets.map((set) => set.reduce((sum, one) => sum + one.heads.length, 0));
    return {
      heads,
      questions: ranks.length,
      found: SHOWN.map((most) => ranks.filter((rank) => rank > 0 && rank <= most).length),
      asked: sizes.reduce((sum, size) => sum + size, 0) / sizes.length,
    };
  };
  return [
    row("all", () => headsOf()),
    ...others.map(({ name, weights }) => row(name, () => headsOf(weights))),
    row("questions of other texts", (text) =>
      headsOf(weightsByQuestions(loaded, asked.filter((_, i) => i !== text).flat()).weights),
    ),
  ];
}
