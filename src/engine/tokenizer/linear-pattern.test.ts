// The bounded engine finds what the browser's finds, and its work grows with the text alone.
import { describe, expect, test } from "vitest";
import { createTokenizer } from "./tokenizer.ts";
import { LinearPattern } from "./linear-pattern.ts";
import { byteCharacters } from "./byte-level.ts";

const native = (expression: RegExp, text: string): string[] =>
  Array.from(text.matchAll(expression), (match) => `${match.index}:${match[0]}`);
const linear = (expression: RegExp, text: string): string[] =>
  Array.from(
    new LinearPattern(expression).matches(text),
    ({ start, end }) => `${start}:${text.slice(start, end)}`,
  );

const TEXTS = [
  "",
  "Hello, world! It's 12345 o'clock — they'll SEE\r\n\r\n  two  spaces\t\n",
  "naïve café ÅNGSTRÖM Привет мир 你好世界 123４５ 👩‍👩‍👧 🇨🇿 e\u0301\u0301",
  "a1b22c333d4444   \n \n\n x\u00a0y\u0085z\u2028w \ufeff",
  "aaaa abab abba baab bbbb ab",
  "((a)[b]{c}) $^.*+? \\ / - _ __init__ #include <x> != == === ->",
];
const PATTERNS: RegExp[] = [
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu,
  /(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/gu,
  /[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?:'s|'t)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+/gu,
  /\p{N}{1,3}(?=(?:\p{N}{3})*(?:\P{N}|$))/gu,
  /[一-龥぀-ゟ゠-ヿ]+/gu,
  /a*?b|ab?a|b{2,}|(?:ab)+/gu,
  /(?:a|ab)(?:c|bcd|b)?/gu,
  /(a|b)*?(?=\s|$)/gu,
  /(?<=a)b|(?<!a)b|^a|b$/gu,
  /(?<![\s\S])a|(?<=\n)\s/gu,
  /\b\w+\b|\B./gu,
  /(?=\p{L})/gu,
  /(?:)|x/gu,
  /(?:a?)*b|(?:a*)*|[^]/gu,
  /(?:a{0,2}b?){1,3}/gu,
  /.+/gu,
  /[^\n]/gu,
  /(?!a)[a-c]|\u{1F469}|\x61/gu,
];

describe("matches are those of the browser's engine", () => {
  for (const expression of PATTERNS) {
    test(expression.source, () => {
      for (const text of TEXTS) expect(linear(expression, text)).toEqual(native(expression, text));
    });
  }

  test("in random texts of few letters, for random expressions", () => {
    let state = 20_261_128;
    const next = (most: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state >>> 8) % most;
    };
    const expression = (depth: number): string => {
      const atom = ["a", "b", "[ab]", "[^a]", "c", "."][next(6)]!;
      if (depth === 0) return atom;
      switch (next(7)) {
        case 0:
          return `(?:${expression(depth - 1)}|${expression(depth - 1)})`;
        case 1: {
          const inner = expression(depth - 1);
          // Engines differ in what a repeated nothing means.
          if (new RegExp(`^(?:${inner})$`, "u").test("")) return inner;
          return `(?:${inner})${["*", "+", "?", "*?", "+?", "{1,2}", "{2}"][next(7)]!}`;
        }
        case 2:
          return `(?${"=!"[next(2)]!}${atom})${expression(depth - 1)}`;
        default:
          return expression(depth - 1) + expression(depth - 1);
      }
    };
    for (let round = 0; round < 400; round++) {
      const source = new RegExp(expression(3), "gu");
      const text = Array.from({ length: 12 }, () => "abc"[next(3)]!).join("");
      expect([source.source, text, linear(source, text)]).toEqual([
        source.source,
        text,
        native(source, text),
      ]);
    }
  });
});

