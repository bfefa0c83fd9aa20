// Entry `inkspan/ai-sdk` of the package: the engine as a language model of the AI SDK, alone or with documents,
// whose passages are the answer's sources. Source: @ai-sdk/provider, LanguageModelV3. Not here: tools, files.
import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3Content,
  LanguageModelV3FinishReason,
  LanguageModelV3Source,
  LanguageModelV3StreamPart,
  LanguageModelV3Usage,
  SharedV3Warning,
} from "@ai-sdk/provider";
import type { Answer, ConversationMessage, Evidence } from "../../workers/protocol.ts";
import { EngineCallError } from "../client/index.ts";
import type { GenerateOptions, Inkspan } from "./inkspan.ts";
import { lastQuestion } from "./last-question.ts";
import { streamText } from "./text-stream.ts";

export interface InkspanModelOptions {
  /** Ids of the documents that questions go to; without, the conversation is continued. */
  readonly documents?: readonly string[];
}

interface Written {
  readonly finishReason: LanguageModelV3FinishReason;
  readonly usage: LanguageModelV3Usage;
  readonly sources: readonly LanguageModelV3Source[];
  readonly text: string;
}

/** For `generateText`, `streamText` and their like. With documents the last message is a question to them. */
export function inkspanModel(
  inkspan: Pick<Inkspan, "ask" | "generate">,
  { documents = [] }: InkspanModelOptions = {},
): LanguageModelV3 {
  function write(options: LanguageModelV3CallOptions) {
    const { abortSignal: signal } = options;
    return streamText(async (push, cancelled): Promise<Written> => {
      const messages = options.prompt.map(messageOf);
      const settings = { ...samplingOf(options), signal: cancelled };
      if (documents.length === 0) {
        const form = formOf(options);
        const generated = await inkspan.generate({
          ...settings,
          ...form,
          prompt: messages,
          onToken: push,
        });
        const { text, stopped, stats } = generated;
        return { text, ...ended(stopped, stats.promptTokens, stats.generatedTokens), sources: [] };
      }
      if (options.responseFormat?.type === "json") {
        throw refused("An answer about documents has no JSON form.");
      }
      const { question, history } = lastQuestion(messages);
      const answer = inkspan.ask(documents, question, { ...settings, history });
      for await (const piece of answer) push(piece);
      const { text, stopped, stats, evidence } = await answer.result;
      const sources = evidence.map(sourceOf);
      return { text, ...ended(stopped, stats.promptTokens, stats.answerTokens), sources };
    }, signal);
  }

  return {
    specificationVersion: "v3",
    provider: "inkspan",
    modelId: documents.length > 0 ? `documents:${documents.join("+")}` : "loaded",
    supportedUrls: {},
    async doGenerate(options) {
      const { text, sources, ...rest } = await write(options).result;
      const content: LanguageModelV3Content[] = [{ type: "text", text }, ...sources];
      return { content, ...rest, warnings: warningsOf(options) };
    },
    async doStream(options) {
      const written = write(options);
      async function* parts(): AsyncGenerator<LanguageModelV3StreamPart, void, void> {
        yield { type: "stream-start", warnings: warningsOf(options) };
        const id = "answer";
        yield { type: "text-start", id };
        try {
          for await (const delta of written)
            if (delta !== "") yield { type: "text-delta", id, delta };
        } catch (error) {
          yield { type: "error", error };
          return;
        }
        const { sources, finishReason, usage } = await written.result;
        yield { type: "text-end", id };
        yield* sources;
        yield { type: "finish", finishReason, usage };
      }
      return { stream: streamOf(parts()) };
    },
  };
}

function messageOf(message: LanguageModelV3CallOptions["prompt"][number]): ConversationMessage {
  if (message.role === "system") return { role: "system", content: message.content };
  if (message.role === "tool") throw refused("Inkspan's models use no tools.");
  const texts = message.content.map((part) => {
    if (part.type === "text") return part.text;
    if (part.type === "reasoning") return "";
    throw refused(`A message has a part of type "${part.type}"; only text can be read.`);
  });
  return { role: message.role, content: texts.join("") };
}

function samplingOf(options: LanguageModelV3CallOptions) {
  const { maxOutputTokens, temperature, topK, topP, seed } = options;
  return {
    ...(maxOutputTokens === undefined ? {} : { maxTokens: maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topK === undefined ? {} : { topK }),
    ...(topP === undefined ? {} : { topP }),
    ...(seed === undefined ? {} : { seed }),
  };
}

function formOf({ responseFormat }: LanguageModelV3CallOptions): Pick<GenerateOptions, "format"> {
  if (responseFormat?.type !== "json") return {};
  return { format: { type: "json-schema", schema: responseFormat.schema ?? { type: "object" } } };
}

function ended(stopped: Answer["stopped"], promptTokens: number, answerTokens: number) {
  const unified = { end: "stop", length: "length", cancelled: "other" } as const;
  const finishReason: LanguageModelV3FinishReason = { unified: unified[stopped], raw: stopped };
  const usage: LanguageModelV3Usage = {
    inputTokens: {
      total: promptTokens,
      noCache: promptTokens,
      cacheRead: undefined,
      cacheWrite: undefined,
    },
    outputTokens: { total: answerTokens, text: answerTokens, reasoning: undefined },
  };
  return { finishReason, usage };
}

/** The place of a passage is in `providerMetadata.inkspan`: document, characters, words. */
function sourceOf({ documentId, start, end, text, place }: Evidence): LanguageModelV3Source {
  return {
    type: "source",
    sourceType: "document",
    id: `${documentId}:${start}-${end}`,
    mediaType: "text/plain",
    title: place ?? documentId,
    providerMetadata: { inkspan: { documentId, start, end, text } },
  };
}

function warningsOf(options: LanguageModelV3CallOptions): SharedV3Warning[] {
  const { tools = [], stopSequences = [], presencePenalty, frequencyPenalty } = options;
  const features: readonly (readonly [string, boolean])[] = [
    ["tools", tools.length > 0],
    ["stopSequences", stopSequences.length > 0],
    ["presencePenalty", (presencePenalty ?? 0) !== 0],
    ["frequencyPenalty", (frequencyPenalty ?? 0) !== 0],
  ];
  return features.flatMap(([feature, isAsked]) =>
    isAsked ? [{ type: "unsupported" as const, feature }] : [],
  );
}

function streamOf<T>(parts: AsyncGenerator<T, void, void>): ReadableStream<T> {
  return new ReadableStream<T>({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await parts.return();
    },
  });
}

const refused = (message: string): EngineCallError =>
  new EngineCallError({ code: "invalid-argument", message });
