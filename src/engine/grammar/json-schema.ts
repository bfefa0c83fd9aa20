// A JSON schema as a grammar: every text of the grammar is JSON that the schema allows. Of what the schema
// allows some is never written: white space, keys in another order, keys that it does not name (unless it says
// `additionalProperties`), escaped keys. Source: llama.cpp, json-schema-to-grammar.cpp, for the subset.
import {
  choice,
  EMPTY,
  type Expression,
  type Grammar,
  NOTHING,
  optional,
  refused,
  repeat,
  rule,
  sequence,
  text,
} from "./expression.ts";
import {
  type Bounds,
  FORMATS,
  numberText,
  otherKey,
  quoted,
  SPACE,
  STRING_CHARACTER,
} from "./json-text.ts";
import {
  type Alternative,
  alternatives,
  asSchema,
  type Conjunction,
  isSchema,
  type Kind,
  kindsOf,
  listOf,
  propertiesOf,
  propertyOf,
  requiredNames,
  type Schema,
  valuesOf,
  withoutValues,
} from "./schema-parts.ts";
import { matches } from "./states.ts";
import { stringPattern } from "./string-pattern.ts";

const COMMA = sequence(text(","), SPACE);
const COLON = sequence(text(":"), SPACE);
const MOST_RULES = 20_000;

/** Throws `invalid-argument` that names what the schema has and this cannot keep. */
export function schemaGrammar(schema: unknown): Grammar {
  if (!isSchema(schema)) throw refused("The schema is no JSON schema.");
  const writer = new SchemaWriter(schema);
  return { root: writer.rule([schema]), rules: writer.rules };
}

class SchemaWriter {
  readonly rules = new Map<string, Expression>();
  readonly #root: Schema;
  readonly #ids = new Map<Schema, number>();

  constructor(root: Schema) {
    this.#root = root;
  }

  /** The rule of values that all these schemas allow; schemas may lead back to themselves. */
  rule(conjunction: Conjunction): string {
    const held = conjunction.filter((schema) => schema !== true);
    const name = `value ${[...new Set(held.map((schema) => this.#id(schema)))].sort().join("&")}`;
    if (this.rules.has(name)) return name;
    if (this.rules.size > MOST_RULES) throw refused("The schema is too large.");
    this.rules.set(name, NOTHING); // begun
    const found = alternatives(held, this.#root);
    this.rules.set(name, choice(...found.map((one, i) => this.#alternative(one, `${name}.${i}`))));
    return name;
  }

  #id(schema: Schema): number {
    let id = this.#ids.get(schema);
    if (id === undefined) this.#ids.set(schema, (id = this.#ids.size));
    return id;
  }

  #value(conjunction: Conjunction): Expression {
    return rule(this.rule(conjunction));
  }

  #alternative(alternative: Alternative, name: string): Expression {
    const values = valuesOf(alternative);
    if (values) return this.#values(values, alternative);
    const { kinds, isInteger } = kindsOf(alternative);
    const write: Record<Kind, () => Expression> = {
      object: () => this.#object(alternative, name),
      array: () => this.#array(alternative),
      string: () => quoted(stringText(alternative)),
      number: () => numberText(boundsOf(alternative), isInteger),
      boolean: () => choice(text("true"), text("false")),
      null: () => text("null"),
    };
    return choice(...[...kinds].map((kind) => write[kind]()));
  }

  /** Values that stand beside other keywords are those that the grammar of these can write. */
  #values(values: readonly unknown[], alternative: Alternative): Expression {
    const rest = withoutValues(alternative);
    let texts = values.map((value) => JSON.stringify(value));
    if (rest && texts.length > 0) {
      const writer = new SchemaWriter(this.#root);
      const grammar = { root: writer.rule(rest), rules: writer.rules };
      texts = texts.filter((written) => matches(grammar, written));
    }
    return choice(...texts.map(text));
  }

  /** Keys in the order of the schema; each place has two rules, before and behind the first key written. */
  #object(alternative: Alternative, name: string): Expression {
    const required = requiredNames(alternative);
    const declared = alternative.flatMap((schema) => Object.keys(propertiesOf(schema)));
    const names = [...new Set([...declared, ...required])];
    const further = this.#further(alternative, names);
    const entry = (key: Expression, value: Expression) => sequence(key, COLON, value);
    const any = further && entry(otherKey(names), further);
    const [first, next] = [(i: number) => `${name} ${i}`, (i: number) => `${name} ,${i}`];
    this.rules.set(
      first(names.length),
      any ? optional(sequence(any, repeat(sequence(COMMA, any), 0))) : EMPTY,
    );
    this.rules.set(next(names.length), any ? repeat(sequence(COMMA, any), 0) : EMPTY);
    for (let i = names.length - 1; i >= 0; i--) {
      const key = names[i]!;
      const value = this.#value(propertyOf(alternative, key));
      const written = sequence(entry(text(JSON.stringify(key)), value), rule(next(i + 1)));
      const isLeftOut = required.includes(key) ? [] : [true];
      this.rules.set(first(i), choice(written, ...isLeftOut.map(() => rule(first(i + 1)))));
      this.rules.set(
        next(i),
        choice(sequence(COMMA, written), ...isLeftOut.map(() => rule(next(i + 1)))),
      );
    }
    return sequence(text("{"), rule(first(0)), text("}"));
  }

