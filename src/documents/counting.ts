// Numbers as lists write them. What has no letters for a number is written in digits.

const ROMAN: readonly (readonly [value: number, digits: string])[] = [
  [1000, "m"], [900, "cm"], [500, "d"], [400, "cd"], [100, "c"], [90, "xc"],
  [50, "l"], [40, "xl"], [10, "x"], [9, "ix"], [5, "v"], [4, "iv"], [1, "i"],
]; // prettier-ignore
const LATIN = "abcdefghijklmnopqrstuvwxyz";
const GREEK = "αβγδεζηθικλμνξοπρστυφχψω";
const RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя";
const HAN = "〇一二三四五六七八九";

/** Lower case, 1 to 3,999. */
export function roman(value: number): string {
  if (value < 1 || value > 3999) return String(value);
  let rest = value;
  let digits = "";
  for (const [step, letters] of ROMAN) {
    while (rest >= step) {
      digits += letters;
      rest -= step;
    }
  }
  return digits;
}

/** The value of a lower or upper case number that `roman` would write so; undefined for others. */
export function romanValue(text: string): number | undefined {
  const digits = text.toLowerCase();
  if (!/^[ivxlcdm]{1,15}$/.test(digits)) return undefined;
  let value = 0;
  let rest = digits;
  for (const [step, letters] of ROMAN) {
    while (rest.startsWith(letters)) {
      value += step;
      rest = rest.slice(letters.length);
    }
  }
  return roman(value) === digits ? value : undefined;
}

/** a … z, aa, ab …, as web pages and spreadsheets go on. */
export function alphabetic(value: number, letters: "latin" | "greek" = "latin"): string {
  const alphabet = letters === "latin" ? LATIN : GREEK;
  if (value < 1) return String(value);
  let rest = value;
  let text = "";
  while (rest > 0) {
    rest--;
    text = alphabet[rest % alphabet.length]! + text;
    rest = Math.floor(rest / alphabet.length);
  }
  return text;
}

/** a … z, aa, bb …, as word processors go on. */
export function repeated(value: number, letters: "latin" | "russian" = "latin"): string {
  const alphabet = letters === "latin" ? LATIN : RUSSIAN;
  const times = Math.ceil(value / alphabet.length);
  if (value < 1 || times > 20) return String(value);
  return alphabet[(value - 1) % alphabet.length]!.repeat(times);
}

/** 1 to 99 in Chinese characters. */
export function han(value: number): string {
  if (value < 0 || value > 99) return String(value);
  const tens = Math.floor(value / 10);
  const ones = value % 10;
  if (tens === 0) return HAN[ones]!;
  return `${tens > 1 ? HAN[tens] : ""}十${ones > 0 ? HAN[ones] : ""}`;
}

export function ordinal(value: number): string {
  const teen = value % 100 >= 11 && value % 100 <= 13;
  const ending = teen ? "th" : (["th", "st", "nd", "rd"][value % 10] ?? "th");
  return `${value}${ending}`;
}

const RAISED: Readonly<Record<string, string>> = {
  "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
  "+": "⁺", "-": "⁻", "−": "⁻", "–": "⁻", "(": "⁽", ")": "⁾", n: "ⁿ",
}; // prettier-ignore

/** Raised digits, so that ten to the sixth is not 106; undefined where there are no such characters. */
export function superscript(text: string): string | undefined {
  let raised = "";
  let digits = 0;
  for (const character of text.trim()) {
    const up = RAISED[character];
    if (up === undefined) return undefined;
    if (/[\dn]/.test(character)) digits++;
    raised += up;
  }
  return digits > 0 && raised.length <= 12 ? raised : undefined;
}
