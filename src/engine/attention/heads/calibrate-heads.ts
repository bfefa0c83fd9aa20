// Measures the heads of a model. By copying: full attention over planted texts, the value's own tokens fed as
// the answer, and for every head whether its largest attention lies on the token it should copy. By
// questions: finding-heads.ts.

import type { Backend } from "../../../../kernels/index.ts";
import { type TakeTurn, atOnce } from "../decoder.ts";
import { PlainStream } from "../plain/plain-stream.ts";
import type { Pass } from "../../mixers/mixer.ts";
import { EngineError } from "../../errors.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import type { PagedKv } from "../../mixers/softmax/paged-kv.ts";
import { requireMemory } from "../fitting.ts";
import { ltriParameters } from "../parameters.ts";
import type { TokenCounter } from "../../transformer/token-counter.ts";
import {
  findingHeads,
  knownPrompt,
  matchQuestions,
  type QuestionMatches,
  tokensOf,
} from "./finding-heads.ts";
import { bestOfGroups, type HeadWeights, headWeights } from "./head-weights.ts";
import type { KnownText } from "./known-sentences.ts";
import { type PlantedCopy, plantedCopies } from "./planted-copies.ts";

export interface CalibrationOptions {
  readonly counter: TokenCounter;
  readonly signal?: AbortSignal | undefined;
  /** Each text is one turn at the GPU. */
  readonly turn?: TakeTurn | undefined;
  readonly onProgress?: ((tokens: number, totalTokens: number) => void) | undefined;
}

/** Tokens of a text: enough for other places to compete, and inside every trained context. */
const TEXT_TOKENS = 400;

/** By copying, from so many planted texts. */
export async function calibrateByCopying(
  backend: Backend,
  loaded: LoadedModel,
  texts: number,
  options: CalibrationOptions,
): Promise<HeadWeights> {
  const { config } = loaded.model;
  const sample = plantedCopies(1, 2000)[0]!.text;
  const ratio = sample.length / loaded.tokenizer.encode(sample).length;
  const most = Math.min(TEXT_TOKENS, Math.floor(config.contextLength / 2));
  const copied = Array.from({ length: config.layers }, () => new Float64Array(config.heads));
  const prompts = plantedCopies(texts, Math.floor(most * ratio)).map((planted) =>
    promptOf(loaded, planted),
  );
  const total = prompts.reduce((sum, { ids, targets }) => sum + ids.length + targets.length, 0);
  const { counter, turn = atOnce } = options;
  const advance = progressOf(options, total);
  let copiedTokens = 0;
  for (const prompt of prompts) {
    advance(0);
    const steps = await turn(() => copyingHeads(backend, loaded, prompt, counter, advance));
    copiedTokens += steps.length;
    for (const onTarget of steps) {
      onTarget.forEach((heads, layer) => {
        heads.forEach((hit, head) => (copied[layer]![head]! += hit));
      });
    }
  }
  const hits = bestOfGroups(loaded.model, copied);
  return headWeights(loaded.model, "copying", hits, copiedTokens);
}

/** What questions about known sentences match, text by text. */
export async function askKnownTexts(
  backend: Backend,
  loaded: LoadedModel,
  texts: readonly KnownText[],
  options: CalibrationOptions,
): Promise<QuestionMatches[][]> {
  const { counter, turn = atOnce } = options;
  const prompts = texts.map((text) => knownPrompt(loaded, text));
  const advance = progressOf(
    options,
    prompts.reduce((sum, prompt) => sum + tokensOf(prompt), 0),
  );
  const asked: QuestionMatches[][] = [];
  for (const prompt of prompts) {
    advance(0);
    asked.push(await turn(() => matchQuestions(backend, loaded, prompt, counter, advance)));
  }
  return asked;
}

/** By questions. */
export function weightsByQuestions(
  { model }: Pick<LoadedModel, "model">,
  questions: readonly QuestionMatches[],
): HeadWeights {
  return headWeights(model, "questions", findingHeads(model, questions), questions.length);
}

