// What the grammar of a schema can write: walked at random over a vocabulary of bytes and longer pieces, every
// walk must end within its tokens, parse, and be valid for ajv. With nano's own choices: constrained.test.ts.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { Constraint } from "./constraint.ts";
import { schemaGrammar } from "./json-schema.ts";
import { matches } from "./states.ts";
import { randomSchema } from "./testing/random-schema.ts";
import { validator } from "./testing/validator.ts";

const END = 0;
const PIECES = [
  "",
  '{"',
  '":',
  ", ",
  '"}',
  "true",
  "null",
  "12",
  "ab",
  "é",
  '":"',
  "]]",
  "00",
  "  ",
];
const tokens = [
  ...PIECES.map((piece) => new TextEncoder().encode(piece)),
  ...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)),
];
const tokenizer = {
  vocabSize: tokens.length,
  eogIds: new Set([END]),
  isControl: (id: number) => id === END,
  pieceBytes: (id: number) => tokens[id]!,
} as unknown as Tokenizer;

/** One text of the schema, each token drawn among those that may be next. */
function walk(schema: unknown, most: number, draw: (below: number) => number): string {
  const constraint = new Constraint(schemaGrammar(schema), tokenizer);
  constraint.requireRoom(most);
  const bytes: number[] = [];
  for (let left = most; left > 0; left--) {
    const allowed = constraint.allowed(left);
    const ids = [...allowed.keys()].filter((id) => allowed[id] === 1);
    const id = ids[draw(ids.length)];
    if (id === undefined || id === END) break;
    constraint.take(id);
    bytes.push(...tokens[id]!);
  }
  expect(constraint.isComplete).toBe(true);
  return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes));
}

const drawn = fc.infiniteStream(fc.nat(0xffff));

describe("texts of random schemas", () => {
  test("every one parses and is valid, also when it has to end early", () => {
    fc.assert(
      fc.property(randomSchema, drawn, fc.nat(200), (schema, draws, more) => {
        const draw = (below: number) => draws.next().value! % below;
        const validate = validator(schema);
        const least = new Constraint(schemaGrammar(schema), tokenizer).tokensNeeded;
        const written = walk(schema, least + more, draw);
        const value: unknown = JSON.parse(written);
        expect(validate(value), `${written} for ${JSON.stringify(schema)}`).toBe(true);
      }),
      { numRuns: process.env["INKSPAN_LONG"] ? 1000 : 60, endOnFailure: true },
    );
  });
});

