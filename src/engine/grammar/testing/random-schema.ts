// Test support: random JSON schemas of the subset that llama.cpp's converter accepts, with what it leaves
// open (`number` with bounds, formats with a calendar) made exact. Tests only.
import fc from "fast-check";

type Json = Record<string, unknown>;

const NAMES = ["name", "age", "a", "ab", "née", 'say "hi"', "tags", "_id", "x-y", "日付"];
const name = fc.constantFrom(...NAMES);
const scalar = fc.oneof(
  fc.string({ maxLength: 8, unit: "grapheme" }),
  fc.integer({ min: -5000, max: 5000 }),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
);

const text = fc.oneof(
  fc.constant<Json>({ type: "string" }),
  fc
    .tuple(fc.nat(6), fc.nat(9))
    .map(([least, more]): Json => ({ type: "string", minLength: least, maxLength: least + more })),
  fc.constantFrom<Json>(
    ...["date", "time", "date-time", "uuid"].map((format) => ({ type: "string", format })),
  ),
  fc.constantFrom<Json>(
    ...[
      "^[a-z]{2,5}$",
      "^(\\([0-9]{3}\\))?[0-9]{3}-[0-9]{4}$",
      "^(red|green|blue)?$",
      '^[^\\s"]+@\\w+\\.(com|org)$',
      "^\\d{1,3}(\\.\\d+)?$",
      "[aeiou]x",
      "^a|b$",
      "^.{3}\\u00e9?$",
      '^"\\\\\\n$',
    ].map((pattern) => ({ type: "string", pattern })),
  ),
);

const limits = fc.tuple(fc.integer({ min: -300, max: 300 }), fc.nat(2000));
const integer = fc.oneof(
  fc.constant<Json>({ type: "integer" }),
  limits.map(([low, width]): Json => ({ type: "integer", minimum: low, maximum: low + width })),
  limits.map(([low]): Json => ({ type: "integer", exclusiveMinimum: low })),
  limits.map(([low, width]): Json => ({
    type: "integer",
    minimum: low,
    exclusiveMaximum: low + width + 1,
  })),
);
const number = fc.oneof(
  fc.constant<Json>({ type: "number" }),
  limits.map(([low, width]): Json => ({
    type: "number",
    minimum: low / 8,
    maximum: (low + width) / 8,
  })),
  limits.map(([low]): Json => ({ type: "number", exclusiveMaximum: low / 3 })),
  limits.map(([low, width]): Json => ({
    type: "number",
    exclusiveMinimum: low / 10,
    exclusiveMaximum: (low + width + 1) / 10,
  })),
);
const plain = fc.oneof(
  text,
  integer,
  number,
  fc.constantFrom<Json>({ type: "boolean" }, { type: "null" }, {}),
  scalar.map((value): Json => ({ const: value })),
  fc.uniqueArray(scalar, { minLength: 1, maxLength: 4 }).map((values): Json => ({ enum: values })),
  fc
    .subarray(["string", "integer", "boolean", "null", "array", "object"], { minLength: 1 })
    .map((types): Json => ({ type: types })),
);

const schema = fc.letrec<{ any: Json }>((tie) => {
  const any = tie("any");
  const object = fc
    .record({
      properties: fc.dictionary(name, any, { maxKeys: 4, noNullPrototype: true }),
      isRequired: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      further: fc.oneof(fc.constantFrom(undefined, false, true), any),
    })
    .map(({ properties, isRequired, further }): Json => ({
      type: "object",
      properties,
      required: Object.keys(properties).filter((_, i) => isRequired[i]),
      ...(further === undefined ? {} : { additionalProperties: further }),
    }));
  const array = fc.oneof(
    fc.tuple(any, fc.nat(3), fc.nat(3)).map(([items, least, more]): Json => ({
      type: "array",
      items,
      minItems: least,
      maxItems: least + more,
    })),
    any.map((items): Json => ({ type: "array", items })),
    fc
      .array(any, { minLength: 1, maxLength: 3 })
      .map((prefixItems): Json => ({ type: "array", prefixItems })),
  );
  const joined = fc.oneof(
    fc.array(any, { minLength: 1, maxLength: 3 }).map((anyOf): Json => ({ anyOf })),
    fc.tuple(text, integer, object).map((oneOf): Json => ({ oneOf })),
    fc.tuple(object, object).map(([one, other]): Json => ({ allOf: [open(one), renamed(other)] })),
    fc.tuple(object, object).map(([one, other]): Json => ({
      oneOf: [tagged(one, "circle"), tagged(other, "square")],
    })),
  );
  return {
    any: fc.oneof({ depthSize: "small", withCrossShrink: true }, plain, object, array, joined),
  };
}).any;

/** With `additionalProperties` the other part's keys would be ruled by it, mostly to a contradiction. */
const open = ({ additionalProperties: _, ...rest }: Json): Json => rest;

/** Under names of its own: two schemas of one key contradict each other mostly. */
function renamed(object: Json): Json {
  const other = (key: string) => `${key}2`;
  const entries = Object.entries(object.properties as Json);
  return {
    ...open(object),
    properties: Object.fromEntries(entries.map(([key, value]) => [other(key), value])),
    required: (object.required as string[]).map(other),
  };
}

function tagged(object: Json, kind: string): Json {
  return {
    ...object,
    properties: { ...(object.properties as Json), kind: { const: kind } },
    required: [...(object.required as string[]), "kind"],
  };
}

/** A tree or a list of itself, by reference. */
const recursive = fc.tuple(plain, fc.boolean()).map(([value, isList]): Json => ({
  $ref: "#/$defs/node",
  $defs: {
    node: {
      type: "object",
      properties: {
        value,
        next: isList
          ? { anyOf: [{ type: "null" }, { $ref: "#/$defs/node" }] }
          : { type: "array", items: { $ref: "#/$defs/node" } },
      },
      required: ["next"],
      additionalProperties: false,
    },
  },
}));

export const randomSchema: fc.Arbitrary<Json> = fc.oneof(
  { weight: 9, arbitrary: schema },
  { weight: 1, arbitrary: recursive },
);
