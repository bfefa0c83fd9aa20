// Whether a sentence of an answer says anything: weak models repeat the question, a piece of their instruction, the name
// of a passage, or little words alone. By words, in any language that little-words.ts knows; a repeated question is
// known in every script. Pure.
import { INSTRUCTION } from "../tokenizer/question-wording.ts";
import { type LittleWords, littleWordsOf, wordsOf } from "./little-words.ts";

export interface AskedQuestion {
  /** `polar` is answered by yes or no, `choice` by one of those that it offers, `open` by what it does not hold. */
  readonly form: "open" | "polar" | "choice";
  /** In order, repeated ones included. */
  readonly words: readonly string[];
  /** Those that tell something, each once. */
  readonly content: readonly string[];
  readonly little: LittleWords;
  /** What a choice offers, in content words. */
  readonly offered?: Offered;
}

interface Offered {
  readonly left: readonly string[];
  readonly right: readonly string[];
}

/**
 * `nothing`: no word that tells. `affirms`: yes or no to a question that asks for it. `chooses`: one of what is offered,
 * or what a polar question asks about as a statement. `repeats`: words of the question alone. `own`: anything else.
 */
export type Substance = "nothing" | "affirms" | "chooses" | "repeats" | "own";

const AUXILIARIES = new Set(
  wordsOf(
    "is are was were am do does did has have had can could will would shall should may might must isn aren wasn weren don doesn didn hasn haven hadn couldn wouldn shouldn",
  ),
);
const ENDS_ASKING = /[?？؟]\s*$|(?:か|까|吗|嗎)[。.\s]*$/u;
/** They make «A and B» an offer. */
const OFFERS_BOTH =
  /\bwhich (?:one )?of\b|\bbetween\b|\bof the two\b|\bwelche[rs]? (?:von|der)\b|\bzwischen\b|\b(?:la)?lequelle? d|\blequel d|\bentre\b|\bcuál de\b|\bquale (?:tra|fra|di)\b|\bqual de\b|\bwelke van\b|\btussen\b|(?:^|\s)из(?:\s|$)/iu;
/** What passages and pages are called; with a number behind it still only a name. */
const LABELS = new Set(
  wordsOf(
    "text passage document excerpt page chapter section paragraph answer question context source note part book story " +
      "abschnitt stelle textstelle seite kapitel absatz dokument quelle antwort frage texte extrait chapitre paragraphe " +
      "texto pasaje documento página capítulo párrafo respuesta testo brano pagina capitolo risposta passagem resposta tekst bladzijde hoofdstuk " +
      "текст отрывок документ страница глава ответ 文本 段落 文档 答案 本文 文章 文書 答え 본문 문서 답",
  ),
);
const COUNTING = new Set(
  wordsOf(
    "many much viele wieviele wieviel combien cuántos cuántas quanti quante quantos quantas hoeveel сколько",
  ),
);
const ONES = new Set(wordsOf("one ein eine einer un une uno una um uma een один одна"));
const LEAST_PIECE_WORDS = 3;
/** Of the words of a polar question that its answer must repeat to be a statement. */
const STATED_SHARE = 0.5;
const LEAST_SHARED_LETTERS = 4;
const MOST_ENDING_LETTERS = 2;

const instruction = ` ${wordsOf(INSTRUCTION).join(" ")} `;

export function readQuestion(question: string): AskedQuestion {
  const little = littleWordsOf(question);
  const words = wordsOf(question);
  const content = [...new Set(words.filter((word) => !little.isLittle(word)))];
  const offered = offeredBy(question, words, little);
  const isPolar = little.isEnglish
    ? AUXILIARIES.has(words[0] ?? "")
    : ENDS_ASKING.test(question) && !words.some(little.isAsking);
  const form = offered ? "choice" : isPolar ? "polar" : "open";
  return { form, words, content, little, ...(offered && { offered }) };
}

export function substanceOf(sentence: string, asked: AskedQuestion): Substance {
  const { little, form } = asked;
  const words = wordsOf(sentence);
  const telling = words.filter((word) => !little.isLittle(word));
  if (telling.length === 0) {
    if (form === "polar") return words.length > 0 ? "affirms" : "nothing";
    return isCount(words, asked) || denies(words, asked) ? "own" : "nothing";
  }
  if (isLabel(telling, asked) || isPieceOfPrompt(words)) return "nothing";
  if (!telling.every((word) => isAsked(word, asked))) return "own";
  if (denies(words, asked)) return "own";
  if (form === "choice") return isChoice(telling, asked.offered!) ? "chooses" : "repeats";
  if (form === "open") return "repeats";
  const isStatement =
    little.isAffirming(words[0] ?? "") || telling.length >= STATED_SHARE * asked.content.length;
  return isStatement ? "chooses" : "repeats";
}

/** «One» is a little word and a number. */
function isCount(words: readonly string[], { words: asked }: AskedQuestion): boolean {
  return asked.some((word) => COUNTING.has(word)) && words.some((word) => ONES.has(word));
}

/** A denial that the question does not bring says something; «no» alone answers another kind of question. */
function denies(words: readonly string[], { words: asked, little }: AskedQuestion): boolean {
  if (words.length === 1 && little.isAffirming(words[0]!)) return false;
  return words.some(little.isDenying) && !asked.some(little.isDenying);
}

/** Whether the question holds the word, in whatever form of it. */
function isAsked(word: string, { words }: AskedQuestion): boolean {
  return words.some((one) => isSameWord(word, one));
}

function isSameWord(a: string, b: string): boolean {
  if (a === b) return true;
  if (/\p{Nd}/u.test(a + b)) return false;
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++;
  return (
    shared >= LEAST_SHARED_LETTERS &&
    a.length - shared <= MOST_ENDING_LETTERS &&
    b.length - shared <= MOST_ENDING_LETTERS
  );
}

/** «Passage 1», unless the question asks for such a name. */
function isLabel(telling: readonly string[], { words }: AskedQuestion): boolean {
  const named = telling.filter((word) => !/^\p{Nd}+$/u.test(word));
  return named.length > 0 && named.every((word) => LABELS.has(word) && !words.includes(word));
}

function isPieceOfPrompt(words: readonly string[]): boolean {
  return words.length >= LEAST_PIECE_WORDS && instruction.includes(` ${words.join(" ")} `);
}

function isChoice(telling: readonly string[], { left, right }: Offered): boolean {
  const has = (word: string | undefined) => word !== undefined && telling.includes(word);
  const isLeft = left.some(has) && !has(right.find((word) => !left.includes(word)));
  const isRight = right.some(has) && !has(left.findLast((word) => !right.includes(word)));
  return isLeft || isRight;
}

/** Undefined where nothing is offered. */
function offeredBy(
  question: string,
  words: readonly string[],
  little: LittleWords,
): Offered | undefined {
  const both = OFFERS_BOTH.test(question);
  const at = words.findLastIndex((word) => little.or.has(word) || (both && little.and.has(word)));
  if (at < 1) return undefined;
  const isTelling = (word: string) => !little.isLittle(word);
  const right = words.slice(at + 1).filter(isTelling);
  // As many words before as behind: «light blue or dark blue».
  const behind = words.slice(words.findIndex((word, i) => i > at && isTelling(word)));
  const length = behind.findIndex((word) => !isTelling(word));
  const before = words.slice(0, at).filter(isTelling);
  const listed = (question.match(/[,、，،]/gu) ?? []).length;
  const left = before.slice(-(length < 0 ? behind.length : Math.max(1, length)) - listed);
  return right.length > 0 && left.length > 0 ? { left, right } : undefined;
}
