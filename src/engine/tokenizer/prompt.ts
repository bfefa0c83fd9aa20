// The tokens around a document: what stands before it (they become the attention sinks) and what
// follows it up to the place where the model answers. The document's own tokens lie between:
//
//   prefixIds · tokenizer.encode(document) · questionIds(question, earlierTurns) → answer
//
// Only the model's template can make control tokens; documents, questions and answers are text.
import { EngineError } from "../errors.ts";
import type { ChatMessage, ChatTemplate } from "./chat-template.ts";
import type { ChatTemplateSource } from "./source.ts";
import type { TextPart, Tokenizer } from "./tokenizer.ts";

export interface Turn {
  readonly question: string;
  readonly answer: string;
}

export interface PromptParts {
  /** "document-question-answer": trained for it; "chat": by template; "plain": neither. */
  readonly style: "document-question-answer" | "chat" | "plain";
  readonly prefixIds: Uint32Array;
  /** Everything after the document, up to where the answer begins. */
  questionIds(question: string, history?: readonly Turn[]): Uint32Array;
}

export interface PromptSource {
  readonly chatTemplate: ChatTemplateSource | null;
  readonly promptStyle: string | null;
}

const BEFORE = "Read this document:\n\n";
const AFTER = "\n\nAnswer from the document only.\nQuestion: ";

export async function promptParts(model: PromptSource, tokenizer: Tokenizer): Promise<PromptParts> {
  if (model.promptStyle === "document-question-answer") return trainedPrompt(tokenizer);
  if (model.promptStyle !== null) {
    throw new EngineError(
      "format-unsupported",
      `The prompt style «${model.promptStyle.slice(0, 80)}» of this model is not known. Update the application.`,
    );
  }
  if (!model.chatTemplate) return plainPrompt(tokenizer);
  // The interpreter of templates is large and the embedded model has no template.
  const { ChatTemplate } = await import("./chat-template.ts");
  return chatPrompt(new ChatTemplate(model.chatTemplate), tokenizer);
}

const trusted = (text: string): TextPart => ({ text, special: true });
const untrusted = (text: string): TextPart => ({ text, special: false });

function trainedPrompt(tokenizer: Tokenizer): PromptParts {
  for (const mark of ["<|bos|>", "<|document|>", "<|question|>", "<|answer|>", "<|end|>"]) {
    if (tokenizer.specialId(mark) === undefined) {
      throw new EngineError(
        "format-invalid",
        `The model says that it reads documents, but has no token «${mark}». The file is damaged.`,
      );
    }
  }
  return {
    style: "document-question-answer",
    prefixIds: tokenizer.encodeParts([trusted("<|bos|><|document|>")]),
    questionIds: (question, history = []) =>
      tokenizer.encodeParts(
        [
          ...history.flatMap((turn) => [
            trusted("<|question|>"),
            untrusted(turn.question),
            trusted("<|answer|>"),
            untrusted(turn.answer),
            trusted("<|end|>"),
          ]),
          trusted("<|question|>"),
          untrusted(question),
          trusted("<|answer|>"),
        ],
        { continues: true },
      ),
  };
}

function plainPrompt(tokenizer: Tokenizer): PromptParts {
  return {
    style: "plain",
    prefixIds: tokenizer.encodeParts([untrusted(BEFORE)], { bos: true }),
    questionIds: (question, history = []) => {
      const earlier = history.map((turn) => `${turn.question}\nAnswer: ${turn.answer}\nQuestion: `);
      const text = `${AFTER}${earlier.join("")}${question}\nAnswer:`;
      return tokenizer.encodeParts([untrusted(text)], { continues: true });
    },
  };
}

// Characters for private use mark where texts of others go; no template contains them.
const DOCUMENT_MARK = "\uE0F0";
const textMark = (index: number): string => `\uE0F1${index}\uE0F2`;
const MARKS = /\uE0F1(\d+)\uE0F2/g;

function chatPrompt(template: ChatTemplate, tokenizer: Tokenizer): PromptParts {
  const render = (turnCount: number): { prefix: string; rest: string } => {
    const messages: ChatMessage[] = [];
    for (let turn = 0; turn <= turnCount; turn++) {
      const question = textMark(2 * turn);
      const content = turn === 0 ? `${BEFORE}${DOCUMENT_MARK}${AFTER}${question}` : question;
      messages.push({ role: "user", content });
      if (turn < turnCount) messages.push({ role: "assistant", content: textMark(2 * turn + 1) });
    }
    const parts = template.render(messages, true).split(DOCUMENT_MARK);
    const [prefix, rest] = parts;
    if (prefix === undefined || rest === undefined || parts.length !== 2) {
      throw new EngineError(
        "format-unsupported",
        "The chat template of this model changes or repeats the user's text, so no document can be put into it. Choose another file of the model.",
      );
    }
    return { prefix, rest };
  };

  return {
    style: "chat",
    prefixIds: tokenizer.encodeParts([trusted(render(0).prefix)], { bos: true }),
    questionIds: (question, history = []) => {
      const texts = [...history.flatMap((turn) => [turn.question, turn.answer]), question];
      const { rest } = render(history.length);
      const parts: TextPart[] = [];
      let end = 0;
      for (const match of rest.matchAll(MARKS)) {
        parts.push(trusted(rest.slice(end, match.index)), untrusted(texts[Number(match[1])] ?? ""));
        end = match.index + match[0].length;
      }
      parts.push(trusted(rest.slice(end)));
      return tokenizer.encodeParts(parts, { continues: true });
    },
  };
}
