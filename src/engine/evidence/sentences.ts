// Where sentences begin and end in a text of any script, for what is shown to people: boundaries of
// Intl.Segmenter, without those that it sees behind abbreviations, initials and numbers, inside
// brackets and quotations that go on. Not for what is stored: the result follows the host's Unicode
// data. Nothing ever begins or ends inside a grapheme.
import { joinWrappedLines } from "./wrapped-lines.ts";

export interface TextRange {
  /** Half-open, UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** Sentences longer than this are cut at a clause or a word. */
const LONGEST_SENTENCE = 600;
/** How far around a place a sentence is looked for. */
const REACH = 2 * LONGEST_SENTENCE;

// Lower case; the full stop is not part of it. English, German, and the commonest of French, Spanish, Italian, Russian.
const ABBREVIATIONS = new Set(
  (
    "mr mrs ms dr prof rev hon st sr jr capt col gen lt sgt maj adm gov sen rep messrs mme mlle vs etc al cf " +
    "approx dept inc ltd co corp bros e.g i.e jan feb mar apr jun jul aug sept oct nov dec a.m p.m ph.d " +
    "bzw z.b d.h u.a o.ä u.ä i.d.r z.t u.u usw evtl ggf vgl gem inkl exkl einschl zzgl bzgl sog hrsg hr fr frl " +
    "dipl geb gest mio mrd okt dez sra srta dña mgr sig dott janv févr juil juill déc env ул им проф т.е т.д т.п т.к"
  ).split(" "),
);
/** Before a number; elsewhere most of them are words, or letters, with which a sentence may end. */
const NUMBERED = new Set(
  (
    "no nos vol ch fig figs eq sec sect para p pp art nr nrn bd s ca abs ziff rn kap abb tab anm pos max min tel " +
    "cap chap núm pág pag гл стр рис ст д"
  ).split(" "),
);
/** "He said no. I left." has the other I. */
const OPENS_NUMBER = /^(?:\p{N}|(?!I\s\p{Ll})[IVXLC]+(?!\p{L}))/u;
/** Behind these a sentence does end before a capital, for they often stand last. */
const MAY_END = new Set("etc al inc ltd co corp a.m p.m usw т.д т.п".split(" "));
const BEFORE_STOP = /(?:^|[\s("“„‘«[—–-])((?:\p{L}\.)*[\p{L}\p{M}]+)\.\s*$/u;
/** «z. B.», «i. d. R.»: written apart. */
const SPACED_ABBREVIATION = /(?<![\p{L}\p{N}])(\p{Ll}\.(?:\s\p{L}\.){1,2})\s*$/u;
/** The rest of one. */
const OPENS_REST = /^\p{L}\.(?:\s|$)/u;
/** "J." and "J.R.R."; Arabic and Hebrew have no capitals. */
const INITIALS = /^(?:\p{Lu}\.)*\p{Lu}$|^[\p{Script=Arabic}\p{Script=Hebrew}]$/u;
/** Not a name, so that what ends in a letter ("Vitamin C.", "the U.S.") has ended before it. */
const OPENS_SENTENCE =
  /^["'“„‘«(]*(?:The|An?|He|She|It|We|They|I|In|This|That|But|And|For|There|His|Her|Its|Er|Sie|Es|Der|Die|Das|Eine?|Ils?|Elles?|Les?|La)\s/u;
/** "Der 2. Weltkrieg", "am 3. Oktober". */
const ENDS_ORDINAL =
  /(?:^|[\s("“„])(?:de[rmns]|die|das|am|im|vom|zum|zur|beim)\s\p{N}{1,3}\.\s*$/iu;
const ENDS_DAY = /(?<!\p{N}[.,]?)\p{N}{1,2}\.\s*$/u;
const OPENS_MONTH = /^(?:Jan|Jän|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)/u;
const ENDS_NUMBER = /(?:^|\s)\p{N}{1,3}\.\s*$/u;
const OPENS_SMALL = /^["'“‘«(]*\p{Ll}/u;
/** Also the number of a note. */
const CLOSERS = /^(?:["'”’»)\]」』）]|\[\p{Nd}{1,3}\]|[¹²³⁰⁴-⁹])+(?=\s|$)/u;
const CLOSERS_REACH = 12;
/** The segmenter takes what opens the next sentence without a space before it for what closes this one. */
const OPENERS = /[\p{Ps}\p{Pi}]+$/u;
/** Japanese goes on behind a quotation: 「行こう。」と言った。 */
const ENDS_QUOTED = /[」』]$/u;
const OPENS_QUOTING = /^(?:と|って)/u;
const PARAGRAPH_END = /\n[^\S\n]*\n/g;

/**
 * The sentence around every place of the range, first to last, without white space at the ends. Never
 * empty where the range holds a character that is not white space.
 */
export function widenToSentences(text: string, range: TextRange): TextRange {
  const inner = trimmed(text, clamp(text, range));
  if (inner.end <= inner.start) return inner;
  const first = sentenceAt(text, inner.start);
  const last = inner.end <= first.end ? first : sentenceAt(text, inner.end - 1);
  return { start: Math.min(first.start, inner.start), end: Math.max(last.end, inner.end) };
}

/** The sentences that touch the range, in order. */
export function sentencesIn(text: string, range: TextRange): TextRange[] {
  const found: TextRange[] = [];
  let { start: at } = trimmed(text, clamp(text, range));
  while (at < range.end && at < text.length) {
    const sentence = sentenceAt(text, at);
    // The first may begin before the range; a part of an endless one would reach back as well.
    found.push(found.length === 0 ? sentence : { start: at, end: sentence.end });
    at = sentence.end;
    while (at < text.length && isSpace(text, at)) at++;
  }
  return found;
}

/** The sentence that holds the character at `offset`, which is not white space. */
function sentenceAt(text: string, offset: number): TextRange {
  const block = paragraphAt(text, offset);
  // What is around tells how long its lines are.
  const from = Math.max(0, offset - REACH);
  const around = joinWrappedLines(text.slice(from, offset + REACH));
  const inside = around.slice(block.start - from, block.end - from);
  const at = offset - block.start;
  let start = 0;
  let end = inside.length;
  for (const bound of boundariesOf(inside)) {
    if (bound <= at) start = bound;
    else {
      end = bound;
      break;
    }
  }
  const sentence = trimmed(inside, { start, end });
  const short =
    sentence.end - sentence.start <= LONGEST_SENTENCE ? sentence : clauseAt(inside, sentence, at);
  return { start: block.start + short.start, end: block.start + short.end };
}

/** At most `REACH` characters to each side; its ends are ends of graphemes. */
function paragraphAt(text: string, offset: number): TextRange {
  const from = Math.max(0, offset - REACH);
  const to = Math.min(text.length, offset + REACH);
  let start = from;
  for (const match of text.slice(from, offset).matchAll(PARAGRAPH_END)) {
    start = from + match.index + match[0].length;
  }
  const next = text.slice(offset, to).search(PARAGRAPH_END);
  const end = next < 0 ? to : offset + next;
  return {
    start: start === 0 || start > from ? start : wordEdge(text, start, offset, 1),
    end: end === text.length || end < to ? end : wordEdge(text, end, offset, -1),
  };
}

/** Ascending offsets inside a paragraph where a sentence begins, the first at 0. */
function boundariesOf(paragraph: string): number[] {
  const bounds: number[] = [];
  for (const { index } of segmenter("sentence").segment(paragraph)) {
    const opened =
      index - (OPENERS.exec(paragraph.slice(bounds.at(-1) ?? 0, index))?.[0].length ?? 0);
    const closers = CLOSERS.exec(paragraph.slice(opened, opened + CLOSERS_REACH));
    const moved = opened + (closers?.[0].length ?? 0);
    const at = moved === index ? index : moved + spacesAt(paragraph, moved);
    const before = paragraph.slice(bounds.at(-1) ?? 0, at);
    const after = paragraph.slice(at, at + 8);
    if (at === 0 || (before.trim() !== "" && after !== "" && !goesOn(before, after)))
      bounds.push(at);
  }
  return bounds;
}

/** The segmenter has seen an end here which is none. */
function goesOn(before: string, after: string): boolean {
  if (before.endsWith("\n")) return false; // a line is a heading, an item, a verse
  const apart = SPACED_ABBREVIATION.exec(before)?.[1];
  const word = apart?.replace(/\.\s/gu, ".").slice(0, -1) ?? BEFORE_STOP.exec(before)?.[1];
  if (word !== undefined) {
    const mayGoOn = apart !== undefined || /^\p{Ll}$/u.test(word);
    if (mayGoOn && OPENS_REST.test(after)) return true;
    const small = word.toLowerCase();
    if (INITIALS.test(word) && word !== "I") {
      const isItem = before.trim() === `${word}.`;
      return isItem || !OPENS_SENTENCE.test(after);
    }
    if (NUMBERED.has(small)) return OPENS_NUMBER.test(after);
    if (ABBREVIATIONS.has(small)) return !MAY_END.has(small) || OPENS_SMALL.test(after);
  }
  if (ENDS_NUMBER.test(before) && before.trim().length <= 4) return true; // "1." of a list
  if (ENDS_ORDINAL.test(before)) return true;
  if (ENDS_DAY.test(before) && OPENS_MONTH.test(after)) return true;
  if (ENDS_QUOTED.test(before) && OPENS_QUOTING.test(after)) return true;
  return OPENS_SMALL.test(after); // “Stop!” he said.
}

/** A part of a sentence that is too long to be shown: between clauses, else between words. */
function clauseAt(text: string, { start, end }: TextRange, at: number): TextRange {
  const half = LONGEST_SENTENCE / 2;
  const from = Math.max(start, at - half);
  const to = Math.min(end, at + half);
  const head = text.slice(from, at);
  const clause = from === start ? 0 : Math.max(0, head.search(/(?<=[;:,，；：、—])\s*(?=\S)/u));
  const left = clause > 0 ? from + clause + spacesAt(text, from + clause) : from;
  const tail = [...text.slice(at, to).matchAll(/[;:,，；：、—](?=\s|\p{Script=Han})/gu)].at(-1);
  const right = to === end || !tail ? to : at + tail.index + 1;
  return trimmed(text, {
    start: left === start ? left : wordEdge(text, left, at, 1),
    end: right === end ? right : wordEdge(text, right, at, -1),
  });
}

const EDGE_REACH = 64;

/**
 * The nearest word boundary from `at` on in the direction of `towards`, never beyond it. A word that is
 * longer than any is left at a grapheme.
 */
function wordEdge(text: string, at: number, towards: number, direction: 1 | -1): number {
  const from = Math.max(0, at - EDGE_REACH);
  const window = text.slice(from, at + EDGE_REACH);
  for (const granularity of ["word", "grapheme"] as const) {
    const bounds = Array.from(segmenter(granularity).segment(window), ({ index }) => from + index);
    // The window itself may begin inside a word or a grapheme.
    const inner = bounds.filter((bound) => bound > from + 8 || from === 0);
    const found =
      direction === 1
        ? inner.find((bound) => bound >= at && bound <= towards)
        : inner.findLast((bound) => bound <= at && bound > towards);
    if (found !== undefined) return found;
  }
  return at;
}

const segmenters = new Map<string, Intl.Segmenter>();

function segmenter(granularity: "sentence" | "word" | "grapheme"): Intl.Segmenter {
  const known = segmenters.get(granularity);
  if (known) return known;
  const made = new Intl.Segmenter("en", { granularity });
  segmenters.set(granularity, made);
  return made;
}

function clamp(text: string, { start, end }: TextRange): TextRange {
  const from = Math.min(Math.max(0, start), text.length);
  return { start: from, end: Math.min(Math.max(from, end), text.length) };
}

/** Without white space at both ends. */
function trimmed(text: string, { start, end }: TextRange): TextRange {
  let from = start;
  let to = end;
  while (from < to && isSpace(text, from)) from++;
  while (to > from && isSpace(text, to - 1)) to--;
  return { start: from, end: to };
}

function spacesAt(text: string, at: number): number {
  let end = at;
  while (end < text.length && isSpace(text, end)) end++;
  return end - at;
}

function isSpace(text: string, at: number): boolean {
  return text[at]!.trim() === "";
}
