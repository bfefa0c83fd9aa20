// Prompts of models with a chat template. Questions, answers and messages pass through the template as
// they are, because templates look at what they say; only where one spells a control token, the first
// character of that token is masked until the control tokens of the template itself are known.
import { EngineError } from "../errors.ts";
import { type Message, findShape, shapeMessages } from "./chat-shape.ts";
import type { ChatTemplate } from "./chat-template.ts";
import type { PromptStyle, ConversationTurn } from "./prompt-parts.ts";
import { AFTER, BEFORE, INSTRUCTION, turnsAsText } from "./question-wording.ts";
import type { TextPart, Tokenizer } from "./tokenizer.ts";

const trusted = (text: string): TextPart => ({ text, special: true });
const untrusted = (text: string): TextPart => ({ text, special: false });

// Characters for private use mark where texts go while the template's shape is found out.
const MARKS = /\uE0F1(\d+)\uE0F2/g;
const textMark = (index: number): string => `\uE0F1${index}\uE0F2`;

export function chatPrompt(template: ChatTemplate, tokenizer: Tokenizer): PromptStyle {
  /**
   * Everything up to the document, and everything behind it with the texts filled in. With `begun` only
   * a rendering that begins so is right; throws `format-unsupported` when there is none.
   */
  const around = (
    history: readonly ConversationTurn[],
    question: string,
    begun?: string,
  ): { prefix: string; rest: TextPart[] } => {
    const texts = [...history.flatMap((turn) => [turn.question, turn.answer]), question];
    const [document = ""] = unusedCharacters([...texts, template.text]);
    const turns = (contents: readonly string[]): Message[] => [
      { role: "system", content: INSTRUCTION },
      ...contents.map((content, index): Message =>
        index === 0
          ? { role: "user", content: `${BEFORE}${document}${AFTER}${content}` }
          : { role: index % 2 === 0 ? "user" : "assistant", content },
      ),
    ];
    let prefix = begun;
    const parts = filled(template, tokenizer, turns, texts, (rendered) => {
      const [before, rest, ...more] = rendered.split(document);
      if (before === undefined || rest === undefined || more.length > 0) return undefined;
      prefix ??= before;
      return before === prefix ? rest : undefined;
    });
    return { prefix: prefix ?? "", rest: parts };
  };

  const { prefix } = around([], "");
  return {
    style: "chat",
    prefixIds: tokenizer.encodeParts([trusted(prefix)], { bos: true }),
    ...endingOf(template, tokenizer),
    questionIds(question, history = []) {
      let parts: TextPart[];
      try {
        parts = around(history, question, prefix).rest;
      } catch (error) {
        // Some templates begin otherwise when turns follow; what was read begins as it does without.
        if (!(error instanceof EngineError) || history.length === 0) throw error;
        parts = around([], turnsAsText(history, question), prefix).rest;
      }
      return tokenizer.encodeParts(parts, { continues: true });
    },
    conversationIds(messages) {
      const texts = messages.map(({ content }) => content);
      const turns = (contents: readonly string[]): Message[] =>
        messages.map(({ role }, index) => ({ role, content: contents[index] ?? "" }));
      const parts = filled(template, tokenizer, turns, texts, (rendered) => rendered);
      return tokenizer.encodeParts(parts, { bos: true });
    },
  };
}

/** The shortest line that is taken for the end of an answer. */
const LEAST_STOP = 4;

/**
 * What the template writes behind an answer: a control token that the model's file may not state as an end, or
 * a line of text («### User:»), where the model was never taught such a token.
 */
