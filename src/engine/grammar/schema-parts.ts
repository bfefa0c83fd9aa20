// A JSON schema taken apart: schemas that must hold together become alternatives, each with what it says
// about every kind of value. Source: JSON Schema 2020-12, and draft-07 where it is spelt differently.
// Keywords that cannot be kept by construction are refused, not ignored.
import { refused } from "./expression.ts";

export type Schema = boolean | Readonly<Record<string, unknown>>;
/** Schemas that must all hold; without any everything is allowed. */
export type Conjunction = readonly Schema[];
type SchemaObject = Exclude<Schema, boolean>;

export const KINDS = ["object", "array", "string", "number", "boolean", "null"] as const;
export type Kind = (typeof KINDS)[number];

/** Schema objects without alternatives and references: only their own keywords count. */
export type Alternative = readonly SchemaObject[];

const MOST_ALTERNATIVES = 1000;

/** The kind of value that a keyword speaks of. */
const KEYWORD_KINDS: Readonly<Record<string, Kind>> = {
  properties: "object",
  required: "object",
  additionalProperties: "object",
  items: "array",
  prefixItems: "array",
  additionalItems: "array",
  minItems: "array",
  maxItems: "array",
  minLength: "string",
  maxLength: "string",
  pattern: "string",
  format: "string",
  minimum: "number",
  maximum: "number",
  exclusiveMinimum: "number",
  exclusiveMaximum: "number",
};
const COMBINING = new Set(["type", "enum", "const", "$ref", "allOf", "anyOf", "oneOf"]);
const NOTES = new Set(
  "title description default examples example deprecated readOnly writeOnly $schema $id $comment $defs definitions $anchor id contentMediaType contentEncoding nullable strict".split(
    " ",
  ),
);
/** Keywords with a value that says nothing. */
const VOID: Readonly<Record<string, unknown>> = {
  uniqueItems: false,
  minProperties: 0,
  unevaluatedProperties: true,
  unevaluatedItems: true,
};

export function isSchema(value: unknown): value is Schema {
  return (
    typeof value === "boolean" ||
    (typeof value === "object" && value !== null && !Array.isArray(value))
  );
}

export function asSchema(value: unknown, what: string): Schema {
  if (!isSchema(value)) throw refused(`The schema's ${what} is no schema.`);
  return value;
}

export function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw refused(`The schema's "${what}" is no list.`);
  return value as readonly unknown[];
}

/** `root` is where references begin. Throws `invalid-argument`. */
export function alternatives(conjunction: Conjunction, root: Schema): Alternative[] {
  const found: Alternative[] = [];
  const visit = (waiting: readonly Schema[], held: ReadonlySet<SchemaObject>): void => {
    const [schema, ...others] = waiting;
    if (schema === undefined) {
      if (found.length >= MOST_ALTERNATIVES) throw refused("The schema has too many alternatives.");
      found.push([...held]);
      return;
    }
    if (schema === false) return;
    if (schema === true || held.has(schema)) return visit(others, held);
    requireKnown(schema);
    const next = new Set(held).add(schema);
    const further = [...others];
    if (schema.$ref !== undefined) further.push(resolve(schema.$ref, root));
    if (schema.allOf !== undefined) {
      further.push(...listOf(schema.allOf, "allOf").map((one) => asSchema(one, "allOf")));
    }
    const unions = (["anyOf", "oneOf"] as const).filter((name) => schema[name] !== undefined);
    const branch = (at: number, chosen: readonly Schema[]): void => {
      const name = unions[at];
      if (name === undefined) return visit([...chosen, ...further], next);
      const options = listOf(schema[name], name).map((one) => asSchema(one, name));
      if (name === "oneOf") requireDisjoint(options, root);
      for (const option of options) branch(at + 1, [...chosen, option]);
    };
    branch(0, []);
  };
  visit(conjunction, new Set());
  return found;
}

function requireKnown(schema: SchemaObject): void {
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword in KEYWORD_KINDS || COMBINING.has(keyword) || NOTES.has(keyword)) continue;
    if (value === undefined || (keyword in VOID && value === VOID[keyword])) continue;
    throw refused(`The schema's keyword "${keyword}" is not supported.`);
  }
}

function resolve(reference: unknown, root: Schema): Schema {
  if (typeof reference !== "string" || !/^#(\/|$)/.test(reference)) {
    throw refused(
      `The schema's reference ${JSON.stringify(reference)} does not lead into the schema.`,
    );
  }
  let at: unknown = root;
  for (const part of reference.split("/").slice(1)) {
    const name = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    at =
      typeof at === "object" && at !== null && Object.hasOwn(at, name)
        ? (at as Record<string, unknown>)[name]
        : undefined;
  }
  if (!isSchema(at)) throw refused(`The schema's reference "${reference}" leads nowhere.`);
  return at;
}

