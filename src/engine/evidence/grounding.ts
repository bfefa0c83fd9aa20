// Whether the sentences of an answer stand in the passages it was given, and where. By words alone, so that
// it holds for every model: most content words of a sentence, and every number, name and negation in it,
// must stand close together in the passage; what a passage denies supports no claim. A citation that is missing is a pity, a false one is a fault.
import { termsOf } from "../words/terms.ts";
import { questionTerms } from "../words/rank-passages.ts";
import { sentencesIn, type TextRange } from "./sentences.ts";

export interface GroundedSentence extends TextRange {
  /** `unclaimed`: it has no content words of its own to be looked for («Yes.»). */
  readonly state: "supported" | "unsupported" | "unclaimed";
  /** Places of the passages that support it, best first. */
  readonly passages: readonly number[];
}

export interface Grounding {
  readonly sentences: readonly GroundedSentence[];
  /**
   * `absent`: the answer says that the text does not tell. `unsupported`: no sentence that claims something
   * stands in a passage.
   */
  readonly state: "supported" | "partly" | "unsupported" | "absent" | "unclaimed";
  /** The sentence of a passage that is nearest to the question; for an answer that is not supported. */
  readonly closest?: ClosestSentence;
}

export interface ClosestSentence extends TextRange {
  /** Place of the passage; `start` and `end` are in its text. */
  readonly passage: number;
}

/** Of a sentence's own content words, weighted by length, to be found in a passage. */
const LEAST_SHARE = 0.6;
/** Sentences of a passage that may support one of the answer together. */
const WINDOW_SENTENCES = 3;
const MOST_CITATIONS = 2;
/** Of what the best window holds of the question. */
const MATTER_SHARE = 0.5;