/** Told of tokens just processed; throws when the measurement was cancelled. */
function progressOf({ signal, onProgress }: CalibrationOptions, total: number) {
  let done = 0;
  return (tokens: number) => {
    if (signal?.aborted) throw new EngineError("cancelled", "The measurement was cancelled.");
    done += tokens;
    onProgress?.(done, total);
  };
}

export interface CopyPrompt {
  /** Up to where the answer begins. */
  readonly ids: Uint32Array;
  /** Indices in `ids` of the tokens that the answer copies, in order. */
  readonly targets: readonly number[];
}

function promptOf({ tokenizer, prompt }: LoadedModel, planted: PlantedCopy): CopyPrompt {
  const { ids, starts } = tokenizer.encodeWithOffsets(planted.text);
  const question = prompt.questionIds(planted.question, []);
  const before = prompt.prefixIds.length;
  const all = new Uint32Array(before + ids.length + question.length);
  all.set(prompt.prefixIds);
  all.set(ids, before);
  all.set(question, before + ids.length);
  // A token may begin with the space before the value.
  const targets = Array.from(starts.keys()).filter((i) => {
    const next = starts[i + 1] ?? planted.text.length;
    return next > planted.start && starts[i]! < planted.end;
  });
  return { ids: all, targets: targets.map((i) => before + i) };
}

/**
 * Per copied token: per layer u8 [H], 1 where the head's arg-max attention is on that token. `advance`
 * is told of tokens just processed and may throw to end it.
 */
export async function copyingHeads(
  backend: Backend,
  loaded: LoadedModel,
  { ids, targets }: CopyPrompt,
  counter: TokenCounter,
  advance: (tokens: number) => void,
): Promise<Uint8Array[][]> {
  const { config } = loaded.model;
  requireMemory(config, "tokens"); // a recurrent state has no heads that look back
  const { chunk, kvDtype } = ltriParameters(config.contextLength);
  const totalTokens = ids.length + targets.length;
  const shape = { totalTokens, chunk, kvDtype, logitRows: 1 };
  const stream = new PlainStream(backend, loaded, counter, shape);
  const { kv } = stream;
  try {
    let read = 0;
    await stream.read(ids.subarray(0, ids.length - 1), undefined, (now) => {
      advance(now - read);
      read = now;
    });
    advance(1); // the last one is read with the first step
    const steps: Uint8Array[][] = [];
    let input = ids[ids.length - 1]!;
    for (const target of targets) {
      backend.upload(stream.stack.workspace.ids, 0, Uint32Array.of(input));
      const scores: Promise<Float32Array>[] = [];
      const afterMix = ({ recorder }: Pass) => {
        scores.push(kv.readScores(recorder));
      };
      const layers = await stream.step(() => Promise.all(scores), { afterMix });
      steps.push(layers.map((rows, layer) => headsOn(kv, layer, rows, target)));
      advance(1);
      input = ids[target]!;
    }
    return steps;
  } finally {
    stream.destroy();
  }
}

/** `scores` f32 [H][setCapacity] of one step. */
function headsOn(kv: PagedKv, layer: number, scores: Float32Array, target: number): Uint8Array {
  const { entries, entryCount, tokens } = kv.planned(layer);
  const { setCapacity } = kv.shape;
  return Uint8Array.from({ length: kv.config.heads }, (_, head) => {
    let best = Number.NEGATIVE_INFINITY;
    let bestToken = -1;
    for (let entry = 0; entry < entryCount; entry++) {
      const count = (entries[entry * 4 + 2]! >> 8) & 255;
      const begin = head * setCapacity + entries[entry * 4 + 3]!;
      for (let t = 0; t < count; t++) {
        const score = scores[begin + t]!;
        if (score <= best) continue;
        best = score;
        bestToken = tokens[entry]! + t;
      }
    }
    return bestToken === target ? 1 : 0;
  });
}
