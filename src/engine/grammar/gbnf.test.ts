// GBNF texts and what they match; the notation's cases are those of llama.cpp's grammars/README.md.
import { describe, expect, test } from "vitest";
import { parseGbnf } from "./gbnf.ts";
import { matches } from "./states.ts";

const accepts = (grammar: string, text: string) => matches(parseGbnf(grammar), text);

describe("a grammar in GBNF", () => {
  test.each<[string, string, string[], string[]]>([
    [
      "texts and escapes",
      'root ::= "a\\n\\"\\x41\\u00e9\\U0001F600\\\\"',
      ['a\n"Aé😀\\'],
      ["a", ""],
    ],
    ["classes", "root ::= [a-cx] [^a-c\\n] [0-9-] [\\]^]", ["bz-]", "xé5^"], ["bb-]", "dz1]"]],
    ["any character", "root ::= . .", ["日本", "a\n"], ["日", "abc"]],
    [
      "alternatives over lines, groups, comments",
      'root ::= # what\n  ("a" | # or\n  "b") rest |\n  "c"\nrest ::= "x"',
      ["ax", "bx", "c"],
      ["a", "cx"],
    ],
    ["repetitions", 'root ::= "a"* "b"+ "c"?', ["b", "aabbc"], ["aac", "bcc"]],
    [
      "counted ones",
      'root ::= "a"{2} "b"{1,} ("cd"){0,2}',
      ["aab", "aabbcdcd"],
      ["ab", "aabcdcdcd"],
    ],
    [
      "rules that lead back",
      'root ::= "(" root ")" | "x" tail\ntail ::= ("," root)*',
      ["x", "((x))", "(x,x,(x))"],
      ["(x", "x,", "())"],
    ],
    ["an empty text", 'root ::= "" | "a"', ["", "a"], ["b"]],
    ["alternatives without text", 'root ::= "a" (| "b")', ["a", "ab"], [""]],
  ])("%s", (_, grammar, right, wrong) => {
    for (const text of right) expect(accepts(grammar, text), text).toBe(true);
    for (const text of wrong) expect(accepts(grammar, text), text).toBe(false);
  });

  test("the grammar of arithmetic", () => {
    const grammar = `root  ::= (expr "=" ws term "\\n")+
expr  ::= term ([-+*/] term)*
term  ::= ident | num | "(" ws expr ")" ws
ident ::= [a-z] [a-z0-9_]* ws
num   ::= [0-9]+ ws
ws    ::= [ \\t\\n]*`;
    expect(accepts(grammar, "1 +(x2 *3)= y\n")).toBe(true);
    expect(accepts(grammar, "1 += y\n")).toBe(false);
  });

  test("every byte of a class of characters, at its edges", () => {
    const edges = [0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff];
    for (const low of edges) {
      for (const high of edges.filter((edge) => edge >= low)) {
        const code = (point: number) => `\\U${point.toString(16).padStart(8, "0")}`;
        const grammar = parseGbnf(`root ::= [${code(low)}-${code(high)}]`);
        for (const point of edges.flatMap((edge) => [edge - 1, edge, edge + 1])) {
          if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) continue;
          const isIn = point >= low && point <= high;
          expect(matches(grammar, String.fromCodePoint(point)), `${low} ${point} ${high}`).toBe(
            isIn,
          );
        }
      }
    }
  });

  test.each([
    ['start ::= "a"', "root"],
    ["root ::= missing", "missing"],
    ['root ::= "a', "ends inside"],
    ['root ::= "a"\nroot ::= "b"', "line 2"],
    ["root ::= [z-a]", "wrong order"],
    ['root ::= "a"{3,1}', "wrong order"],
    ['root ::= ("a"', '")"'],
    ['root "a"', "::="],
    ['root ::= "a" )', "not expected"],
    ["root ::= <[12]>", "not expected"],
    ['root ::= "\\q"', "escape"],
    ['root ::= root "a" | "b"', "begin with itself"],
    ['root ::= b\nb ::= ""? c\nc ::= root', "begin with itself"],
    ['root ::= ("a"{999999})', "too large"],
    [`root ::= ${"(".repeat(300)}"a"${")".repeat(300)}`, "nested"],
  ])("%j is refused: %s", (grammar, says) => {
    expect(() => accepts(grammar, "a")).toThrow(says);
    expect(() => accepts(grammar, "a")).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  });
});
