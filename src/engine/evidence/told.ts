// What a passage tells, for comparison with an answer: its sentences in small groups without what they deny, and each
// denial alone. A heading names the matter and tells nothing. Pure.
import { isHeading } from "./headings.ts";
import { type LittleWords, wordsOf } from "./little-words.ts";
import { sentencesIn } from "./sentences.ts";
import { valuedTerms } from "./values.ts";

/** Sentences that may support one of an answer together. */
export interface Window {
  /** Place of the passage. */
  readonly passage: number;
  readonly terms: ReadonlySet<string>;
  /** The same as they stand. */
  readonly order: readonly string[];
  /** Those that do not stand in a heading alone. */
  readonly told: ReadonlySet<string>;
  readonly isNegated: boolean;
}

/** A sentence that is no heading, without what it denies. */
export interface ToldSentence {
  readonly passage: number;
  readonly words: readonly string[];
}

const WINDOW_SENTENCES = 3;
/** A conjunction, or a subject of its own with more than «he said», which only interrupts. */
const BEGINS_ANEW =
  /^\s*(?:(?:but|yet|so|because|while|although|though)\b|(?:and\s+)?(?:I|he|she|we|you|they)(?:\s+[\p{L}\p{M}'’-]+){3})/iu;

interface Sentence {
  readonly text: string;
  readonly isHeading: boolean;
}

/** What sentences affirm, in small groups; and each sentence that denies something, whole and alone. */
export function windowsOf(passage: string, place: number, little: LittleWords): Window[] {
  const sentences = sentencesOf(passage);
  const affirmed = sentences.map(({ text, isHeading }) => {
    const terms = valuedTerms(affirmedPart(text, little), little, true);
    return { terms, told: isHeading ? [] : terms };
  });
  const groups = affirmed.map((_, first) => affirmed.slice(first, first + WINDOW_SENTENCES));
  const denied = sentences.filter(({ text }) => isNegation(text, little));
  return [
    ...groups.map((group) => ({
      passage: place,
      terms: new Set(group.flatMap(({ terms }) => terms)),
      order: group.flatMap(({ terms }) => terms),
      told: new Set(group.flatMap(({ told }) => told)),
      isNegated: false,
    })),
    ...denied.map(({ text }) => {
      const order = valuedTerms(text, little, true);
      const terms = new Set(order);
      return { passage: place, terms, order, told: terms, isNegated: true };
    }),
  ];
}

export function toldSentences(passage: string, place: number, little: LittleWords): ToldSentence[] {
  return sentencesOf(passage)
    .filter((sentence) => !sentence.isHeading)
    .map(({ text }) => ({ passage: place, words: wordsOf(affirmedPart(text, little)) }));
}

export function isNegation(sentence: string, little: LittleWords): boolean {
  return wordsOf(sentence.replace(/n['’]t\b/gi, " not")).some(little.isDenying);
}

function sentencesOf(passage: string): Sentence[] {
  return sentencesIn(passage, { start: 0, end: passage.length }).map((range) => ({
    text: passage.slice(range.start, range.end),
    isHeading: isHeading(passage, range) && isBeforeProse(passage, range.end),
  }));
}

/** Lines of a list, of verse and of a paragraph that is broken into lines are followed by the next one. */
function isBeforeProse(passage: string, end: number): boolean {
  return /^[^\S\n]*\n[^\S\n]*\n\s*[^\n]{60}/u.test(passage.slice(end));
}

/**
 * A negation holds for its clause and those that follow, for they may only go on listing; another thought begins
 * behind a semicolon, with a conjunction, or with a subject and what it does.
 */
function affirmedPart(sentence: string, little: LittleWords): string {
  if (!isNegation(sentence, little)) return sentence;
  let isDenied = false;
  return sentence
    .split(/(?<=[,;:—(])/)
    .filter((clause, i, clauses) => {
      if (BEGINS_ANEW.test(clause) || clauses[i - 1]?.endsWith(";")) isDenied = false;
      isDenied ||= isNegation(clause, little);
      return !isDenied;
    })
    .join(" ");
}