  /** The value of keys that are not named; undefined where there are to be none. */
  #further(alternative: Alternative, names: readonly string[]): Expression | undefined {
    const stated = alternative.flatMap(({ additionalProperties }) =>
      additionalProperties === undefined
        ? []
        : [asSchema(additionalProperties, '"additionalProperties"')],
    );
    if (stated.length === 0 && names.length > 0) return undefined;
    return stated.includes(false) ? undefined : this.#value(stated);
  }

  #array(alternative: Alternative): Expression {
    const lists = alternative.map(itemsOf);
    const firsts = Math.max(0, ...lists.map(({ prefix }) => prefix.length));
    const at = (i: number): Conjunction => lists.map(({ prefix, rest }) => prefix[i] ?? rest);
    let most = bound(alternative, "maxItems", Math.min, Infinity);
    for (let i = 0; i <= firsts; i++) if (at(i).includes(false)) most = Math.min(most, i);
    const least = Math.max(bound(alternative, "minItems", Math.max, 0), Math.min(firsts, most));
    if (least > most) return NOTHING;
    if (most === 0) return text("[]");
    const places = Math.min(firsts, most);
    const fixed = Array.from({ length: places }, (_, i) =>
      sequence(...(i > 0 ? [COMMA] : []), this.#value(at(i))),
    );
    const item = most > places ? this.#value(at(firsts)) : NOTHING;
    const [min, max] = [least - places, most - places];
    const further = sequence(COMMA, item);
    const rest =
      places > 0
        ? repeat(further, min, max)
        : sequence(item, repeat(further, Math.max(0, min - 1), max - 1));
    const isEmptyToo = places === 0 && min === 0;
    return sequence(text("["), ...fixed, isEmptyToo ? optional(rest) : rest, text("]"));
  }
}

/** Draft-07 writes `items` as a list and what follows it as `additionalItems`. */
function itemsOf({ prefixItems, items, additionalItems }: Alternative[number]) {
  const isOld = Array.isArray(items);
  const prefix = isOld
    ? items
    : prefixItems === undefined
      ? []
      : listOf(prefixItems, "prefixItems");
  const rest = (isOld ? additionalItems : items) ?? true;
  return {
    prefix: prefix.map((one) => asSchema(one, "items")),
    rest: asSchema(rest, '"items"'),
  };
}

function bound(
  alternative: Alternative,
  keyword: string,
  stricter: (a: number, b: number) => number,
  otherwise: number,
): number {
  return alternative.reduce((limit, { [keyword]: value }) => {
    if (value === undefined) return limit;
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw refused(`The schema's "${keyword}" is no number.`);
    }
    return stricter(limit, value);
  }, otherwise);
}

function boundsOf(alternative: Alternative): Bounds {
  const low = bound(alternative, "minimum", Math.max, -Infinity);
  const high = bound(alternative, "maximum", Math.min, Infinity);
  const above = bound(alternative, "exclusiveMinimum", Math.max, -Infinity);
  const below = bound(alternative, "exclusiveMaximum", Math.min, Infinity);
  const [least, most] = [Math.max(low, above), Math.min(high, below)];
  if (least > Number.MAX_SAFE_INTEGER || most < -Number.MAX_SAFE_INTEGER) {
    throw refused("The schema's numbers lie beyond what can be written exactly.");
  }
  return {
    least: Number.isFinite(least) ? Math.max(least, -Number.MAX_SAFE_INTEGER) : least,
    most: Number.isFinite(most) ? Math.min(most, Number.MAX_SAFE_INTEGER) : most,
    withoutLeast: above >= low && above > -Infinity,
    withoutMost: below <= high && below < Infinity,
  };
}

/** What stands between the quotes. */
function stringText(alternative: Alternative): Expression {
  const texts = new Set<string>();
  for (const { pattern, format } of alternative) {
    if (pattern !== undefined) texts.add(`pattern ${asText(pattern, "pattern")}`);
    if (format !== undefined) texts.add(`format ${asText(format, "format")}`);
  }
  const least = bound(alternative, "minLength", Math.max, 0);
  const most = bound(alternative, "maxLength", Math.min, Infinity);
  const [only] = texts;
  if (only === undefined) return least > most ? NOTHING : repeat(STRING_CHARACTER, least, most);
  if (texts.size > 1 || least > 0 || most < Infinity) {
    throw refused(
      'The schema\'s "pattern", "format" and lengths of one string are not supported together.',
    );
  }
  const [kind, ...words] = only.split(" ");
  const said = words.join(" ");
  if (kind === "pattern") return stringPattern(said);
  const format = Object.hasOwn(FORMATS, said) ? FORMATS[said] : undefined;
  if (!format) {
    const known = Object.keys(FORMATS).join(", ");
    throw refused(
      `The schema's format "${said}" is not supported (known: ${known}); use a pattern.`,
    );
  }
  return format;
}

function asText(value: unknown, keyword: string): string {
  if (typeof value !== "string") throw refused(`The schema's "${keyword}" is no text.`);
  return value;
}
