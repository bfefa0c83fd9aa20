// One question to documents, from the words of the question to the answer with its evidence. Passages are
// found first; then the model answers from its index (`recalled`) or an answerer reads the passages again.
import type { Answer, AnswerStats } from "../api.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import type { DocumentSession } from "../attention/engine.ts";
import { type ModelConfig, windowSlots } from "../model/config.ts";
import { EngineError } from "../errors.ts";
import type { ScoredRange } from "../passages/fuse-rankings.ts";
import type { AnswerMode } from "./answer-modes.ts";
import type { Answerer } from "./answerer.ts";
import type { AskedText } from "./asked-texts.ts";
import type { passageTokens } from "./passage-tokens.ts";
import type { passagesToRead } from "./passages-to-read.ts";
import { wordingOf } from "./wording.ts";
import { findPassages, type FoundPassages, rankByKeys, type StreamText } from "./find-passages.ts";
import { type RecalledRequest, recalledAnswer, recallPrompt } from "./recalled-answer.ts";
import { asksBare, modelAnswerer } from "./reread-answer.ts";
import { rereadRow } from "./reread-rows.ts";
import type { AnswerRequest, WrittenAnswer } from "./write-answer.ts";

// Fetched with the first question.
const toRead = async (...given: Parameters<typeof passagesToRead>) =>
  (await import("./passages-to-read.ts")).passagesToRead(...given);
const searched = async ({ question, history }: Pick<AnswerRequest, "question" | "history">) =>
  (await import("../passages/follow-up.ts")).searchQuestion(question, history);
/** What is asked, without what was said around it. */
const barely = async <R extends Pick<AnswerRequest, "question" | "history">>(request: R) => {
  const { bareQuestion } = await import("../passages/bare-question.ts");
  const bare = <T extends { readonly question: string }>(turn: T) => ({
    ...turn,
    question: bareQuestion(turn.question),
  });
  return { ...bare(request), history: request.history.map(bare) };
};
const separated = async (question: string) =>
  (await import("../passages/bare-question.ts")).separateQuestions(question);
const tokensOf = async (...given: Parameters<typeof passageTokens>) =>
  (await import("./passage-tokens.ts")).passageTokens(...given);
const nearTermsOf = async (model: BoundModel) =>
  (await import("./model-terms.ts")).nearTermsOf(model);

export interface AskedDocument extends AskedText, StreamText {}

/** Documents that were read, as one stream in this order. */
export interface OpenDocuments {
  readonly session: DocumentSession;
  readonly documents: readonly AskedDocument[];
  /** How much of their tokens the session holds, below 1, where a reading is unfinished. */
  readonly readShare?: number;
}

/** What is asked: open documents, or texts that have no index of this model. */
export type Asked =
  OpenDocuments | { readonly session?: undefined; readonly documents: readonly AskedText[] };

export interface DocumentsRequest extends RecalledRequest {
  readonly answerMode: AnswerMode;
}

/** Passages that are looked at when some do not fit or are parts of others. */
const FOUND_PASSAGES = 12;

/** Throws `not-read-yet` for `recalled` answers of texts without an index, `context-overflow`, `cancelled`. */
export async function askDocuments(
  model: BoundModel,
  asked: Asked,
  request: DocumentsRequest,
  answerer: Answerer = modelAnswerer(model),
): Promise<Answer> {
  const questions = answerer.asksBare ? await separated(request.question) : [];
  if (questions.length === 0) return askOne(model, asked, request, answerer);
  const { askInTurn } = await import("./ask-in-turn.ts");
  return askInTurn(questions, request, (one) => askOne(model, asked, one, answerer));
}

async function askOne(
  model: BoundModel,
  asked: Asked,
  request: DocumentsRequest,
  answerer: Answerer,
): Promise<Answer> {
  const mode = modeOf(model, asked, request.answerMode);
  if (mode === "recalled") return recalled(model, requireOpen(asked), request);
  const started = request.now();
  const { found, stats } = await recallPassages(model, asked, request);
  const passages = await toRead(found.ranges, asked.documents, answerer);
  const bare = await barely(request);
  const foundAt = request.now();
  const written = await answerer.answer(passages, answerer.asksBare ? bare : request);
  const timeToFirstTokenMs = foundAt - started + written.stats.timeToFirstTokenMs;
  const answer = { ...written, stats: { ...written.stats, ...stats, timeToFirstTokenMs } };
  const shown = await explained(mode, answer, bare, found, asked.documents);
  return { ...shown, ...shareOf(asked) };
}

/** To be told with the answer where the index held a part only. */
export function shareOf(asked: Asked): Pick<Answer, "readShare"> {
  const { readShare } = asked.session ? asked : {};
  return readShare === undefined ? {} : { readShare };
}

