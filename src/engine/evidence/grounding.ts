// Whether the sentences of an answer stand in the passages it was given, and where. By words alone, so that
// it holds for every model: most content words of a sentence, and every number, name and negation in it,
// must stand close together in the passage; what a passage denies supports no claim, and what only repeats the
// question claims nothing. A citation that is missing is a pity, a false one is a fault.
import { fold, termsOf } from "../words/terms.ts";
import { questionTerms, tellingTerms } from "../words/rank-passages.ts";
import {
  type AskedQuestion,
  readQuestion,
  type Substance,
  substanceOf,
} from "./answer-substance.ts";
import { type LittleWords, wordsOf } from "./little-words.ts";
import { isNegation, type ToldSentence, toldSentences, type Window, windowsOf } from "./told.ts";
import { saysAbsent } from "./absence.ts";
import { withPlainDates } from "./dates.ts";
import { sentencesIn, type TextRange } from "./sentences.ts";
import { valuedTerms, withValues } from "./values.ts";

export interface GroundedSentence extends TextRange {
  /** `unclaimed`: it has nothing of its own to be looked for («Yes.», words of the question). */
  readonly state: "supported" | "unsupported" | "unclaimed";
  /** Places of the passages that support it, best first. */
  readonly passages: readonly number[];
}

export interface Grounding {
  readonly sentences: readonly GroundedSentence[];
  /**
   * `absent`: the answer says that the text does not tell. `unsupported`: no sentence that claims something
   * stands in a passage, or none says anything. `unclaimed`: yes or no.
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
const MOST_CITATIONS = 2;
/** Of what the best window holds of the question. */
const MATTER_SHARE = 0.5;
/** Of the question, to stand beside a heading that alone holds what is claimed. */
const MATTER_BESIDE_HEADING = 0.3;
/** A word that was cut shorter than this could be any. */
const LEAST_CUT_LETTERS = 3;
/** Lines of an answer that are counted; of one alone the number may be meant. */
const NUMBERED_LINES = /^[^\S\n]*\(?\p{Nd}{1,2}[.)][^\S\n]/gmu;
const NUMBERED_LINE = /^\(?\p{Nd}{1,2}[.)]\s+/u;
/** What models write of themselves to name a passage. */
const OWN_CITATION = /\[\p{Nd}{1,3}\]|\b(?:passage|excerpt|textstelle|extrait)\s+\p{Nd}{1,3}\b/giu;
/** Words that a number and what it counts, or the parts of a date, stand apart in a text. */
const MOST_APART = 3;
const ENDED = /[.!?…。！？؟।][\p{Pe}\p{Pf}"'’*_]*\s*$/u;
/** Asked for by these, a heading is the answer. */
const NAMES_HEADINGS = new Set(
  wordsOf(
    "title heading chapter section part called titel überschrift kapitel titre chapitre título capítulo titolo",
  ),
);
/**
 * `passages` are the texts that the answer may rest on, best first. `isCut`: the answer ended at a limit of tokens, so that
 * its last word may be the beginning of one.
 */
export function groundAnswer(
  answer: string,
  question: string,
  passages: readonly string[],
  isCut = false,
): Grounding {
  const asked = readQuestion(question);
  const told: Told = {
    windows: passages.flatMap((passage, i) => windowsOf(passage, i, asked.little)),
    sentences: () => passages.flatMap((passage, i) => toldSentences(passage, i, asked.little)),
  };
  const ranges = sentencesIn(answer, { start: 0, end: answer.length });
  const isList = (answer.match(NUMBERED_LINES) ?? []).length > 1;
  const judged = ranges.map((range) => {
    const sentence = withoutMarks(answer.slice(range.start, range.end), isList);
    const isHalf = isCut && range === ranges.at(-1) && !ENDED.test(sentence);
    const found = groundSentence(sentence, range, isHalf, asked, told);
    // A sentence of the text may say so of something else.
    const isAbsent = found.grounded.state !== "supported" && saysAbsent(sentence);
    const unclaimed: GroundedSentence = { ...range, state: "unclaimed", passages: [] };
    return { ...found, isAbsent, grounded: isAbsent ? unclaimed : found.grounded };
  });
  const sentences = judged.map(({ grounded }) => grounded);
  const claims = sentences.filter(({ state }) => state !== "unclaimed");
  const supported = claims.filter(({ state }) => state === "supported").length;
  const absentAt = judged.findIndex(({ isAbsent }) => isAbsent);
  const supportedAt = sentences.findIndex(({ state }) => state === "supported");
  // «Merrow. His age is not mentioned.» answers; «It is not mentioned. Merrow was captain.» does not.
  const isAbsent = absentAt >= 0 && (supportedAt < 0 || absentAt < supportedAt);
  const state = isAbsent
    ? "absent"
    : claims.length === 0
      ? judged.some(({ substance }) => substance === "affirms")
        ? "unclaimed"
        : "unsupported"
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

interface Told {
  readonly windows: readonly Window[];
  readonly sentences: () => readonly ToldSentence[];
}

interface Claims {
  /** Content words that the question did not bring, or all where it brought all; names not among them. */
  readonly content: readonly string[];
  /** Numbers and names, which must all be there. */
  readonly exact: readonly string[];
  /** Numbers, and the words right beside each, of which one must be near it: «28 February 2020». */
  readonly counted: readonly Counted[];
  /** The beginning of a word that was cut. */
  readonly cut?: string | undefined;
  readonly isNegated: boolean;
}

interface Counted {
  readonly number: string;
  readonly beside: readonly string[];
}

function withoutMarks(sentence: string, isList: boolean): string {
  const plain = sentence.replace(OWN_CITATION, " ");
  return isList ? plain.replace(NUMBERED_LINE, "") : plain;
}

function groundSentence(
  sentence: string,
  range: TextRange,
  isHalf: boolean,
  asked: AskedQuestion,
  told: Told,
): { readonly substance: Substance; readonly grounded: GroundedSentence } {
  const [whole, cut] = isHalf ? withoutLastWord(sentence) : [sentence, undefined];
  const isCutShort = cut !== undefined && cut.length < LEAST_CUT_LETTERS && !/\p{Nd}/u.test(cut);
  // Judged with what was cut: the word may be the one that tells.
  const substance = substanceOf(isCutShort ? whole : sentence, asked);
  const unclaimed = { ...range, state: "unclaimed", passages: [] } as const;
  if (substance === "nothing" || substance === "affirms") return { substance, grounded: unclaimed };
  if (substance === "repeats" || substance === "chooses") {
    const passages = passagesOf(
      substance === "repeats"
        ? thatRepeat(sentence, asked, told)
        : thatChoose(sentence, asked, told),
    );
    if (passages.length > 0)
      return { substance, grounded: { ...range, state: "supported", passages } };
    const grounded =
      substance === "repeats" ? unclaimed : ({ ...range, state: "unsupported", passages } as const);
    return { substance, grounded };
  }
  const claims = claimsOf(whole, asked, isCutShort ? undefined : cut);
  if (!claims) return { substance: "nothing", grounded: unclaimed };
  const passages = passagesOf(thatSupport(claims, asked, told));
  const state = passages.length > 0 ? "supported" : "unsupported";
  return { substance, grounded: { ...range, state, passages } };
}

/** How well a passage supports a sentence; only the order counts. */
type Support = ReadonlyMap<number, number>;

function passagesOf(support: Support): number[] {
  const best = [...support].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return best.slice(0, MOST_CITATIONS).map(([passage]) => passage);
}

function thatSupport(claims: Claims, asked: AskedQuestion, { windows }: Told): Support {
  const matter = withValues(asked.content, asked.little);
  const asksForName = asked.words.some((word) => NAMES_HEADINGS.has(word));
  const best = new Map<number, { share: number; matter: number }>();
  for (const { passage, terms, order, told, isNegated } of windows) {
    if (isNegated !== claims.isNegated) continue;
    const holds = (held: ReadonlySet<string>) =>
      claims.exact.every((term) => held.has(term)) &&
      (claims.cut === undefined || holdsBeginning(held, claims.cut));
    if (!holds(terms) || !claims.counted.every((one) => countsTheSame(one, terms, order))) continue;
    const share = foundShare(claims.content, terms);
    const isTold =
      asksForName ||
      matter.length === 0 ||
      (holds(told) && foundShare(claims.content, told) >= LEAST_SHARE) ||
      foundShare(matter, told) >= MATTER_BESIDE_HEADING;
    if (!isTold) continue;
    const found = { share, matter: matter.length === 0 ? 0 : foundShare(matter, terms) };
    const before = best.get(passage);
    const isBetter = !before || share + found.matter > before.share + before.matter;
    if (share >= LEAST_SHARE && isBetter) best.set(passage, found);
  }
  // A name alone stands in many places: cited are those that also speak of what was asked.
  const least = MATTER_SHARE * Math.max(0, ...Array.from(best.values(), (one) => one.matter));
  const cited = [...best].filter(([, one]) => one.matter >= least);
  return new Map(cited.map(([passage, one]) => [passage, one.share + one.matter]));
}

/**
 * Words of an open question are its answer only where a sentence says them once more than the question does, beside the
 * rest of it: «The capital of Luxembourg is Luxembourg.»
 */
function thatRepeat(sentence: string, asked: AskedQuestion, { sentences }: Told): Support {
  const telling = tellingIn(sentence, asked);
  const rest = asked.content.filter((word) => !telling.includes(word));
  const support = new Map<number, number>();
  if (rest.length === 0) return support;
  for (const { passage, words } of sentences()) {
    const isAnswer = telling.every((word) => count(words, word) > count(asked.words, word));
    const share = foundShare(rest, new Set(words));
    if (isAnswer && share >= LEAST_SHARE)
      support.set(passage, Math.max(share, support.get(passage) ?? 0));
  }
  return support;
}

/** One sentence holds what was chosen, and as much of the rest of the question as any. */
function thatChoose(sentence: string, asked: AskedQuestion, { sentences }: Told): Support {
  const telling = tellingIn(sentence, asked);
  const offered = [...(asked.offered?.left ?? []), ...(asked.offered?.right ?? [])];
  const rest = asked.content.filter((word) => !telling.includes(word) && !offered.includes(word));
  const shared = sentences().map(({ passage, words }) => {
    const held = new Set(words);
    return { passage, held, rest: rest.length === 0 ? 1 : foundShare(rest, held) };
  });
  const least = MATTER_SHARE * Math.max(0, ...shared.map((one) => one.rest));
  const support = new Map<number, number>();
  for (const { passage, held, rest: share } of shared) {
    if (share < least || !telling.every((word) => held.has(word))) continue;
    support.set(passage, Math.max(share, support.get(passage) ?? 0));
  }
  return support;
}

function tellingIn(sentence: string, { little }: AskedQuestion): string[] {
  return [...new Set(wordsOf(sentence).filter((word) => !little.isLittle(word)))];
}

/** Undefined for a sentence that claims nothing. */
function claimsOf(
  sentence: string,
  asked: AskedQuestion,
  cut: string | undefined,
): Claims | undefined {
  const { little } = asked;
  const order = valuedTerms(sentence, little);
  const exact = [...order.filter(isNumber), ...namesOf(withPlainDates(sentence), asked)];
  const terms = tellingTerms(order);
  const content = terms.filter((term) => !little.isLittle(term) && !exact.includes(term));
  const known = withValues(asked.words, little);
  const own = content.filter((term) => !known.includes(term));
  const isNegated = isNegation(sentence, little);
  const claims = { exact, counted: countedIn(order, little), cut, isNegated };
  if (own.length > 0) return { ...claims, content: own };
  if (cut !== undefined || exact.some((term) => !known.includes(term))) {
    return { ...claims, content: [] };
  }
  if (content.length > 0) return { ...claims, content };
  // «None», and «one» where it is a number.
  return terms.length > 0 ? { ...claims, content: terms } : undefined;
}

function isNumber(term: string): boolean {
  return /\p{Nd}/u.test(term);
}

function countedIn(order: readonly string[], { isLittle }: LittleWords): Counted[] {
  return order.flatMap((number, i) => {
    const beside = [i - 1, i + 1].flatMap((at) => {
      const term = order[at];
      return term === undefined || isLittle(term) ? [] : [term];
    });
    return isNumber(number) ? [{ number, beside }] : [];
  });
}

/** What the passage has not at all is judged as any word of the answer. */
function countsTheSame(
  { number, beside }: Counted,
  terms: ReadonlySet<string>,
  order: readonly string[],
): boolean {
  const held = beside.filter((term) => terms.has(term));
  if (held.length === 0) return true;
  return order.some((term, i) => {
    if (term !== number) return false;
    const around = order.slice(Math.max(0, i - MOST_APART), i + MOST_APART + 1);
    return held.some((one) => around.includes(one));
  });
}

/** Words with a capital that do not stand first, where a capital says nothing. */
function namesOf(sentence: string, { little }: AskedQuestion): string[] {
  const names = sentence.matchAll(/(?<=[\p{L}\p{N},;:)"”’]\s+["“‘(]?)\p{Lu}[\p{L}\p{M}'’-]*/gu);
  return [...names].flatMap(([name]) => termsOf(name)).filter((term) => !little.isLittle(term));
}

/** The sentence without its last word, and that word, whose ending is no ending. */
function withoutLastWord(sentence: string): [string, string | undefined] {
  const match = /([\p{L}\p{N}\p{M}]+)[^\p{L}\p{N}\p{M}\s]*$/u.exec(sentence);
  if (!match) return [sentence, undefined];
  return [sentence.slice(0, match.index), fold(match[1]!)];
}

/** Endings are cut off words of a text, so that a beginning may be longer than what is left of its word. */
function holdsBeginning(terms: ReadonlySet<string>, beginning: string): boolean {
  const isNumber = /\p{Nd}/u.test(beginning);
  for (const term of terms) {
    if (term.startsWith(beginning)) return true;
    if (!isNumber && term.length > LEAST_CUT_LETTERS && beginning.startsWith(term)) return true;
  }
  return false;
}

function count(words: readonly string[], word: string): number {
  return words.filter((one) => one === word).length;
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
