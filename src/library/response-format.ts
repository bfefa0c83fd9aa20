// OpenAI's `response_format` and llama.cpp's `grammar` as the form that the engine holds an answer to.
// Source: the Chat Completions API reference; llama.cpp, tools/server/README.md.
import type { AnswerFormat } from "../../workers/protocol.ts";
import { EngineCallError } from "../client/index.ts";

export type ResponseFormat =
  | { readonly type: "text" }
  /** Any object, or one that llama.cpp's `schema` describes. */
  | { readonly type: "json_object"; readonly schema?: unknown }
  | {
      readonly type: "json_schema";
      readonly json_schema: {
        readonly name?: string;
        readonly schema: unknown;
        /** Accepted for compatibility: every schema is kept exactly or refused. */
        readonly strict?: boolean | null;
      };
    };

interface Forms {
  readonly response_format?: ResponseFormat;
  readonly grammar?: string;
}

/** Undefined for a free text. Throws `invalid-argument`. */
export function answerFormat({ response_format: form, grammar }: Forms): AnswerFormat | undefined {
  const hasForm = form !== undefined && form.type !== "text";
  if (grammar !== undefined) {
    if (!hasForm) return { type: "gbnf", grammar };
    throw refused("An answer has a response_format or a grammar, not both.");
  }
  if (!hasForm) return undefined;
  switch (form.type) {
    case "json_object":
      return { type: "json-schema", schema: form.schema ?? { type: "object" } };
    case "json_schema":
      return { type: "json-schema", schema: form.json_schema.schema };
    default:
      throw refused(
        `The response_format ${JSON.stringify(form)} is unknown; it is text, json_object or json_schema.`,
      );
  }
}

const refused = (message: string): EngineCallError =>
  new EngineCallError({ code: "invalid-argument", message });
