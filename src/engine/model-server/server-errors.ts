// What a server says when it refuses, in the shapes of OpenAI, llama.cpp, vLLM, Ollama and LM Studio, as one
// sentence and a code.
import { EngineError, type EngineErrorCode } from "../errors.ts";

/** Of what a server says; the rest of a page or a trace helps nobody. */
const MOST_CHARACTERS = 300;
const MOST_BYTES = 64 * 1024;

export async function serverSaid(
  response: Response,
  base: string,
  waiting: () => void,
): Promise<EngineError> {
  const said = messageOf(await beginning(response, waiting));
  return refusal(response.status, said, new URL(base).origin);
}

/** `said` may be empty. */
export function refusal(status: number, said: string, origin: string): EngineError {
  const quote = said === "" ? "" : `: ${said}`;
  return new EngineError(codeOf(status, said), `${origin} refused (${status})${quote}`);
}

function codeOf(status: number, said: string): EngineErrorCode {
  if (status === 401 || status === 403) return "server-key";
  const isLength =
    /context (?:size|length|window)|exceed_context|too many tokens|maximum.*tokens/i.test(said);
  if ((status === 400 || status === 413 || status === 422) && isLength) return "server-context";
  if (status === 404) return "server-not-found";
  if (status === 429 || status === 503) return "server-busy";
  return "server-refused";
}

/** The sentence in an error of any of these servers; of anything else its first words. */
export function messageOf(body: string): string {
  return shortened(sentenceIn(parsed(body)) ?? (body.trimStart().startsWith("<") ? "" : body));
}

function sentenceIn(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return sentenceIn(value[0]);
  if (typeof value !== "object" || value === null) return undefined;
  const { error, message, detail, msg } = value as Record<string, unknown>;
  return sentenceIn(error) ?? sentenceIn(message) ?? sentenceIn(detail) ?? sentenceIn(msg);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function shortened(text: string): string {
  const line = text.replace(/\s+/gu, " ").trim();
  return line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS)}…`;
}

async function beginning(response: Response, waiting: () => void): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    while (reader && bytes < MOST_BYTES) {
      waiting();
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.length;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // What was said so far, if anything.
  }
  void reader?.cancel().catch(() => undefined);
  return text;
}
