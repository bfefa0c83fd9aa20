// The tokens around a document: what stands before it (they become the attention sinks) and what
// follows it up to the place where the model answers. The document's own tokens lie between:
//
//   prefixIds · tokenizer.encode(document) · questionIds(question, earlierTurns) → answer
//
// Only the model's template can make control tokens; documents, questions and answers are text.
import { EngineError } from "../errors.ts";
import type {
  ConversationMessage,
  PromptParts,
  PromptStyle,
  ConversationTurn,
} from "./prompt-parts.ts";
import { AFTER, BEFORE, INSTRUCTION, joinPassages, turnsAsText } from "./question-wording.ts";
import type { ChatTemplateSource } from "./source.ts";
import { concatenate, type TextPart, type Tokenizer } from "./tokenizer.ts";

export interface PromptSource {
  readonly chatTemplate: ChatTemplateSource | null;
  readonly promptStyle: string | null;
}

export async function promptParts(model: PromptSource, tokenizer: Tokenizer): Promise<PromptParts> {
  const prompt = await promptStyle(model, tokenizer);
  return {
    ...prompt,
    rereadIds: (passages, question, history) =>
      concatenate(
        prompt.prefixIds,
        tokenizer.encode(joinPassages(passages)),
        prompt.questionIds(question, history),
      ),
    conversationIds(messages) {
      if (messages.at(-1)?.role === "user") return prompt.conversationIds(messages);
      throw new EngineError(
        "invalid-argument",
        "A conversation must end with a message of the user.",
      );
    },
  };
}

async function promptStyle(model: PromptSource, tokenizer: Tokenizer): Promise<PromptStyle> {
  if (model.promptStyle === "document-question-answer") return trainedPrompt(tokenizer);
  if (model.promptStyle !== null) {
    throw new EngineError(
      "format-unsupported",
      `The prompt style «${model.promptStyle.slice(0, 80)}» of this model is not known. Update the application.`,
    );
  }
  if (!model.chatTemplate) return plainPrompt(tokenizer);
  // The interpreter of templates is large and the embedded model has no template.
  const [{ ChatTemplate }, { chatPrompt }] = await Promise.all([
    import("./chat-template.ts"),
    import("./chat-prompt.ts"),
  ]);
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

function trainedPrompt(tokenizer: Tokenizer): PromptStyle {
  for (const mark of ["<|bos|>", "<|document|>", "<|question|>", "<|answer|>", "<|end|>"]) {
    if (tokenizer.specialId(mark) === undefined) {
      throw new EngineError(
        "format-invalid",
        `The model says that it reads documents, but has no token «${mark}». The file is damaged.`,
      );
    }
  }
  const prefixIds = tokenizer.encodeParts([trusted("<|bos|><|document|>")]);
  const questionIds: PromptStyle["questionIds"] = (question, history = []) =>
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
    );
  return {
    style: "document-question-answer",
    prefixIds,
    endIds: tokenizer.eogIds,
    stops: [],
    questionIds,
    // What the system says stands where the model was trained to read.
    conversationIds(messages) {
      const { system, history, question } = pairTurns(messages);
      const read = tokenizer.encodeParts([untrusted(system)], { continues: true });
      return concatenate(prefixIds, read, questionIds(question, history));
    },
  };
}

function plainPrompt(tokenizer: Tokenizer): PromptStyle {
  const prefix = `${INSTRUCTION}\n\n${BEFORE}`;
  const prefixIds = tokenizer.encodeParts([untrusted(prefix)], { bos: true });
  const questionIds: PromptStyle["questionIds"] = (question, history = []) => {
    const text = `${AFTER}${turnsAsText(history, question)}\nAnswer:`;
    return tokenizer.encodeParts([untrusted(text)], { continues: true });
  };
  return {
    style: "plain",
    prefixIds,
    endIds: tokenizer.eogIds,
    // A model that only continues texts goes on with the next question.
    stops: ["\nQuestion:", "\nText:"],
    questionIds,
    conversationIds(messages) {
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
