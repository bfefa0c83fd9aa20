// Parts of a tokenizer.json that hold a pattern of their own: Split and Replace. The library rewrites
// the expression for JavaScript; matching is bounded (linear-pattern.ts), because the file is input.
import { SplitPreTokenizer } from "@huggingface/tokenizers";
import * as v from "valibot";
import { EngineError } from "../errors.ts";
import { LinearPattern } from "./linear-pattern.ts";
import type { Normaliser } from "./original-offsets.ts";

/** The longest expression in use has about 1,000 characters. */
const SOURCE_LIMIT = 4096;
const REPLACEMENT_LIMIT = 64;

const patternSchema = v.union([
  v.object({ Regex: v.string() }),
  v.object({ String: v.pipe(v.string(), v.nonEmpty()) }),
]);

interface Part {
  readonly type: string;
  readonly [field: string]: unknown;
}

type ForEachMatch = (text: string, emit: (start: number, end: number) => void) => void;

/** Cuts a text into pieces. Behaviours: «Isolated», and «Removed» with `invert`, which keeps matches only. */
export function splitter(part: Part): (text: string) => string[] {
  const forEachMatch = matcher(part["pattern"]);
  const keepsOnlyMatches = part["invert"] === true;
  return (text) => {
    const pieces: string[] = [];
    let end = 0;
    const add = (start: number, stop: number): void => {
      if (stop > start) pieces.push(text.slice(start, stop));
    };
    forEachMatch(text, (start, stop) => {
      if (!keepsOnlyMatches) add(end, start);
      add(start, stop);
      end = stop;
    });
    if (!keepsOnlyMatches) add(end, text.length);
    return pieces;
  };
}

export function replacer(part: Part): Normaliser {
  const forEachMatch = matcher(part["pattern"]);
  const content = part["content"] ?? "";
  if (typeof content !== "string" || content.length > REPLACEMENT_LIMIT) {
    throw malformed(`a replacement is no text of at most ${REPLACEMENT_LIMIT} characters`);
  }
  return (text) => {
    const parts: string[] = [];
    const origins: number[] = [];
    let end = 0;
    let moves = false;
    const keep = (until: number): void => {
      parts.push(text.slice(end, until));
      for (let at = end; at < until; at++) origins.push(at);
    };
    forEachMatch(text, (start, stop) => {
      keep(start);
      parts.push(content);
      const isEven = stop - start === content.length;
      for (let i = 0; i < content.length; i++) origins.push(start + (isEven ? i : 0));
      moves ||= !isEven;
      end = stop;
    });
    keep(text.length);
    origins.push(text.length);
    return { text: parts.join(""), origins: moves ? origins : null };
  };
}

function matcher(stated: unknown): ForEachMatch {
  const parsed = v.safeParse(patternSchema, stated, { abortEarly: true });
  if (!parsed.success) throw malformed("a pattern is neither an expression nor a text");
  const pattern = parsed.output;
  if ("String" in pattern) return (text, emit) => forEachText(text, pattern.String, emit);
  if (pattern.Regex.length > SOURCE_LIMIT) {
    throw malformed(`a pattern is longer than ${SOURCE_LIMIT} characters`);
  }
  const { pattern: expression } = new SplitPreTokenizer({
    type: "Split",
    pattern,
    behavior: "Isolated",
    invert: false,
  } as never);
  if (!expression) throw malformed("a pattern cannot be read");
  const linear = new LinearPattern(expression);
  return (text, emit) => {
    for (const { start, end } of linear.matches(text)) emit(start, end);
  };
}

function forEachText(
  text: string,
  wanted: string,
  emit: (start: number, end: number) => void,
): void {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    emit(at, at + wanted.length);
  }
}

const malformed = (what: string): EngineError =>
  new EngineError("format-invalid", `tokenizer.json: ${what}.`);