export interface RecalledPassages {
  /** Best first. */
  readonly found: FoundPassages;
  readonly stats: Pick<
    AnswerStats,
    "documentTokens" | "recomputedDocumentTokens" | "spansRecalled"
  >;
}

/** What a question is about, before anybody answers it. Without a model by the words of texts alone. */
export async function recallPassages(
  model: BoundModel | undefined,
  asked: Asked,
  request: Pick<AnswerRequest, "question" | "history" | "maxTokens" | "signal">,
): Promise<RecalledPassages> {
  const bare = await barely(request);
  const question = await searched(bare);
  const before = model?.counter.documentTokens ?? 0;
  const near = model && (await nearTermsOf(model));
  const wording = await wordingOf(asked.documents, bare.question);
  let byKeys: ScoredRange[] = [];
  let documentTokens = 0;
  let spansRecalled = 0;
  if (asked.session && model) {
    const { session, documents } = asked;
    const { signal } = request;
    const { binding } = model;
    const prefixTokens = binding.prompt.prefixIds.length;
    // What is wished of the answer is not what is looked for.
    const prompt = recallPrompt(session, binding, { ...bare, manner: undefined });
    const recollection = await session.recall(prompt, { signal });
    byKeys = rankByKeys(recollection, documents, prefixTokens);
    ({ spansRecalled } = recollection);
    documentTokens = session.documentTokens - prefixTokens;
  }
  return {
    found: findPassages(asked.documents, question, byKeys, FOUND_PASSAGES, { near, wording }),
    stats: {
      documentTokens,
      recomputedDocumentTokens: (model?.counter.documentTokens ?? 0) - before,
      spansRecalled,
    },
  };
}

/**
 * From the index alone. The passages that the words of the question find are recalled in every layer, beside what
 * keys and attention choose; `request.forced` replaces them.
 */
async function recalled(
  model: BoundModel,
  open: OpenDocuments,
  request: DocumentsRequest,
): Promise<Answer> {
  const { session, documents } = open;
  const { prompt, parameters } = model.binding;
  const prefixTokens = prompt.prefixIds.length;
  const bare = await barely(request);
  const question = await searched(bare);
  // What has not been read cannot be what the answer rests on.
  const ends = open.readShare === undefined ? undefined : documents.map(readEnd);
  const near = await nearTermsOf(model);
  const wording = await wordingOf(documents, bare.question);
  const find = (byKeys: readonly ScoredRange[]) =>
    findPassages(documents, question, byKeys, FOUND_PASSAGES, { near, wording, ends });
  const most = Math.floor(parameters.persistFrac * parameters.budget);
  const forced = request.forced ?? (await tokensOf(find([]).ranges, documents, prefixTokens, most));
  const asking = asksBare(model) ? bare : request;
  const { attended, ...answer } = await recalledAnswer(session, model, { ...asking, forced });
  const found = find(rankByKeys({ attended }, documents, prefixTokens));
  return { ...(await explained("recalled", answer, bare, found, documents)), ...shareOf(open) };
}

/** UTF-16 units of the text up to the last token that was read. */
function readEnd({ tokenStarts }: AskedDocument): number {
  return (tokenStarts.at(-1) ?? -1) + 1;
}

async function explained(
  mode: Answer["mode"],
  answer: WrittenAnswer,
  { question }: AnswerRequest,
  found: FoundPassages,
  documents: readonly AskedText[],
): Promise<Answer> {
  const { explainAnswer } = await import("./explain-answer.ts");
  return { ...answer, mode, ...explainAnswer(answer, question, found, documents) };
}

function modeOf(
  { binding, loaded }: BoundModel,
  asked: Asked,
  mode: AnswerMode,
): "recalled" | "reread" {
  if (mode !== "auto") return mode;
  // Words find passages in the whole text, also in what has not been read.
  if (!asked.session || asked.readShare !== undefined) return "reread";
  const { session } = asked;
  const { config } = loaded.model;
  if (config.recurrent) return isInWindow(config, session) ? "recalled" : "reread";
  return rereadRow(binding.prompt.style, loaded.parameters).auto;
}

/** A recurrent model sees all of the text; what has left its window is folded into a state that seldom finds facts again. */
function isInWindow(config: ModelConfig, session: DocumentSession): boolean {
  return session.documentTokens < windowSlots(config);
}

function requireOpen(asked: Asked): OpenDocuments {
  if (asked.session) return asked;
  const titles = asked.documents.map(({ title }) => `"${title}"`).join(", ");
  throw new EngineError("not-read-yet", `${titles}: not read to the end yet with this model.`);
}
