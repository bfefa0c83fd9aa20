// Makes the overview of one document in small steps, so that it can stop at any of them and go on later: first the
// sentences that stand for the text, then a question of one at a time, kept only when the loaded model, asked as a
// person would ask, finds the very sentence and answers from it.
import { type Asked, askDocuments } from "../ask/ask-documents.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import { GREEDY } from "../attention/sampler.ts";
import type { TextRange } from "../evidence/sentences.ts";
import type { Answer } from "../api.ts";
import { termsOf } from "../words/terms.ts";
import { questionTerms } from "../words/rank-passages.ts";
import { keySentences, type KeySentence } from "./key-sentences.ts";
import { isEnglish } from "./language.ts";
import { type Names, type QuestionCandidate, questionsOf } from "./question-of.ts";
import type { DocumentOverview } from "./types.ts";

const QUESTIONS = 3;
/** Asked of the model at most: what it does not find in so many it will hardly find. */
const MOST_TRIED = 16;
/** Sentences of two questions stand at least so far apart, of the text. */
const APART = 0.02;
const ANSWER_TOKENS = 48;
/** Characters of the text in which words are looked up. */
const SAMPLE = 1_000_000;
/** A shorter text is read sooner than questions to it. */
const SHORTEST_TEXT = 2_000;

interface Candidate extends QuestionCandidate, TextRange {}

export class OverviewMaker {
  #overview: DocumentOverview | undefined;
  #candidates: Candidate[] = [];
  readonly #kept: Candidate[] = [];
  #tried = 0;

  /**
   * One step more; the overview when that was the last. `asked` is one document. Throws what `signal` was aborted
   * with, or `cancelled`: then the same step may be taken again.
   */
  async step(
    model: BoundModel,
    asked: Asked,
    signal: AbortSignal,
    now: () => number,
  ): Promise<DocumentOverview | undefined> {
    const document = asked.documents[0]!;
    if (!this.#overview) {
      this.#overview = await this.#begin(document, signal);
      return this.#whole();
    }
    const candidate = this.#candidates[this.#tried]!;
    if (!this.#isTold(candidate, document.text.length)) {
      const answer = await askDocuments(model, asked, {
        ...{ question: candidate.question, history: [], answerMode: "auto" },
        ...{ maxTokens: ANSWER_TOKENS, sampling: GREEDY, signal, onText: () => undefined, now },
      });
      signal.throwIfAborted();
      if (isRight(answer, candidate)) this.#kept.push(candidate);
    }
    this.#tried += 1;
    return this.#whole();
  }

  async #begin(
    { text, words }: Asked["documents"][number],
    signal: AbortSignal,
  ): Promise<DocumentOverview> {
    if (text.length < SHORTEST_TEXT || !isEnglish(text)) return { language: null, questions: [] };
    this.#candidates = candidatesOf(await keySentences(text, words, signal), text);
    return { language: "en", questions: [] };
  }

  #whole(): DocumentOverview | undefined {
    const isDone =
      this.#kept.length === QUESTIONS ||
      this.#tried === Math.min(MOST_TRIED, this.#candidates.length);
    if (!isDone) return undefined;
    return { ...this.#overview!, questions: this.#kept.map(({ question }) => question) };
  }

  /** Something near it, or the same, is among the questions already. */
  #isTold(candidate: Candidate, characters: number): boolean {
    return this.#kept.some(
      (one) => one.question === candidate.question || isNear(one, candidate, characters),
    );
  }
}

function candidatesOf(sentences: readonly KeySentence[], text: string): Candidate[] {
  const names = namesIn(text);
  const seen = new Set<string>();
  return sentences.flatMap(({ text: sentence, start, end }) =>
    questionsOf(sentence, names)
      .filter(({ question }) => !seen.has(question) && seen.add(question))
      .map((candidate) => ({ ...candidate, start, end })),
  );
}

/** Names are of letters alone. */
function namesIn(text: string): Names {
  const sample = text.slice(0, SAMPLE);
  const has = (pattern: string) => new RegExp(pattern, "u").test(sample);
  const speaks = "said|asked|cried|replied|answered|returned|continued|exclaimed|wrote";
  const titles = "Mr|Mrs|Miss|Dr|Doctor|Captain|Sir|Lord|Lady|Professor|Squire|Mister";
  return {
    isWord: (small) => has(`\\p{Ll},? ${small}\\b`),
    isName: (word) => has(`\\p{Ll},? ${word}\\b`),
    isPerson: (name) =>
      has(
        `\\b(?:${speaks}|(?:${titles})\\.?)\\s${name}\\b|\\b${name}(?: (?:${speaks}|himself|herself)|, who)\\b`,
      ),
  };
}

function isNear(a: TextRange, b: TextRange, characters: number): boolean {
  return Math.abs(a.start - b.start) < APART * characters;
}

/** It stands in the sentence that the question was made of, and says of it what was asked and nothing else. */
export function isRight(
  {
    text,
    stopped,
    grounding,
    evidence,
  }: Pick<Answer, "text" | "stopped" | "grounding" | "evidence">,
  { question, expected, start, end }: Candidate,
): boolean {
  if (stopped !== "end" || grounding.kind !== "support" || grounding.state !== "supported") {
    return false;
  }
  const isCited = grounding.citations.some(({ passages }) =>
    passages.some((place) => evidence[place]!.start < end && evidence[place]!.end > start),
  );
  if (!isCited) return false;
  const wanted = new Set(termsOf(expected));
  const asked = new Set(termsOf(question));
  const said = questionTerms(text).filter((term) => !asked.has(term));
  return said.length > 0 && said.every((term) => wanted.has(term));
}
