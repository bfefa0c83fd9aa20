// Texts of JSON that stand for nothing but themselves: characters of strings, numbers between bounds, dates.
// Every text is one that JSON.parse gives back as the value that was meant.
import {
  among,
  type CharacterRange,
  choice,
  EMPTY,
  type Expression,
  joined,
  NOTHING,
  optional,
  others,
  repeat,
  sequence,
  shared,
  text,
} from "./expression.ts";

/** One blank or none: more would let a small model write nothing else. */
export const SPACE: Expression = optional(text(" "));

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What stands in a string as it is. */
export const PLAIN: readonly CharacterRange[] = others([
  [0, 0x1f],
  [QUOTE, QUOTE],
  [BACKSLASH, BACKSLASH],
]);

const DIGIT = among("09");
const HEX = among("09", "af", "AF");

/** A character of any string. Halves of pairs are never escaped: two of them would count as one. */
export const STRING_CHARACTER: Expression = choice(
  { kind: "character", ranges: PLAIN },
  sequence(text("\\"), among('""', "\\\\", "//", "bb", "ff", "nn", "rr", "tt")),
  sequence(
    text("\\u"),
    choice(
      sequence(among("09", "ac", "AC", "ef", "EF"), repeat(HEX, 3, 3)),
      sequence(among("dd", "DD"), among("07"), repeat(HEX, 2, 2)),
    ),
  ),
);

export const quoted = (inner: Expression): Expression => sequence(text('"'), inner, text('"'));

/** One character of the set, as it is written inside a string. */
export function stringCharacter(ranges: readonly CharacterRange[]): Expression {
  const plain = shared(ranges, PLAIN);
  const escaped = shared(ranges, others(PLAIN)).flatMap(([low, high]) =>
    Array.from({ length: high - low + 1 }, (_, i) =>
      text(JSON.stringify(String.fromCodePoint(low + i)).slice(1, -1)),
    ),
  );
  return choice({ kind: "character", ranges: joined(plain) }, ...escaped);
}

/** A string that is none of `names`; without escapes, so that no name is written in another way. */
export function otherKey(names: readonly string[]): Expression {
  return quoted(otherText(names.map((name) => Array.from(name))));
}

function otherText(names: readonly (readonly string[])[]): Expression {
  const plain: Expression = { kind: "character", ranges: PLAIN };
  const firsts = new Map<string, string[][]>();
  for (const [first, ...rest] of names) {
    if (first === undefined) continue;
    const tails = firsts.get(first) ?? [];
    tails.push(rest);
    firsts.set(first, tails);
  }
  const taken = [...firsts.keys()].map((first): CharacterRange => {
    const codePoint = first.codePointAt(0)!;
    return [codePoint, codePoint];
  });
  const parts: Expression[] = [
    sequence({ kind: "character", ranges: shared(PLAIN, others(taken)) }, repeat(plain, 0)),
  ];
  for (const [first, tails] of firsts) {
    const ranges = shared(PLAIN, [[first.codePointAt(0)!, first.codePointAt(0)!]]);
    if (ranges.length > 0) parts.push(sequence({ kind: "character", ranges }, otherText(tails)));
  }
  if (!names.some((name) => name.length === 0)) parts.push(EMPTY);
  return choice(...parts);
}

/** Fifteen digits are exact in a double. */
const MOST_DIGITS = 15;
const MOST_INTEGER = 10 ** MOST_DIGITS - 1;
/** Decimals next to a bound; more where fewer do not reach it. */
const MOST_PLACES = 3;
const FRACTION = sequence(text("."), repeat(DIGIT, 1, MOST_DIGITS));

export interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly withoutLeast: boolean;
  readonly withoutMost: boolean;
}

/** Integers and, where no bound is stated, exponents that stay finite. */
export function numberText(bounds: Bounds, isInteger: boolean): Expression {
  const isBound = bounds.least > -Infinity || bounds.most < Infinity;
  const [low, high] = integersWithin(bounds);
  const whole = integerBetween(low, high);
  if (isInteger) return whole;
  if (!isBound) {
    const exponent = sequence(among("ee", "EE"), optional(among("++", "--")), repeat(DIGIT, 1, 2));
    return sequence(whole, optional(FRACTION), optional(exponent));
  }
  if (low > high) return decimalsWithin(bounds);
  // With a fraction a number lies between an integer and the next one: both must be allowed. What is left at
  // either end lies between an integer and the bound.
  const above = integerBetween(Math.max(0, low), high - 1);
  const below = digitsBetween(Math.max(0, -high), -low - 1);
  const first = decimalsWithin({ ...bounds, most: low, withoutMost: true });
  const last = decimalsWithin({ ...bounds, least: high, withoutLeast: true });
  const minus = text("-");
  return choice(whole, sequence(above, FRACTION), sequence(minus, below, FRACTION), first, last);
}

