// Arms of `bench questions` that need a model: passages found by its keys, alone and with words, and answers from
// the index or from passages that are read again; `near` finds and
// `unread` answers without reading the text first.
import { type Asked, askDocuments, recallPassages } from "../../engine/ask/ask-documents.ts";
import { rankByKeys } from "../../engine/ask/find-passages.ts";
import { recallPrompt } from "../../engine/ask/recalled-answer.ts";
import type { Answerer } from "../../engine/ask/answerer.ts";
import { modelAnswerer } from "../../engine/ask/reread-answer.ts";
import type { BoundModel } from "../../engine/attention/bound-model.ts";
import type { EarlierTurn } from "../../engine/passages/follow-up.ts";
import { EngineError } from "../../engine/errors.ts";
import { WordIndexBuilder } from "../../engine/words/word-index.ts";
import { PASSAGE_CHARACTERS } from "../../engine/words/passage-cuts.ts";
import type { LoadedModel } from "../../engine/transformer/loaded-model.ts";
import { readDocument, type ReadDocument } from "../read-document.ts";
import { type ArmAnswer, type QuestionArm, SHOWN_PASSAGES } from "./question-arms.ts";
import { inDocuments } from "./question-documents.ts";
import { GREEDY } from "../../engine/attention/sampler.ts";

export const MODEL_ARMS = ["near", "keys", "both", "recalled", "reread", "unread"] as const;
export type ModelArm = (typeof MODEL_ARMS)[number];

const ANSWER_TOKENS = 24;

/** How passages stand in the prompt: as in the documents, which is shipped, or with the best at one end. */
export const READING_ORDERS = ["document", "best-first", "best-last"] as const;
export type ReadingOrder = (typeof READING_ORDERS)[number];

/** What of reading passages again is compared; as shipped where nothing is said. */
interface ComparedReading {
  /** How many are read again. */
  readonly passages?: number | undefined;
  readonly order: ReadingOrder;
  /** Of a passage, where the text was not read first. */
  readonly passageCharacters: number;
}

const AS_SHIPPED: ComparedReading = {
  order: "document",
  passageCharacters: PASSAGE_CHARACTERS,
};

/** `documents`: parts of the text that `near` and `unread` ask together; the others read one document. */
export function modelArm(
  name: ModelArm,
  model: BoundModel,
  reading: ComparedReading = AS_SHIPPED,
  documents = 1,
): QuestionArm {
  const isUnread = name === "unread" || name === "near";
  const { passages, passageCharacters } = reading;
  if (!isUnread && (documents > 1 || passageCharacters !== PASSAGE_CHARACTERS)) {
    throw new EngineError("invalid-argument", `The arm "${name}" asks one document as it is read.`);
  }
  const reader = readerOf(model, reading);
  return {
    name: passages === undefined ? name : `${name}, ${passages} passages`,
    async open(text) {
      const asked = isUnread
        ? unread(text, documents, passageCharacters)
        : await askedOnceRead(model, text);
      return {
        ask: (question, earlier) =>
          answers[name](model, asked, requestOf(question, earlier), reader),
        close: () => Promise.resolve(asked.session?.destroy()),
      };
    },
  };
}

function readerOf(model: BoundModel, { passages, order }: ComparedReading): Answerer {
  const answerer = modelAnswerer(model);
  const counted = passages === undefined ? {} : { most: passages, leastShare: 0 };
  const sign = order === "best-first" ? 1 : -1;
  return {
    ...answerer,
    limits: { ...answerer.limits, ...counted },
    answer: (found, request) =>
      answerer.answer(
        order === "document" ? found : [...found].sort((a, b) => sign * (a.rank - b.rank)),
        request,
      ),
  };
}

type Answering = (
  model: BoundModel,
  asked: AskedParts,
  request: ReturnType<typeof requestOf>,
  reader: Answerer,
) => Promise<ArmAnswer>;

/** Where a document begins in the whole text, by its identifier; 0 for one that is not there. */
type AskedParts = Asked & { readonly starts?: ReadonlyMap<string, number> };

const answers: Readonly<Record<ModelArm, Answering>> = {
  near: (model, asked, request) => found(model, asked, request),
  async keys(model, asked, request) {
    if (!asked.session) return { passages: [] };
    const prompt = recallPrompt(asked.session, model.binding, request);
    const recollection = await asked.session.recall(prompt, { signal: undefined });
    const prefixTokens = model.binding.prompt.prefixIds.length;
    const ranked = rankByKeys(recollection, asked.documents, prefixTokens);
    return { passages: ranked.slice(0, SHOWN_PASSAGES) };
  },
  both: (model, asked, request) => found(model, asked, request),
  recalled: (model, asked, request) => answered(model, asked, request, "recalled"),
  reread: (model, asked, request, reader) => answered(model, asked, request, "reread", reader),
  unread: (model, asked, request, reader) => answered(model, asked, request, "reread", reader),
};

async function found(
  model: BoundModel,
  asked: AskedParts,
  request: ReturnType<typeof requestOf>,
): Promise<ArmAnswer> {
  const { found } = await recallPassages(model, asked, request);
  const passages = found.ranges.map(({ document, start, end }) => {
    const at = asked.starts?.get(asked.documents[document]!.documentId) ?? 0;
    return { start: at + start, end: at + end };
  });
  return { passages: passages.slice(0, SHOWN_PASSAGES) };
}

async function answered(
  model: BoundModel,
  asked: AskedParts,
  asking: ReturnType<typeof requestOf>,
  answerMode: "recalled" | "reread",
  reader?: Answerer,
): Promise<ArmAnswer> {
  const request = { ...asking, answerMode };
  const { text, evidence, grounding } = await askDocuments(model, asked, request, reader);
  const isAbsent = grounding.state === "absent";
  const passages = evidence.map(({ documentId, start, end }) => {
    const at = asked.starts?.get(documentId) ?? 0;
    return { start: at + start, end: at + end };
  });
  return { passages, answer: text, isAbsent, isClaimed: grounding.kind === "support" };
}

function requestOf(question: string, earlier: readonly EarlierTurn[]) {
  return {
    question,
    history: earlier,
    maxTokens: ANSWER_TOKENS,
    sampling: GREEDY,
    signal: undefined,
    onText: () => undefined,
    now: () => performance.now(),
  };
}

function unread(whole: string, count: number, passageCharacters: number): AskedParts {
  const parts = inDocuments(whole, count);
  const documents = parts.map(({ text }, i) => {
    const builder = new WordIndexBuilder(passageCharacters);
    builder.add(text);
    const words = builder.finish();
    return { documentId: `part ${i}`, title: `Part ${i + 1}`, text, sections: [], words };
  });
  return { documents, starts: new Map(parts.map(({ start }, i) => [`part ${i}`, start])) };
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