describe("a schema as a grammar", () => {
  const writes = (schema: unknown, text: string) => matches(schemaGrammar(schema), text);

  test.each<[string, unknown, string[], string[]]>([
    [
      "keys in their order, optional ones left out, none further",
      {
        properties: { a: { type: "null" }, b: { type: "null" }, c: { type: "null" } },
        required: ["b"],
      },
      ['{"b":null}', '{"a": null, "b": null}', '{"b":null,"c":null}'],
      ["{}", '{"a":null}', '{"b":null,"a":null}', '{"b":null,"d":null}', '{"b":null,}'],
    ],
    [
      "a further key is none of those that are named, however it is written",
      { properties: { ab: { type: "null" } }, additionalProperties: { type: "boolean" } },
      ['{"ab":null,"a":true}', '{"abc":true}', '{"":true}', "{}"],
      ['{"ab":true}', '{"\\u0061b":true}'],
    ],
    ["a required key that is described nowhere", { required: ["x"] }, ['{"x":[1]}'], ["{}"]],
    [
      "tuples, and what follows them",
      { prefixItems: [{ type: "boolean" }, { type: "null" }], items: { const: 1 }, maxItems: 3 },
      ["[true,null]", "[true,null,1]"],
      ["[true]", "[true,null,2]", "[true,null,1,1]"],
    ],
    ["a tuple of draft-07", { items: [{ const: 1 }], additionalItems: false }, ["[1]"], ["[1,1]"]],
    [
      "integers",
      { type: "integer", minimum: -12, maximum: 105 },
      ["-12", "-9", "0", "99", "105"],
      ["-13", "106", "1.0", "007"],
    ],
    [
      "numbers between integers",
      { type: "number", minimum: 0.25, exclusiveMaximum: 0.5 },
      ["0.3", "0.4"],
      ["0.5", "0.2", "0"],
    ],
    [
      "numbers with bounds",
      { type: "number", exclusiveMinimum: -2, maximum: 1 },
      ["-1.5", "-1", "0.99", "1"],
      ["-2", "1.5", "-2.5"],
    ],
    [
      "lengths count characters, and halves of pairs are not written",
      { type: "string", minLength: 2, maxLength: 2 },
      ['"ab"', '"😀é"', '"\\n\\u0000"'],
      ['"a"', '"abc"', '"\\ud83d\\ude00"'],
    ],
    [
      "probabilities",
      { type: "number", exclusiveMinimum: 0, maximum: 1 },
      ["0.5", "0.001", "1"],
      ["0", "0.0", "1.5", "-0.5"],
    ],
    ["a pattern is found anywhere", { pattern: "b+" }, ['"abbc"', '"b"'], ['"ac"']],
    [
      "a pattern that holds both ends, with escapes",
      { pattern: '^"\\n\\\\$' },
      ['"\\"\\n\\\\"'],
      ['"\\n"'],
    ],
    [
      "constants of any kind",
      { enum: [1, "a\n", { k: [null] }] },
      ["1", '"a\\n"', '{"k":[null]}'],
      ["2"],
    ],
    [
      "values that other keywords allow",
      { enum: ["a", "bcd", 3], type: "string", minLength: 2 },
      ['"bcd"'],
      ['"a"', "3"],
    ],
    [
      "all of several, with the stricter bound",
      { allOf: [{ type: "integer", minimum: 3 }, { maximum: 5 }] },
      ["3", "5"],
      ["2", "6", "4.5"],
    ],
    [
      "properties of one part are further ones of the other",
      {
        allOf: [
          { properties: { a: { type: "integer" } }, additionalProperties: { minimum: 5 } },
          { properties: { b: { type: "integer" } }, required: ["b"] },
        ],
      },
      ['{"b":5}', '{"a":1,"b":7}'],
      ['{"b":4}'],
    ],
    [
      "alternatives beside properties",
      {
        type: "object",
        properties: { a: { const: 1 }, b: { const: 2 } },
        anyOf: [{ required: ["a"] }, { required: ["b"] }],
      },
      ['{"a":1}', '{"b":2}', '{"a":1,"b":2}'],
      ["{}"],
    ],
    [
      "a list of itself",
      {
        $ref: "#/$defs/l",
        $defs: {
          l: { anyOf: [{ type: "null" }, { type: "array", items: { $ref: "#/$defs/l" } }] },
        },
      },
      ["null", "[]", "[[null],[]]"],
      ["[1]"],
    ],
    [
      "a date with its calendar",
      { format: "date" },
      ['"2024-04-30"'],
      ['"2024-04-31"', '"2023-02-30"'],
    ],
  ])("%s", (_, schema, right, wrong) => {
    const validate = validator(schema as object);
    for (const text of right) {
      expect(writes(schema, text), text).toBe(true);
      expect(validate(JSON.parse(text)), text).toBe(true);
    }
    for (const text of wrong) expect(writes(schema, text), text).toBe(false);
  });

  test.each<[unknown, string]>([
    [{ not: { type: "null" } }, '"not"'],
    [{ type: "array", uniqueItems: true }, '"uniqueItems"'],
    [{ type: "integer", multipleOf: 3 }, '"multipleOf"'],
    [{ type: "object", patternProperties: {} }, '"patternProperties"'],
    [{ properties: { a: { if: true } } }, '"if"'],
    [{ type: "string", format: "email" }, '"email"'],
    [{ type: "string", pattern: "(?=a)b" }, "condition"],
    [{ type: "string", pattern: "(a)\\1" }, "reference"],
    [{ type: "string", pattern: "(" }, "no regular expression"],
    [{ type: "string", pattern: "^a$", minLength: 3 }, "together"],
    [{ type: "text" }, '"text"'],
    [{ $ref: "#/$defs/none" }, "nowhere"],
    [{ $ref: "https://example.org/s" }, "does not lead"],
    [{ oneOf: [{ type: "integer" }, { type: "number" }] }, '"oneOf"'],
    [{ oneOf: [{ minLength: 2 }, { minimum: 3 }] }, '"oneOf"'],
    [{ enum: "a" }, "no list"],
    [{ minimum: "3" }, "no number"],
    ["a", "no JSON schema"],
    [null, "no JSON schema"],
  ])("%j is refused, with %s", (schema, says) => {
    const refusal = expect.objectContaining({ code: "invalid-argument" });
    expect(() => schemaGrammar(schema)).toThrow(refusal);
    expect(() => schemaGrammar(schema)).toThrow(says);
  });

  test.each<[unknown]>([
    [false],
    [{ type: "string", enum: [1] }],
    [{ properties: { a: { $ref: "#" } }, required: ["a"] }],
    [{ type: "integer", minimum: 3, maximum: 2 }],
  ])("%j has no value, and nothing is begun", (schema) => {
    expect(() => new Constraint(schemaGrammar(schema), tokenizer)).toThrow("No text of this form");
  });
});