/** Kinds of value that an alternative allows, and whether its numbers are integers. */
export function kindsOf(alternative: Alternative): { kinds: Set<Kind>; isInteger: boolean } {
  let kinds = new Set<Kind>(KINDS);
  let isInteger = false;
  let isStated = false;
  const spoken = new Set<Kind>();
  for (const schema of alternative) {
    for (const keyword of Object.keys(schema)) {
      const kind = KEYWORD_KINDS[keyword];
      if (kind && schema[keyword] !== undefined) spoken.add(kind);
    }
    isStated ||= "enum" in schema || "const" in schema;
    if (schema.type === undefined) continue;
    isStated = true;
    const names = Array.isArray(schema.type) ? (schema.type as unknown[]) : [schema.type];
    if (names.includes("integer") && !names.includes("number")) isInteger = true;
    const own = new Set(names.map(kindNamed));
    kinds = new Set([...kinds].filter((kind) => own.has(kind)));
  }
  // A schema with properties and no type means an object.
  return { kinds: isStated || spoken.size === 0 ? kinds : spoken, isInteger };
}

function kindNamed(name: unknown): Kind {
  const kind = name === "integer" ? "number" : KINDS.find((one) => one === name);
  if (!kind) throw refused(`The schema's type ${JSON.stringify(name)} is unknown.`);
  return kind;
}

/** The values of `enum` and `const` of the right kinds, those of all schemas; undefined where none says any. */
export function valuesOf(alternative: Alternative): unknown[] | undefined {
  let values: unknown[] | undefined;
  for (const schema of alternative) {
    for (const keyword of ["enum", "const"] as const) {
      if (schema[keyword] === undefined) continue;
      const own = keyword === "const" ? [schema.const] : listOf(schema.enum, "enum");
      const keys = new Set(own.map(canonical));
      values = values ? values.filter((value) => keys.has(canonical(value))) : [...own];
    }
  }
  if (!values) return undefined;
  const { kinds, isInteger } = kindsOf(alternative);
  return values.filter((value) => {
    const kind = kindOfValue(value);
    return kinds.has(kind) && !(kind === "number" && isInteger && !Number.isInteger(value));
  });
}

/** What an alternative says beside its values; undefined where it says nothing more. */
export function withoutValues(alternative: Alternative): Alternative | undefined {
  const rest = alternative.map((schema) =>
    Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword in KEYWORD_KINDS)),
  );
  return rest.some((schema) => Object.keys(schema).length > 0) ? rest : undefined;
}

function kindOfValue(value: unknown): Kind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const kind = KINDS.find((one) => one === typeof value);
  if (!kind) throw refused("The schema has a value that is not JSON.");
  return kind;
}

/** Equal for equal values, whatever the order of their keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  const entries = Object.entries(value).map(
    ([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`,
  );
  return `{${entries.sort().join(",")}}`;
}

/** `oneOf` holds only where exactly one option does: the options must exclude each other. */
function requireDisjoint(options: readonly Schema[], root: Schema): void {
  options.forEach((option, i) => {
    for (const other of options.slice(i + 1)) {
      if (areDisjoint([option], [other], root, 0)) continue;
      throw refused(
        'Options of the schema\'s "oneOf" may hold together. Use "anyOf", or give them different types or a required property with different constants.',
      );
    }
  });
}

const MOST_DEPTH = 4;

function areDisjoint(a: Conjunction, b: Conjunction, root: Schema, depth: number): boolean {
  if (depth > MOST_DEPTH) return false;
  return alternatives(a, root).every((one) =>
    alternatives(b, root).every((other) => excludes(one, other, root, depth)),
  );
}

function excludes(a: Alternative, b: Alternative, root: Schema, depth: number): boolean {
  const [values, others] = [valuesOf(a), valuesOf(b)];
  if (values && others) {
    const keys = new Set(others.map(canonical));
    return !values.some((value) => keys.has(canonical(value)));
  }
  const kinds = statedKinds(a).filter((kind) => statedKinds(b).includes(kind));
  if (kinds.length === 0) return true;
  if (kinds.some((kind) => kind !== "object")) return false;
  return requiredNames(a)
    .filter((name) => requiredNames(b).includes(name))
    .some((name) => areDisjoint(propertyOf(a, name), propertyOf(b, name), root, depth + 1));
}

/** Without what is only meant: a keyword alone excludes no other kind. */
function statedKinds(alternative: Alternative): Kind[] {
  const values = valuesOf(alternative);
  if (values) return values.map(kindOfValue);
  return [
    ...kindsOf(alternative.filter(({ type }) => type !== undefined).map(({ type }) => ({ type })))
      .kinds,
  ];
}

export function requiredNames(alternative: Alternative): string[] {
  const names = alternative.flatMap(({ required }) =>
    required === undefined ? [] : listOf(required, "required"),
  );
  if (!names.every((name) => typeof name === "string")) {
    throw refused('The schema\'s "required" is no list of names.');
  }
  return [...new Set(names)];
}

export function propertiesOf(schema: SchemaObject): Readonly<Record<string, Schema>> {
  const { properties } = schema;
  if (properties === undefined) return {};
  if (
    !isSchema(properties) ||
    typeof properties === "boolean" ||
    !Object.values(properties).every(isSchema)
  ) {
    throw refused('The schema\'s "properties" are no schemas by name.');
  }
  return properties as Readonly<Record<string, Schema>>;
}

/** What all schemas together say about one property. */
export function propertyOf(alternative: Alternative, name: string): Conjunction {
  return alternative.map((schema) => {
    const own = propertiesOf(schema);
    if (Object.hasOwn(own, name)) return own[name]!;
    const { additionalProperties = true } = schema;
    return asSchema(additionalProperties, '"additionalProperties"');
  });
}
