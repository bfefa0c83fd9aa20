// How Jinja writes values of a template: as Python does.
import type { Interpreter } from "@huggingface/jinja";

export type TemplateValue = ReturnType<Interpreter["evaluate"]>;

/** A value as text: Python's str(). */
export function written(value: TemplateValue): string {
  switch (value.type) {
    case "UndefinedValue":
      return "";
    case "NullValue":
      return "None";
    case "BooleanValue":
      return value.value ? "True" : "False";
    case "ArrayValue":
    case "TupleValue":
    case "ObjectValue":
      return literal(value);
    default:
      return value.toString();
  }
}

/** Python's repr(). */
function literal(value: TemplateValue): string {
  const inner: unknown = value.value;
  if (typeof inner === "string") return quoted(inner);
  if (Array.isArray(inner)) {
    const items = (inner as TemplateValue[]).map(literal).join(", ");
    if (value.type !== "TupleValue") return `[${items}]`;
    return inner.length === 1 ? `(${items},)` : `(${items})`;
  }
  if (value.type === "ObjectValue") {
    const entries = [...(inner as Map<string, TemplateValue>)];
    return `{${entries.map(([key, one]) => `${quoted(key)}: ${literal(one)}`).join(", ")}}`;
  }
  return value.type === "UndefinedValue" ? "Undefined" : written(value);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character]!);
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}
