// The form that a caller asks an answer to have, as the grammar that it is held to.
import type { AnswerFormat } from "../api.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { Constraint } from "./constraint.ts";
import { parseGbnf } from "./gbnf.ts";
import { schemaGrammar } from "./json-schema.ts";

/** Throws `invalid-argument` that says what of it is not understood. */
export function constraintOf(format: AnswerFormat, tokenizer: Tokenizer): Constraint {
  const grammar =
    format.type === "json-schema" ? schemaGrammar(format.schema) : parseGbnf(format.grammar);
  return new Constraint(grammar, tokenizer);
}
