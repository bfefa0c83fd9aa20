// Reads a grammar in GBNF, the notation of llama.cpp, into rules.
// Source: llama.cpp, grammars/README.md and src/llama-grammar.cpp. Not supported: token elements (`<[12]>`).
import {
  type CharacterRange,
  choice,
  type Expression,
  type Grammar,
  joined,
  LAST_CODE_POINT,
  others,
  refused,
  repeat,
  rule,
  sequence,
} from "./expression.ts";

const GBNF_UNITS = 1 << 20;
/** Nested groups; the parser calls itself for each. */
const GROUP_DEPTH = 200;
const HEX_DIGITS = { x: 2, u: 4, U: 8 } as const;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
const MARKS: Readonly<Record<string, readonly [number, number]>> = {
  "*": [0, Infinity],
  "+": [1, Infinity],
  "?": [0, 1],
};

/** Throws `invalid-argument` that names the line. */
export function parseGbnf(text: string): Grammar {
  if (text.length > GBNF_UNITS) throw refused("The grammar is longer than 1 MiB.");
  return new GbnfParser(text).grammar();
}

class GbnfParser {
  readonly #text: string;
  readonly #rules = new Map<string, Expression>();
  /** Names in use, with the place where each was first used. */
  readonly #used = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  grammar(): Grammar {
    for (this.#space(true); this.#at < this.#text.length; this.#space(true)) this.#rule();
    for (const [name, at] of this.#used) {
      if (!this.#rules.has(name)) throw this.#problem(`the rule "${name}" is not defined`, at);
    }
    if (!this.#rules.has("root")) throw refused('The grammar has no rule "root".');
    return { root: "root", rules: this.#rules };
  }

  #rule(): void {
    const begin = this.#at;
    const name = this.#name();
    if (name === "") throw this.#problem("a rule's name is missing");
    this.#space(false);
    if (!this.#take("::=")) throw this.#problem(`"::=" is missing behind "${name}"`);
    this.#space(true);
    if (this.#rules.has(name)) throw this.#problem(`the rule "${name}" is defined twice`, begin);
    this.#rules.set(name, this.#alternatives(0));
    this.#space(false);
    if (this.#at < this.#text.length && !/[\r\n]/.test(this.#text[this.#at]!)) {
      throw this.#problem(`"${this.#text[this.#at]}" is not expected`);
    }
  }

  #alternatives(depth: number): Expression {
    const all = [this.#sequence(depth)];
    while (this.#take("|")) {
      this.#space(true);
      all.push(this.#sequence(depth));
    }
    return choice(...all);
  }

  #sequence(depth: number): Expression {
    const parts: Expression[] = [];
    for (let part = this.#element(depth); part; part = this.#element(depth)) {
      this.#space(depth > 0);
      parts.push(this.#repeated(part, depth));
    }
    return sequence(...parts);
  }

  #element(depth: number): Expression | undefined {
    if (this.#take('"')) return this.#literal();
    if (this.#take("[")) return this.#class();
    if (this.#take(".")) return { kind: "character", ranges: [[0, LAST_CODE_POINT]] };
    if (this.#take("(")) {
      if (depth >= GROUP_DEPTH) throw this.#problem("groups are nested too deeply");
      this.#space(true);
      const inner = this.#alternatives(depth + 1);
      this.#space(true);
      if (!this.#take(")")) throw this.#problem('")" is missing');
      return inner;
    }
    const begin = this.#at;
    const name = this.#name();
    if (name === "") return undefined;
    if (!this.#used.has(name)) this.#used.set(name, begin);
    return rule(name);
  }

  #repeated(part: Expression, depth: number): Expression {
    let repeated = part;
    for (;;) {
      const mark = MARKS[this.#text[this.#at] ?? ""];
      if (mark) {
        this.#at++;
        repeated = repeat(repeated, ...mark);
      } else if (this.#take("{")) repeated = this.#counted(repeated);
      else return repeated;
      this.#space(depth > 0);
    }
  }

  #counted(part: Expression): Expression {
    const counts = /^\s*(\d{1,6})\s*(?:(,)\s*(\d{1,6})?\s*)?\}/.exec(
      this.#text.slice(this.#at, this.#at + 64),
    );
    if (!counts) throw this.#problem("the numbers of a repetition are missing");
    const [all, low, comma, high] = counts;
    const least = Number(low);
    const most = high !== undefined ? Number(high) : comma ? Infinity : least;
    if (most < least) throw this.#problem("the numbers of a repetition are in the wrong order");
    this.#at += all.length;
    return repeat(part, least, most);
  }

  #literal(): Expression {
    const characters: Expression[] = [];
    while (!this.#take('"')) {
      const codePoint = this.#character();
      characters.push({ kind: "character", ranges: [[codePoint, codePoint]] });
    }
    return sequence(...characters);
  }

  #class(): Expression {
    const isNegated = this.#take("^");
    const ranges: CharacterRange[] = [];
    while (!this.#take("]")) {
      const low = this.#character();
      const isRange = this.#text[this.#at] === "-" && this.#text[this.#at + 1] !== "]";
      if (isRange) this.#at++;
      const high = isRange ? this.#character() : low;
      if (high < low) throw this.#problem("a range of characters is in the wrong order");
      ranges.push([low, high]);
    }
    return { kind: "character", ranges: isNegated ? others(ranges) : joined(ranges) };
  }

  /** One character of a literal or a class, as a code point. */
  #character(): number {
    const codePoint = this.#text.codePointAt(this.#at);
    if (codePoint === undefined) throw this.#problem("the grammar ends inside a text");
    this.#at += codePoint > 0xffff ? 2 : 1;
    if (codePoint !== 0x5c) return codePoint;
    const mark = this.#text[this.#at++] ?? "";
    const digits = HEX_DIGITS[mark as keyof typeof HEX_DIGITS];
    if (digits !== undefined) {
      const hex = this.#text.slice(this.#at, this.#at + digits);
      const value = /^[0-9a-fA-F]+$/.test(hex) && hex.length === digits ? parseInt(hex, 16) : -1;
      if (value < 0 || value > LAST_CODE_POINT)
        throw this.#problem(`"\\${mark}${hex}" is no character`);
      this.#at += digits;
      return value;
    }
    if (mark in ESCAPES) return ESCAPES[mark]!.codePointAt(0)!;
    if (/^[\\"[\]^-]$/.test(mark)) return mark.codePointAt(0)!;
    throw this.#problem(`"\\${mark}" is no escape`);
  }

  #name(): string {
    const from = this.#at;
    while (/[a-zA-Z0-9-]/.test(this.#text[this.#at] ?? "")) this.#at++;
    return this.#text.slice(from, this.#at);
  }

  #take(mark: string): boolean {
    if (!this.#text.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    return true;
  }

  /** White space and comments; line breaks too where a rule cannot end. */
  #space(withBreaks: boolean): void {
    for (;;) {
      const unit = this.#text[this.#at];
      if (unit === "#")
        while (this.#at < this.#text.length && !/[\r\n]/.test(this.#text[this.#at]!)) this.#at++;
      else if (unit === " " || unit === "\t") this.#at++;
      else if (withBreaks && (unit === "\n" || unit === "\r")) this.#at++;
      else return;
    }
  }

  #problem(what: string, at = this.#at): Error {
    const line = this.#text.slice(0, at).split("\n").length;
    return refused(`The grammar cannot be read: in line ${line}, ${what}.`);
  }
}