const NEGATIONS = new Set([
  "not",
  "no",
  "never",
  "none",
  "nobody",
  "nothing",
  "neither",
  "without",
]);
/** A conjunction, or a subject of its own with more than «he said», which only interrupts. */
const BEGINS_ANEW =
  /^\s*(?:(?:but|yet|so|because|while|although|though)\b|(?:and\s+)?(?:I|he|she|we|you|they)(?:\s+[\p{L}\p{M}'’-]+){3})/iu;
/** They join or refer and claim nothing; the asking words of questions come on top. */
const LIGHT_WORDS = new Set(
  termsOf(
    "it its he she his her hers they their them this that these those there here as at by for from with on " +
      "or but if so than then also into about because be been being am has have had will would can could may " +
      "might shall should must one text document passage says said according answer yes",
  ),
);
const ABSENT =
  /\bnot (?:in|mentioned|stated|given|said|told|found|specified|provided|described|answered)\b.*\b(?:text|document|passages?|context)\b|\b(?:text|document|passages?|context) (?:does|do|did) not (?:say|tell|mention|state|give|contain|specify|provide|answer)|\bno (?:information|mention|answer)\b.*\b(?:text|document|passages?|context)\b|^(?:it is )?not (?:in the text|mentioned|stated|specified|known)\.?$|\b(?:cannot|can't|can not) (?:be )?(?:answer|find|found|tell|determine)/i;

/** Whether the answer says that the text does not tell. */
export function saysAbsent(answer: string): boolean {
  return ABSENT.test(answer.trim().replaceAll("’", "'"));
}

/** `passages` are the texts that the answer may rest on, best first. */
export function groundAnswer(
  answer: string,
  question: string,
  passages: readonly string[],
): Grounding {
  const asked = new Set(termsOf(question));
  const windows = passages.flatMap((passage, i) => windowsOf(passage, i));
  const sentences = sentencesIn(answer, { start: 0, end: answer.length }).map((range) =>
    groundSentence(answer, range, asked, windows),
  );
  const claims = sentences.filter(({ state }) => state !== "unclaimed");
  const supported = claims.filter(({ state }) => state === "supported").length;
  const state = saysAbsent(answer)
    ? "absent"
    : claims.length === 0
      ? "unclaimed"
      : supported === 0
        ? "unsupported"
        : supported === claims.length
          ? "supported"
          : "partly";
  // What an answer denies is not cited.
  const shown =
    state === "absent" ? sentences.map((one) => ({ ...one, passages: [] as number[] })) : sentences;
  const closest =
    state === "supported" || state === "partly" ? undefined : closestSentence(question, passages);
  return closest ? { sentences: shown, state, closest } : { sentences: shown, state };
}

interface Window {
  readonly passage: number;
  readonly terms: ReadonlySet<string>;
  readonly isNegated: boolean;
}

interface Claims {
  /** Content words that the question did not bring, or all where it brought all; names not among them. */
  readonly content: readonly string[];
  /** Numbers and names, which must all be there. */
  readonly exact: readonly string[];
  readonly isNegated: boolean;
}

function groundSentence(
  answer: string,
  range: TextRange,
  asked: ReadonlySet<string>,
  windows: readonly Window[],
): GroundedSentence {
  const claims = claimsOf(answer.slice(range.start, range.end), asked);
  if (!claims) return { ...range, state: "unclaimed", passages: [] };
  const matter = [...asked].filter((term) => !LIGHT_WORDS.has(term));
  const best = new Map<number, { share: number; matter: number }>();
  for (const { passage, terms, isNegated } of windows) {
    if (isNegated !== claims.isNegated) continue;
    if (!claims.exact.every((term) => terms.has(term))) continue;
    const share = foundShare(claims.content, terms);
    const found = { share, matter: matter.length === 0 ? 0 : foundShare(matter, terms) };
    const before = best.get(passage);
    const isBetter = !before || share + found.matter > before.share + before.matter;
    if (share >= LEAST_SHARE && isBetter) best.set(passage, found);
  }
  // A name alone stands in many places: cited are those that also speak of what was asked.
  const least = MATTER_SHARE * Math.max(0, ...Array.from(best.values(), (one) => one.matter));
  const cited = [...best].filter(([, one]) => one.matter >= least);
  cited.sort((a, b) => b[1].share + b[1].matter - a[1].share - a[1].matter || a[0] - b[0]);
  const passages = cited.slice(0, MOST_CITATIONS).map(([passage]) => passage);
  return { ...range, state: passages.length > 0 ? "supported" : "unsupported", passages };
}

/** Undefined for a sentence that claims nothing. */
function claimsOf(sentence: string, asked: ReadonlySet<string>): Claims | undefined {
  const exact = [...numbersOf(sentence), ...namesOf(sentence)];
  const content = questionTerms(sentence).filter(
    (term) => !LIGHT_WORDS.has(term) && !NEGATIONS.has(term) && !exact.includes(term),
  );
  const own = content.filter((term) => !asked.has(term));
  const isNegated = isNegation(sentence);
  if (own.length > 0) return { content: own, exact, isNegated };
  if (exact.some((term) => !asked.has(term))) return { content: [], exact, isNegated };
  return isNegated && content.length > 0 ? { content, exact, isNegated } : undefined;
}

function numbersOf(sentence: string): string[] {
  return termsOf(sentence).filter((term) => /\p{Nd}/u.test(term));
}

function isNegation(sentence: string): boolean {
  const terms = termsOf(sentence.replace(/n['’]t\b/gi, " not"));
  return terms.some((term) => NEGATIONS.has(term));
}

/** Words with a capital that do not stand first, where a capital says nothing. */
function namesOf(sentence: string): string[] {
  const names = sentence.matchAll(/(?<=[\p{L}\p{N},;:)"”’]\s+["“‘(]?)\p{Lu}[\p{L}\p{M}'’-]*/gu);
  return [...names].flatMap(([name]) => termsOf(name)).filter((term) => !LIGHT_WORDS.has(term));
}

/** What sentences affirm, in small groups; and each sentence that denies something, whole and alone. */
function windowsOf(passage: string, place: number): Window[] {
  const sentences = sentencesIn(passage, { start: 0, end: passage.length }).map(({ start, end }) =>
    passage.slice(start, end),
  );
  const affirmed = sentences.map((sentence) => termsOf(affirmedPart(sentence)));
  const groups = affirmed.map((_, first) => affirmed.slice(first, first + WINDOW_SENTENCES).flat());
  const denied = sentences.filter(isNegation).map(termsOf);
  return [
    ...groups.map((terms) => ({ passage: place, terms: new Set(terms), isNegated: false })),
    ...denied.map((terms) => ({ passage: place, terms: new Set(terms), isNegated: true })),
  ];
}

/**
 * A negation holds for its clause and those that follow, for they may only go on listing; another thought begins
 * behind a semicolon, with a conjunction, or with a subject and what it does.
 */
function affirmedPart(sentence: string): string {
  if (!isNegation(sentence)) return sentence;
  let isDenied = false;
  return sentence
    .split(/(?<=[,;:—(])/)
    .filter((clause, i, clauses) => {
      if (BEGINS_ANEW.test(clause) || clauses[i - 1]?.endsWith(";")) isDenied = false;
      isDenied ||= isNegation(clause);
      return !isDenied;
    })
    .join(" ");
}

function foundShare(content: readonly string[], terms: ReadonlySet<string>): number {
  if (content.length === 0) return 1;
  let found = 0;
  let all = 0;
  for (const term of content) {
    all += term.length;
    if (terms.has(term)) found += term.length;
  }
  return found / all;
}

/** By words that it shares with the question; the first passage's first sentence where none does. */
function closestSentence(
  question: string,
  passages: readonly string[],
): ClosestSentence | undefined {
  const wanted = questionTerms(question);
  let best: ClosestSentence | undefined;
  let most = -1;
  for (const [passage, text] of passages.entries()) {
    for (const range of sentencesIn(text, { start: 0, end: text.length })) {
      const share = foundShare(wanted, new Set(termsOf(text.slice(range.start, range.end))));
      if (share > most) {
        most = share;
        best = { passage, ...range };
      }
    }
  }
  return best;
}
