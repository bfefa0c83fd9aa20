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

export interface ConversationTurn {
  readonly question: string;
  readonly answer: string;
}

/** A message of a conversation without a document. */
export interface ConversationMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface PromptParts {
  /** "document-question-answer": trained for it; "chat": by template; "plain": neither. */
  readonly style: "document-question-answer" | "chat" | "plain";
  readonly prefixIds: Uint32Array;
  /** Everything after the document, up to where the answer begins. */
  questionIds(question: string, history?: readonly ConversationTurn[]): Uint32Array;
  /** A whole conversation, up to where the next answer begins. */
  conversationIds(messages: readonly ConversationMessage[]): Uint32Array;
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

interface PairedTurns {
  readonly system: string;
  readonly history: readonly ConversationTurn[];
  readonly question: string;
}

/** Messages as turns, for models that know no roles. */
function pairTurns(messages: readonly ConversationMessage[]): PairedTurns {
  const system: string[] = [];
  const history: ConversationTurn[] = [];
  let question = "";
  for (const { role, content } of messages) {
    if (role === "system") system.push(content);
    else if (role === "user") question += question ? `\n\n${content}` : content;
    else {
      history.push({ question, answer: content });
      question = "";
    }
  }
  return { system: system.join("\n\n"), history, question };
}

function checkConversation(messages: readonly ConversationMessage[]): void {
  if (messages.at(-1)?.role === "user") return;
  throw new EngineError("invalid-argument", "A conversation must end with a message of the user.");
}

function trainedPrompt(tokenizer: Tokenizer): PromptParts {
  for (const mark of ["<|bos|>", "<|document|>", "<|question|>", "<|answer|>", "<|end|>"]) {
    if (tokenizer.specialId(mark) === undefined) {
      throw new EngineError(
        "format-invalid",
        `The model says that it reads documents, but has no token «${mark}». The file is damaged.`,
      );
    }
  }
  const prefixIds = tokenizer.encodeParts([trusted("<|bos|><|document|>")]);
  const parts: Omit<PromptParts, "conversationIds"> = {
    style: "document-question-answer",
    prefixIds,
    questionIds: (question, history = []) =>
      tokenizer.encodeParts(
        [
          ...history.flatMap((turn) => [
            trusted("<|question|>"),
            untrusted(turn.question),
            trusted("<|answer|>"),
            untrusted(` ${turn.answer}`), // answers were trained with the space that words have in a text
            trusted("<|end|>"),
          ]),
          trusted("<|question|>"),
          untrusted(question),
          trusted("<|answer|>"),
        ],
        { continues: true },
      ),
  };
  return {
    ...parts,
    // What the system says stands where the model was trained to read.
    conversationIds(messages) {
      checkConversation(messages);
      const { system, history, question } = pairTurns(messages);
      const read = tokenizer.encodeParts([untrusted(system)], { continues: true });
      return concatenate(prefixIds, read, parts.questionIds(question, history));
    },
  };
}

function concatenate(...lists: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
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
    conversationIds(messages) {
      checkConversation(messages);
      const { system, history, question } = pairTurns(messages);
      const turns = [...history, { question, answer: "" }];
      const lines = turns.map((turn) =>
        `Question: ${turn.question}\nAnswer: ${turn.answer}`.trim(),
      );
      const text = [system, ...lines].filter((part) => part !== "").join("\n\n");
      return tokenizer.encodeParts([untrusted(text)], { bos: true });
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

  /** Rendered text with the marks of `texts` replaced by them, untrusted. */
  const fill = (rendered: string, texts: readonly string[]): TextPart[] => {
    const parts: TextPart[] = [];
    let end = 0;
    for (const match of rendered.matchAll(MARKS)) {
      parts.push(trusted(rendered.slice(end, match.index)));
      parts.push(untrusted(texts[Number(match[1])] ?? ""));
      end = match.index + match[0].length;
    }
    parts.push(trusted(rendered.slice(end)));
    return parts;
  };

  return {
    style: "chat",
    prefixIds: tokenizer.encodeParts([trusted(render(0).prefix)], { bos: true }),
    questionIds: (question, history = []) => {
      const texts = [...history.flatMap((turn) => [turn.question, turn.answer]), question];
      const { rest } = render(history.length);
      return tokenizer.encodeParts(fill(rest, texts), { continues: true });
    },
    conversationIds(messages) {
      checkConversation(messages);
      const marked = messages.map(({ role }, index) => ({ role, content: textMark(index) }));
      const texts = messages.map(({ content }) => content);
      return tokenizer.encodeParts(fill(template.render(marked, true), texts), { bos: true });
    },
  };
}
