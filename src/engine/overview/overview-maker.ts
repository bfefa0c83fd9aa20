// Makes the overview of one document in small steps, so that it can stop at any of them and go on later: first the
// sentences that stand for the text, from a model that writes a summary of them, then a question of one at a time, kept
// only when the loaded model, asked as a person would ask, finds the very sentence and answers from it.
import type { Asked } from "../ask/ask-documents.ts";
import type { TextRange } from "../evidence/sentences.ts";
import type { Answer } from "../api.ts";
import { termsOf } from "../words/terms.ts";
import { questionTerms } from "../words/rank-passages.ts";
import { keySentences, type KeySentence } from "./key-sentences.ts";
import { isEnglish } from "./language.ts";
import { type Names, type QuestionCandidate, questionsOf } from "./question-of.ts";
import type { OverviewVoice } from "./overview-voice.ts";
import type { DocumentOverview } from "./types.ts";
import {
  questionIn,
  questionInstruction,
  summaryIn,
  summaryInstruction,
  summedSentences,
} from "./written.ts";

const QUESTIONS = 3;
/** Asked of the model at most: what it does not find in so many it will hardly find. */
const MOST_TRIED = 16;
/** Sentences for which the model writes a question, where rules made too few. */
const MOST_DRAFTED = 8;
/** Sentences of two questions stand at least so far apart, of the text. */
const APART = 0.02;
/** Characters of the text in which words are looked up. */
const SAMPLE = 1_000_000;
/** A shorter text is read sooner than questions to it. */
const SHORTEST_TEXT = 2_000;

interface Candidate extends QuestionCandidate, TextRange {}

export class OverviewMaker {
  readonly #voice: OverviewVoice;
  #overview: DocumentOverview | undefined;
  #sentences: readonly KeySentence[] = [];
  #candidates: readonly Candidate[] = [];
  readonly #kept: Candidate[] = [];
  #isSummed = false;
  #tried = 0;
  #drafted = 0;

  constructor(voice: OverviewVoice) {
    this.#voice = voice;
  }

  /**
   * One step more; the overview when that was the last. `asked` is one document. Throws what `signal` was aborted
   * with, or `cancelled`: then the same step may be taken again.
   */
  async step(asked: Asked, signal: AbortSignal): Promise<DocumentOverview | undefined> {
    const document = asked.documents[0]!;
    const { write } = this.#voice;
    if (!this.#overview) {
      this.#overview = await this.#begin(document, signal);
    } else if (write && !this.#isSummed) {
      const sentences = summedSentences(this.#sentences);
      const written = await write(summaryInstruction(sentences), signal);
      signal.throwIfAborted();
      this.#overview = { ...this.#overview, summary: summaryIn(written, sentences) };
      this.#isSummed = true;
    } else if (this.#tried < Math.min(MOST_TRIED, this.#candidates.length)) {
      await this.#try(asked, this.#candidates[this.#tried]!, signal);
      this.#tried += 1;
    } else if (write) {
      const { text, start, end } = this.#sentences[this.#drafted]!;
      const question = questionIn(await write(questionInstruction(text), signal));
      signal.throwIfAborted();
      // What answers it stands in the sentence; which part of it, nobody has said.
      if (question) await this.#try(asked, { question, expected: text, start, end }, signal);
      this.#drafted += 1;
    }
    return this.#whole();
  }

  async #try(asked: Asked, candidate: Candidate, signal: AbortSignal): Promise<void> {
    if (this.#isTold(candidate, asked.documents[0]!.text.length)) return;
    const answer = await this.#voice.answer(asked, candidate.question, signal);
    signal.throwIfAborted();
    if (isRight(answer, candidate)) this.#kept.push(candidate);
  }

  async #begin(
    { text, words }: Asked["documents"][number],
    signal: AbortSignal,
  ): Promise<DocumentOverview> {
    const isRuled = isEnglish(text);
    const nothing = { language: isRuled ? ("en" as const) : null, summary: null, questions: [] };
    if (text.length < SHORTEST_TEXT || (!isRuled && !this.#voice.write)) {
      this.#isSummed = true;
      return { ...nothing, language: null };
    }
    const sentences = await keySentences(text, words, signal);
    if (isRuled) this.#candidates = candidatesOf(sentences, text);
    if (this.#voice.write) this.#sentences = sentences;
    this.#isSummed = this.#sentences.length === 0;
    return nothing;
  }

  #whole(): DocumentOverview | undefined {
    const { write } = this.#voice;
    const isTried = this.#tried >= Math.min(MOST_TRIED, this.#candidates.length);
    const isDrafted = !write || this.#drafted >= Math.min(MOST_DRAFTED, this.#sentences.length);
    const isAsked = this.#kept.length === QUESTIONS || (isTried && isDrafted);
    if (!isAsked || (write && !this.#isSummed)) return undefined;
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
