// What a grammar is made of, as data: the common form of GBNF texts and of JSON schemas. Every part stands
// for a set of texts. Not here: how texts are matched (program.ts).
import { EngineError } from "../errors.ts";

/** Inclusive ranges of code points. */
export type CharacterRange = readonly [low: number, high: number];

export type Expression =
  /** One character. No ranges: nothing at all, not even the empty text. */
  | { readonly kind: "character"; readonly ranges: readonly CharacterRange[] }
  | { readonly kind: "rule"; readonly name: string }
  | { readonly kind: "sequence"; readonly parts: readonly Expression[] }
  | { readonly kind: "choice"; readonly parts: readonly Expression[] }
  | {
      readonly kind: "repeat";
      readonly part: Expression;
      readonly least: number;
      /** Infinity: any number. */
      readonly most: number;
    };

/** Rules by name; a text matches the whole of `root`. */
export interface Grammar {
  readonly root: string;
  readonly rules: ReadonlyMap<string, Expression>;
}

export const LAST_CODE_POINT = 0x10ffff;

export const NOTHING: Expression = { kind: "character", ranges: [] };
export const EMPTY: Expression = { kind: "sequence", parts: [] };

export const rule = (name: string): Expression => ({ kind: "rule", name });

export function sequence(...parts: readonly Expression[]): Expression {
  return parts.length === 1 ? parts[0]! : { kind: "sequence", parts };
}

export function choice(...parts: readonly Expression[]): Expression {
  if (parts.length === 0) return NOTHING;
  return parts.length === 1 ? parts[0]! : { kind: "choice", parts };
}

export function repeat(part: Expression, least: number, most = Infinity): Expression {
  return { kind: "repeat", part, least, most };
}

export const optional = (part: Expression): Expression => repeat(part, 0, 1);

export function text(literal: string): Expression {
  return sequence(...Array.from(literal, (character) => characterOf(character.codePointAt(0)!)));
}

/** `"09"` is the digits: pairs of first and last character. */
export function among(...pairs: readonly string[]): Expression {
  const ranges = pairs.map((pair): CharacterRange => {
    const [low, high = low] = Array.from(pair, (character) => character.codePointAt(0)!);
    return [low!, high!];
  });
  return { kind: "character", ranges };
}

const characterOf = (codePoint: number): Expression => ({
  kind: "character",
  ranges: [[codePoint, codePoint]],
});

/** Sorted and disjoint. */
export function joined(ranges: readonly CharacterRange[]): CharacterRange[] {
  const all: CharacterRange[] = [];
  for (const [low, high] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = all.at(-1);
    if (last && low <= last[1] + 1) all[all.length - 1] = [last[0], Math.max(last[1], high)];
    else all.push([low, high]);
  }
  return all;
}

/** Every code point that is in none of the ranges. */
export function others(ranges: readonly CharacterRange[]): CharacterRange[] {
  const all: CharacterRange[] = [];
  let from = 0;
  for (const [low, high] of joined(ranges)) {
    if (low > from) all.push([from, low - 1]);
    from = high + 1;
  }
  if (from <= LAST_CODE_POINT) all.push([from, LAST_CODE_POINT]);
  return all;
}

/** What is in both. */
export function shared(
  a: readonly CharacterRange[],
  b: readonly CharacterRange[],
): CharacterRange[] {
  return others([...others(a), ...others(b)]);
}

export function refused(message: string): EngineError {
  return new EngineError("invalid-argument", message);
}