function endingOf(
  template: ChatTemplate,
  tokenizer: Tokenizer,
): Pick<PromptStyle, "endIds" | "stops"> {
  const roles = ["user", "assistant", "user"] as const;
  const marked = roles.map((role, index): Message => ({ role, content: textMark(index) }));
  let rendered: string;
  try {
    rendered = findShape(template, marked).rendered;
  } catch (error) {
    // It knows single questions alone.
    if (!(error instanceof EngineError)) throw error;
    return { endIds: tokenizer.eogIds, stops: [] };
  }
  const start = rendered.indexOf(textMark(1)) + textMark(1).length;
  const behind = rendered.slice(start, rendered.indexOf(textMark(2), start));
  const [first] = tokenizer.controlsIn(behind);
  const [blank = ""] = /^\s*/.exec(behind) ?? [];
  if (first?.start === blank.length) {
    return { endIds: new Set([...tokenizer.eogIds, first.id]), stops: [] };
  }
  const [line = ""] = behind.slice(blank.length, first?.start).split(/\n|(?<=>)(?=<)/);
  const stop = (blank.includes("\n") ? "\n" : "") + line.trimEnd();
  return { endIds: tokenizer.eogIds, stops: line.trim().length >= LEAST_STOP ? [stop] : [] };
}

/**
 * The rendered conversation with `texts` in it, which cannot make control tokens. `take` cuts out what
 * is asked for; undefined: this rendering is not the right one.
 */
function filled(
  template: ChatTemplate,
  tokenizer: Tokenizer,
  turns: (contents: readonly string[]) => Message[],
  texts: readonly string[],
  take: (rendered: string) => string | undefined,
): TextPart[] {
  const marked = turns(texts.map((_, index) => textMark(index)));
  const { shape, rendered } = findShape(template, marked, (one) => take(one) !== undefined);
  const outer = take(rendered) ?? "";
  const masks = maskControls(template, tokenizer, texts);
  try {
    const inner = take(template.render(shapeMessages(turns(masks.texts), shape), true));
    if (inner !== undefined && sameControls(tokenizer, inner, outer)) {
      return unmask(inner, masks.originals);
    }
  } catch (error) {
    // What a text says made the template raise; with marks in its place it does not.
    if (!(error instanceof EngineError)) throw error;
  }
  return fill(outer, texts);
}

/** Marks replaced by the texts, untrusted. */
function fill(rendered: string, texts: readonly string[]): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of rendered.matchAll(MARKS)) {
    parts.push(trusted(rendered.slice(end, match.index)));
    parts.push(untrusted(texts[Number(match[1])] ?? ""));
    end = match.index + match[0].length;
  }
  parts.push(trusted(rendered.slice(end)));
  return parts;
}

/** The texts with the first character of every control token's text replaced, and what was there. */
function maskControls(
  template: ChatTemplate,
  tokenizer: Tokenizer,
  texts: readonly string[],
): { texts: string[]; originals: ReadonlyMap<string, string> } {
  const unused = unusedCharacters([...texts, template.text]);
  const masks = new Map<string, string>();
  const masked = texts.map((text) => {
    let result = "";
    let end = 0;
    for (const { start } of tokenizer.controlsIn(text)) {
      const first = String.fromCodePoint(text.codePointAt(start)!);
      let mask = masks.get(first);
      if (mask === undefined) masks.set(first, (mask = unused.shift() ?? ""));
      result += text.slice(end, start) + mask;
      end = start + first.length;
    }
    return result + text.slice(end);
  });
  return { texts: masked, originals: new Map([...masks].map(([first, mask]) => [mask, first])) };
}

function unmask(rendered: string, originals: ReadonlyMap<string, string>): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (let at = 0; at < rendered.length; at++) {
    const original = originals.get(rendered[at]!);
    if (original === undefined) continue;
    parts.push(trusted(rendered.slice(end, at)), untrusted(original));
    end = at + 1;
  }
  parts.push(trusted(rendered.slice(end)));
  return parts;
}

/** Whether two renderings hold the same control tokens: text beside text may still have made one. */
function sameControls(tokenizer: Tokenizer, a: string, b: string): boolean {
  const left = tokenizer.controlsIn(a);
  const right = tokenizer.controlsIn(b);
  return left.length === right.length && left.every(({ id }, index) => id === right[index]?.id);
}

/** A few characters for private use that stand in none of the texts. */
function unusedCharacters(texts: readonly string[]): string[] {
  const used = new Set(texts.join(""));
  const characters: string[] = [];
  for (let code = 0xe000; code < 0xf8ff && characters.length < 512; code++) {
    const character = String.fromCharCode(code);
    if (!used.has(character) && character !== "\uE0F1" && character !== "\uE0F2") {
      characters.push(character);
    }
  }
  return characters;
}
