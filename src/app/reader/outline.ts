// The parts of a text that has no pages or chapters of its own: lines that look like the headings of a
// book. Looks only; nothing that is stored depends on it.
import type { Section } from "../../../workers/protocol.ts";

/** Shorter texts are seen at a glance. */
const LEAST_CHARACTERS = 5_000;
const MAX_LINE = 80;
/** One heading is no outline; one for every few lines is a list. */
const LEAST_HEADINGS = 3;
const LEAST_APART = 150;

const NUMBER = "(?:\\d{1,3}|[IVXLC]{1,7})";
const NAMED = new RegExp(
  `^(?:chapter|part|book|act|scene|letter|canto|section|appendix|kapitel|teil|buch|akt|szene|brief|abschnitt|anhang|chapitre|partie|livre|acte|scène|capítulo|parte|capitolo|libro)\\s+(?:the\\s+)?(?:${NUMBER}|[a-zà-ÿ]+)\\b[.:–—-]?.*$`,
  "iu",
);
const ALONE =
  /^(?:prologue|epilogue|preface|foreword|introduction|conclusion|contents|afterword|prolog|epilog|vorwort|einleitung|nachwort|inhalt|schluss|prologue|épilogue|préface|avant-propos)\.?$/iu;
const BARE_NUMBER = new RegExp(`^${NUMBER}\\.?$`, "u");
const NUMBERED = new RegExp(`^${NUMBER}[.)]\\s+\\S.{0,60}$`, "u");
const CHINESE = /^第[〇一二三四五六七八九十百千\d]+[章回節节卷部篇].{0,30}$/u;

export function detectOutline(text: string): readonly Section[] {
  if (text.length < LEAST_CHARACTERS) return [];
  const named: Section[] = [];
  const numbered: Section[] = [];
  const lines = /^.*$/gm;
  let before = "";
  for (let match = lines.exec(text); match; match = lines.exec(text)) {
    if (match[0] === "") lines.lastIndex++;
    const line = match[0].trim();
    const isOwn = before === "" && line !== "" && line.length <= MAX_LINE;
    before = line;
    if (!isOwn) continue;
    if (isSentence(line)) continue;
    const start = match.index;
    if (NAMED.test(line) || ALONE.test(line) || CHINESE.test(line)) {
      named.push({ start, label: withTitle(text, start + match[0].length, line) });
    } else if (BARE_NUMBER.test(line) || NUMBERED.test(line)) {
      numbered.push({ start, label: withTitle(text, start + match[0].length, line) });
    }
  }
  const found = numbered.length >= named.length ? merge(named, numbered) : named;
  const spread = found.length > 0 ? text.length / found.length : 0;
  return found.length >= LEAST_HEADINGS && spread >= LEAST_APART ? found : [];
}

/** A heading ends without the marks of a sentence. */
function isSentence(line: string): boolean {
  return /[,;!?”"’'…]$/.test(line) || /[a-zà-ÿ]{2,}\.\s+\S+.*[.]$/u.test(line);
}

/** A number alone is followed by its title: «1», «The Old Sea-dog». */
function withTitle(text: string, end: number, line: string): string {
  if (line.length > 14) return line;
  const next = /^\s*(.*)$/m.exec(text.slice(end, end + 200))?.[1]?.trim() ?? "";
  const isTitle = next !== "" && next.length <= 60 && !/[.,;:!?]$/.test(next);
  return isTitle ? `${line.replace(/\.$/, "")}: ${next}` : line;
}

function merge(a: readonly Section[], b: readonly Section[]): Section[] {
  return [...a, ...b].sort((one, other) => one.start - other.start);
}

/** Index of the section that holds `offset`; -1 before the first. */
export function sectionAt(sections: readonly Section[], offset: number): number {
  let low = 0;
  let high = sections.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sections[middle]?.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Where a reader wants to go: a part of a label, the number of a page, or a share of the text. */
export function placeFor(
  wish: string,
  sections: readonly Section[],
  characters: number,
): number | undefined {
  const wanted = wish.trim().toLowerCase();
  const share = /^(\d{1,3})\s*%$/.exec(wanted)?.[1];
  if (share !== undefined && Number(share) <= 100) {
    return Math.min(characters - 1, Math.floor((characters * Number(share)) / 100));
  }
  if (wanted === "") return undefined;
  const exact = new RegExp(
    `(?:^|\\s)${wanted.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}(?:$|[\\s:.])`,
    "iu",
  );
  const labels = sections.map(({ label }) => label.toLowerCase());
  const index = labels.findIndex((label) => exact.test(label));
  const near = index >= 0 ? index : labels.findIndex((label) => label.includes(wanted));
  return sections[near]?.start;
}
