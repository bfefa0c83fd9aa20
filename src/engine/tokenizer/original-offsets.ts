// A normalised text together with where its characters come from.
import { EngineError } from "../errors.ts";

export interface Normalised {
  readonly text: string;
  /**
   * For every unit of the text and its end, where it starts in the text before; inside a character,
   * where the character starts. Null: everything stands where it stood.
   */
  readonly origins: ArrayLike<number> | null;
}

export type Normaliser = (text: string) => Normalised;

/** Times as long as the text; a character of Unicode becomes at most 18 (NFKD). */
const MOST_GROWTH = 32;

/** One after the other. */
export const inSequence =
  (steps: readonly Normaliser[]): Normaliser =>
  (text) => {
    let now: Normalised = { text, origins: null };
    for (const step of steps) {
      const next = step(now.text);
      if (next.text.length > MOST_GROWTH * text.length + 64) {
        throw new EngineError(
          "format-unsupported",
          "tokenizer.json: a normaliser that multiplies a text is not supported.",
        );
      }
      now = { text: next.text, origins: through(now.origins, next.origins) };
    }
    return now;
  };

function through(
  first: ArrayLike<number> | null,
  second: ArrayLike<number> | null,
): ArrayLike<number> | null {
  if (!first || !second) return first ?? second;
  return Uint32Array.from(second, (at) => first[at]!);
}

/** What changes a character together with those behind it that join it: Unicode's forms, letter case. */
export const byCharacters =
  (change: (text: string) => string): Normaliser =>
  (text) => {
    const changed = change(text);
    return { text: changed, origins: changed === text ? null : characterOrigins(text, change) };
  };

const manyMarks = /\p{M}{1024}/u;
const markSlices = /\P{M}*\p{M}{0,1024}/gu;

/** A form of Unicode. Engines sort marks in the square of their number: more than a text has are cut apart. */
export const byForm = (form: string): Normaliser =>
  byCharacters((text) => {
    if (!manyMarks.test(text)) return text.normalize(form);
    return text.replaceAll(markSlices, (slice) => slice.normalize(form));
  });

function characterOrigins(text: string, change: (text: string) => string): Uint32Array {
  const origins: number[] = [];
  let start = 0;
  const close = (end: number): void => {
    const whole = text.slice(start, end);
    const characters = Array.from(whole);
    const changed = characters.map(change);
    // Where they do not act upon each other every character stands for itself.
    const parts = changed.join("") === change(whole) ? changed : [change(whole)];
    parts.forEach((part, index) => {
      const before = parts.length > 1 ? characters[index]! : whole;
      for (let i = 0; i < part.length; i++) {
        origins.push(start + (part.length === before.length ? i : 0));
      }
      start += before.length;
    });
  };
  let at = 0;
  for (const character of text) {
    if (at > start && !joins(character, change)) close(at);
    at += character.length;
  }
  close(text.length);
  origins.push(text.length);
  return Uint32Array.from(origins);
}

/** A mark, a vowel or final of Hangul, or what becomes one (the half-width voiced mark of Katakana). */
const JOINS = /^[\p{M}\u1160-\u11ff]/u;

const joins = (character: string, change: (text: string) => string): boolean =>
  character > "\u02ff" && (JOINS.test(character) || JOINS.test(change(character)));
