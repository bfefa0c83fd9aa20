// Arms of `bench questions` that need a model: passages found by its keys, alone and with words, and answers from
// the index or from passages that are read again; `unread` answers about a text without reading it first.
import { type Asked, askDocuments, recallPassages } from "../../engine/ask/ask-documents.ts";
import { rankByKeys } from "../../engine/ask/find-passages.ts";
import { recallPrompt } from "../../engine/ask/recalled-answer.ts";
import { modelAnswerer } from "../../engine/ask/reread-answer.ts";
import type { BoundModel } from "../../engine/attention/bound-model.ts";
import { buildWordIndex } from "../../engine/words/word-index.ts";
import type { LoadedModel } from "../../engine/transformer/loaded-model.ts";
import { readDocument, type ReadDocument } from "../read-document.ts";
import { type ArmAnswer, type QuestionArm, SHOWN_PASSAGES } from "./question-arms.ts";

export const MODEL_ARMS = ["keys", "both", "recalled", "reread", "unread"] as const;
export type ModelArm = (typeof MODEL_ARMS)[number];

const ANSWER_TOKENS = 24;

/** `passages`: how many are read again, instead of what is shipped for the model. */
export function modelArm(name: ModelArm, model: BoundModel, passages?: number): QuestionArm {
  const answerer = modelAnswerer(model);
  const { limits } = answerer;
  const reader = { ...answerer, limits: { ...limits, most: passages ?? limits.most } };
  return {
    name: passages === undefined ? name : `${name}, ${passages} passages`,
    async open(text) {
      const asked = name === "unread" ? await unread(text) : await askedOnceRead(model, text);
      return {
        ask: (question) => answers[name](model, asked, question, reader),
        close: () => Promise.resolve(asked.session?.destroy()),
      };
    },
  };
}

type Reader = ReturnType<typeof modelAnswerer>;
type Answering = (
  model: BoundModel,
  asked: Asked,
  question: string,
  reader: Reader,
) => Promise<ArmAnswer>;

const answers: Readonly<Record<ModelArm, Answering>> = {
  async keys(model, asked, question) {
    if (!asked.session) return { passages: [] };
    const prompt = recallPrompt(asked.session, model.binding, requestOf(question));
    const recollection = await asked.session.recall(prompt, { signal: undefined });
    const prefixTokens = model.binding.prompt.prefixIds.length;
    const ranked = rankByKeys(recollection, asked.documents, prefixTokens);
    return { passages: ranked.slice(0, SHOWN_PASSAGES) };
  },
  async both(model, asked, question) {
    const { found } = await recallPassages(model, asked, requestOf(question));
    return { passages: found.ranges.slice(0, SHOWN_PASSAGES) };
  },
  recalled: (model, asked, question) => answered(model, asked, question, "recalled"),
  reread: (model, asked, question, reader) => answered(model, asked, question, "reread", reader),
  unread: (model, asked, question, reader) => answered(model, asked, question, "reread", reader),
};

async function answered(
  model: BoundModel,
  asked: Asked,
  question: string,
  answerMode: "recalled" | "reread",
  reader?: Reader,
): Promise<ArmAnswer> {
  const request = { ...requestOf(question), answerMode };
  const { text, evidence, grounding } = await askDocuments(model, asked, request, reader);
  const isAbsent = grounding.state === "absent";
  return { passages: evidence, answer: text, isAbsent, isClaimed: grounding.kind === "support" };
}

function requestOf(question: string) {
  return {
    question,
    history: [],
    maxTokens: ANSWER_TOKENS,
    sampling: { temperature: 0, topK: 0, topP: 1, seed: 0 },
    signal: undefined,
    onText: () => undefined,
    now: () => performance.now(),
  };
}

async function unread(text: string): Promise<Asked> {
  const words = await buildWordIndex(text);
  return { documents: [{ documentId: "text", title: "text", text, sections: [], words }] };
}

/** The same reading for all arms, which are asked of one text after another. */
const readings = new WeakMap<LoadedModel, { text: string; read: Promise<ReadDocument> }>();

async function askedOnceRead(model: BoundModel, text: string): Promise<Asked> {
  const { loaded, binding } = model;
  const known = readings.get(loaded);
  const read = known?.text === text ? known.read : readClosed(model, text);
  readings.set(loaded, { text, read });
  const { reopen, document } = await read;
  return { session: await reopen(binding), documents: [document] };
}

/** Its own session is given back: every arm opens one. */
async function readClosed(model: BoundModel, text: string): Promise<ReadDocument> {
  const read = await readDocument(model, { title: "text", text });
  read.session.destroy();
  return read;
}