function integersWithin({ least, most, withoutLeast, withoutMost }: Bounds): [number, number] {
  const low = withoutLeast ? Math.floor(least) + 1 : Math.ceil(least);
  const high = withoutMost ? Math.ceil(most) - 1 : Math.floor(most);
  return [
    Math.max(low, Math.min(-MOST_INTEGER, high)),
    Math.min(high, Math.max(MOST_INTEGER, low)),
  ];
}

function integerBetween(low: number, high: number): Expression {
  if (low > high) return NOTHING;
  const negative = low < 0 ? digitsBetween(Math.max(1, -high), -low) : NOTHING;
  return choice(digitsBetween(Math.max(0, low), high), sequence(text("-"), negative));
}

/** Of numbers from 0 on, without leading zeros; nothing where `low` is above `high`. */
function digitsBetween(low: number, high: number): Expression {
  const parts: Expression[] = [];
  for (let length = 1; length <= String(Math.max(0, high)).length; length++) {
    const from = Math.max(low, length === 1 ? 0 : 10 ** (length - 1));
    const to = Math.min(high, 10 ** length - 1);
    if (from <= to) parts.push(sameLength(String(from), String(to)));
  }
  return choice(...parts);
}

/** Digits between two texts of one length, as numbers. */
function sameLength(low: string, high: string): Expression {
  if (/^0*$/.test(low) && /^9*$/.test(high)) return repeat(DIGIT, low.length, low.length);
  const [first, last] = [low[0]!, high[0]!];
  const rest = low.length - 1;
  if (first === last) return sequence(text(first), sameLength(low.slice(1), high.slice(1)));
  const parts = [
    sequence(text(first), sameLength(low.slice(1), "9".repeat(rest))),
    sequence(text(last), sameLength("0".repeat(rest), high.slice(1))),
  ];
  const [second, before] = [Number(first) + 1, Number(last) - 1];
  if (second <= before)
    parts.push(sequence(among(`${second}${before}`), repeat(DIGIT, rest, rest)));
  return choice(...parts);
}

/** Of bounds with no integer between them, the numbers with few decimals; nothing for a bound that is none. */
function decimalsWithin({ least, most, withoutLeast, withoutMost }: Bounds): Expression {
  if (!Number.isFinite(least) || !Number.isFinite(most)) return NOTHING;
  const fits = (value: number) =>
    (withoutLeast ? value > least : value >= least) && (withoutMost ? value < most : value <= most);
  const isNegative = most <= 0;
  const [near, far] = isNegative ? [-most, -least] : [least, most];
  const whole = String(Math.floor(near));
  const valueOf = (fraction: number, places: number) =>
    Number(`${isNegative ? "-" : ""}${whole}.${String(fraction).padStart(places, "0")}`);
  const parts: Expression[] = [];
  for (let places = 1; places <= MOST_DIGITS; places++) {
    if (parts.length > 0 && places > MOST_PLACES) break;
    const scale = 10 ** places;
    const inside = (value: number) => (value - Math.floor(near)) * scale;
    let from = Math.max(0, Math.floor(inside(near)));
    let to = Math.min(scale - 1, Math.ceil(inside(far)));
    while (from <= to && !fits(valueOf(from, places))) from++;
    while (from <= to && !fits(valueOf(to, places))) to--;
    if (from > to) continue;
    const [low, high] = [from, to].map((value) => String(value).padStart(places, "0"));
    parts.push(sequence(text(`${isNegative ? "-" : ""}${whole}.`), sameLength(low!, high!)));
  }
  return choice(...parts);
}

const two = (first: string, last: string) => sameLength(first, last);
const DATE = sequence(
  repeat(DIGIT, 4, 4),
  text("-"),
  choice(
    sequence(
      choice(...["01", "03", "05", "07", "08", "10", "12"].map(text)),
      text("-"),
      two("01", "31"),
    ),
    sequence(choice(...["04", "06", "09", "11"].map(text)), text("-"), two("01", "30")),
    sequence(text("02-"), two("01", "28")), // the 29th depends on the year
  ),
);
const CLOCK = sequence(two("00", "23"), text(":"), two("00", "59"));
const TIME = sequence(
  CLOCK,
  text(":"),
  two("00", "59"),
  optional(sequence(text("."), repeat(DIGIT, 3, 3))),
  choice(text("Z"), sequence(among("++", "--"), CLOCK)),
);
const hex = (digits: number) => repeat(HEX, digits, digits);

/** Formats of strings that are written exactly; the others are refused. */
export const FORMATS: Readonly<Record<string, Expression>> = {
  date: DATE,
  time: TIME,
  "date-time": sequence(DATE, text("T"), TIME),
  uuid: sequence(hex(8), ...[4, 4, 4, 12].flatMap((digits) => [text("-"), hex(digits)])),
};