describe("work grows with the text, not faster", () => {
  const steps = (source: string, text: string): number => {
    const pattern = new LinearPattern(new RegExp(source, "gu"));
    expect([...pattern.matches(text)].length).toBeGreaterThanOrEqual(0);
    return pattern.steps;
  };
  const hostile: [string, (length: number) => string][] = [
    ["(?:a+)+b", (n) => "a".repeat(n)],
    ["(?:a|aa)+$", (n) => `${"a".repeat(n)}c`],
    ["(?:a*)*b", (n) => "a".repeat(n)],
    ["(?:.*)*x|y", (n) => "ab".repeat(n / 2)],
    ["a*b|a", (n) => "a".repeat(n)],
    ["(?=a*b)a|a", (n) => "a".repeat(n)],
    ["a(?!(?:a|aa)*b)|b", (n) => "a".repeat(n)],
    ["(?:\\s*\\s*\\s*)*\\S\\S", (n) => " ".repeat(n)],
    ["(?:a?){30}a{30}", (n) => "a".repeat(n)],
  ];
  for (const [source, text] of hostile) {
    test(source, () => {
      const [once, twice] = [steps(source, text(4000)), steps(source, text(8000))];
      expect(twice / once).toBeLessThan(2.2);
      expect(once / 4000).toBeLessThan(2000);
    });
  }
});

describe("in tokenizer.json", () => {
  const open = (part: object, where: "pre_tokenizer" | "normalizer") =>
    createTokenizer({
      kind: "json",
      json: {
        added_tokens: [],
        pre_tokenizer: { type: "ByteLevel", use_regex: false, add_prefix_space: false },
        ...(where === "normalizer"
          ? { normalizer: part }
          : {
              pre_tokenizer: {
                type: "Sequence",
                pretokenizers: [
                  part,
                  { type: "ByteLevel", use_regex: false, add_prefix_space: false },
                ],
              },
            }),
        model: {
          type: "BPE",
          vocab: Object.fromEntries(byteCharacters.map((c, i) => [c, i])),
          merges: [],
        },
      },
      ...{ config: {}, bosId: null, eosId: null, eogIds: [], addsBos: false, vocabSize: 256 },
    });
  const split = (Regex: string) => ({
    type: "Split",
    pattern: { Regex },
    behavior: "Isolated",
    invert: false,
  });

  test("catastrophic expressions read a long text", async () => {
    const text = "a".repeat(40_000);
    for (const source of ["(a+)+$|(a|aa)+b", "(a*)*b|[ac]", "(?:a|a)*(?:a|a)*c|a"]) {
      const tokenizer = await open(split(source), "pre_tokenizer");
      expect(tokenizer.encode(text)).toHaveLength(40_000);
      const replacing = await open(
        { type: "Replace", pattern: { Regex: source }, content: "b" },
        "normalizer",
      );
      expect(replacing.encode(`${text}!`).at(-1)).toBe(0x21);
    }
  });

  const refused: [string, object, "pre_tokenizer" | "normalizer"][] = [
    ["a reference back", split("(a)\\1"), "pre_tokenizer"],
    ["looking far back", split("(?<=a+)b"), "pre_tokenizer"],
    ["huge repetitions", split("(?:(?:a{1000}){1000}){1000}"), "pre_tokenizer"],
    ["a long expression", split("a".repeat(10_000)), "pre_tokenizer"],
    ["deep groups", split(`${"(".repeat(2000)}a${")".repeat(2000)}`), "pre_tokenizer"],
    ["no expression", split("("), "pre_tokenizer"],
    [
      "a pattern of another kind",
      { type: "Split", pattern: 7, behavior: "Isolated" },
      "pre_tokenizer",
    ],
    [
      "a long replacement",
      { type: "Replace", pattern: { String: "a" }, content: "b".repeat(1000) },
      "normalizer",
    ],
    [
      "sequences without end",
      Array.from({ length: 5000 }).reduce<object>(
        (inner) => ({ type: "Sequence", normalizers: [inner] }),
        { type: "NFC" },
      ),
      "normalizer",
    ],
  ];
  for (const [name, part, where] of refused) {
    test(`${name} is refused`, async () => {
      await expect(open(part, where)).rejects.toMatchObject({ name: "EngineError" });
    });
  }

  test("a normaliser that doubles a text again and again is stopped", async () => {
    const doubling = { type: "Replace", pattern: { String: "a" }, content: "aa" };
    const tokenizer = await open(
      { type: "Sequence", normalizers: Array(60).fill(doubling) },
      "normalizer",
    );
    expect(() => tokenizer.encode("aaaa")).toThrow(/multiplies/);
  });
});
