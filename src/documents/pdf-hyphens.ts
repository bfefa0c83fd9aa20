// Where two lines meet: a word divided at the line's end becomes whole again, a compound keeps its
// hyphen. The document itself says which words it writes with one. Pure.

/** More words than this say nothing new. */
const MAX_WORDS = 200_000;
const MAX_WORD = 40;
/** Prefixes that keep their hyphen before any word. */
const PREFIXES =
  /^(?:self|ex|non|all|half|cross|quasi|vice|mid|anti|semi|pseudo|well|so|co|e|x|t|u|[a-z])$/i;
const TENS = /^(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)$/i;
const ONES =
  /^(?:one|two|three|four|five|six|seven|eight|nine|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b/i;
/** What follows the first of two compounds that share their second part: Ein- und Ausgang. */
const AND =
  /^(?:und|oder|bzw|sowie|bis|and|or|to|och|eller|og|en|of|y|o|e|et|ou|i|lub|a|nebo)(?![\p{L}\p{N}-])/u;
const HYPHENS = "-\u2010";

export interface Seam {
  /** Characters to take from the end of the first line. */
  readonly cut: 0 | 1;
  readonly between: "" | " ";
}

/** How a document writes its words inside its lines. */
export class WordForms {
  readonly #compounds = new Set<string>();
  readonly #words = new Set<string>();

  constructor(lines: Iterable<string>) {
    for (const line of lines) {
      if (this.#words.size >= MAX_WORDS) return;
      for (const [match] of line.matchAll(/[\p{L}\p{N}]+(?:[-\u2010\u2011][\p{L}\p{N}]+)*/gu)) {
        if (match.length > MAX_WORD) continue;
        const word = match.toLowerCase().replace(/[\u2010\u2011]/g, "-");
        (word.includes("-") ? this.#compounds : this.#words).add(word);
      }
    }
  }

  /** Undefined where the document has neither form. */
  isCompound(before: string, after: string): boolean | undefined {
    const [first, second] = [before.toLowerCase(), after.toLowerCase()];
    if (this.#compounds.has(`${first}-${second}`)) return true;
    return this.#words.has(first + second) ? false : undefined;
  }
}

const NO_WORDS = new WordForms([]);
const EAST_ASIAN = /[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]/;

/** `before` and `after`: the lines, or as much of them as a word is long. */
export function seam(before: string, after: string, words: WordForms = NO_WORDS): Seam {
  const last = before.at(-1) ?? "";
  if (last === "\u00ad") return { cut: 1, between: "" };
  if (last === "\u2011") return { cut: 0, between: "" };
  if (HYPHENS.includes(last) && last !== "") return hyphenSeam(before.slice(0, -1), after, words);
  const isEastAsian = EAST_ASIAN.test(last) && EAST_ASIAN.test(after.charAt(0));
  return { cut: 0, between: isEastAsian ? "" : " " };
}

function hyphenSeam(before: string, after: string, words: WordForms): Seam {
  const keep: Seam = { cut: 0, between: "" };
  const first = /[\p{L}\p{N}\p{M}]+$/u.exec(before)?.[0];
  const second = /^[\p{L}\p{N}\p{M}]+/u.exec(after)?.[0];
  // A dash, or a hyphen that stands alone.
  if (first === undefined || second === undefined) return { cut: 0, between: " " };
  if (AND.test(after)) return { cut: 0, between: " " };
  if (!/\p{L}$/u.test(first) || !/^\p{Ll}/u.test(second)) return keep;
  const known = words.isCompound(first, second);
  if (known !== undefined) return known ? keep : { cut: 1, between: "" };
  const isChain = /[\p{L}\p{N}][-\u2010][\p{L}\p{N}]+$/u.test(before); // state-of-the-
  if (isChain || PREFIXES.test(first) || (TENS.test(first) && ONES.test(second))) return keep;
  return { cut: 1, between: "" };
}

/** Two lines as running text. */
export function joinText(before: string, after: string, words?: WordForms): string {
  const { cut, between } = seam(before, after, words);
  return before.slice(0, before.length - cut) + between + after;
}
