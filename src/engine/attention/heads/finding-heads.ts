// Which heads find: for questions about known sentences of a text, whether a head by itself would have led
// to the sentence. It is compared as a question is compared with a document (ltri/question-scan.ts): queries
// and keys without positions, votes of every token of the question, sentences in the place of spans.
import { type Backend, type DeviceBuffer, keyMatch } from "../../../../kernels/index.ts";
import type { Pass } from "../../mixers/mixer.ts";
import type { ModelConfig } from "../../model/config.ts";
import type { LayerHooks } from "../../transformer/forward.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import type { TokenCounter } from "../../transformer/token-counter.ts";
import { requireMemory } from "../fitting.ts";
import { questionVotes, type RetrievalHeads, sharedVotes } from "../ltri/key-scan.ts";
import { interleavedQueries, meanPerKvHead } from "../ltri/question-queries.ts";
import { ltriParameters } from "../parameters.ts";
import { PlainStream } from "../plain/plain-stream.ts";
import type { KnownText } from "./known-sentences.ts";

/** A text in tokens: what is read, where its sentences begin, what is asked. */
export interface KnownPrompt {
  readonly ids: Uint32Array;
  /** u32 [sentences + 1]: the first token of each sentence, and the end of the last. */
  readonly starts: Uint32Array;
  readonly questions: readonly { readonly ids: Uint32Array; readonly sentence: number }[];
}

export function knownPrompt({ tokenizer, prompt }: LoadedModel, known: KnownText): KnownPrompt {
  const { ids, starts } = tokenizer.encodeWithOffsets(known.text);
  // A token may begin with the space before its sentence: it belongs to what it ends in.
  const endOf = (token: number) => starts[token + 1] ?? known.text.length;
  let token = 0;
  const first = known.sentences.map((character) => {
    while (token < ids.length - 1 && endOf(token) <= character) token++;
    return token;
  });
  const questions = known.questions.map(({ question, sentence }) => ({
    ids: Uint32Array.from(prompt.questionIds(question, [])),
    sentence,
  }));
  return { ids, starts: Uint32Array.from([...first, ids.length]), questions };
}

export function tokensOf({ ids, questions }: KnownPrompt): number {
  return questions.reduce((sum, question) => sum + question.ids.length - 1, ids.length);
}

/** A question beside what its tokens match in every head. */
export interface QuestionMatches {
  /** The one that answers. */
  readonly sentence: number;
  /** u32 [sentences + 1], in tokens. */
  readonly starts: Uint32Array;
  /** [L] of f32 [tokens][K][sentences]: the best match of a question token with the keys of a sentence. */
  readonly layers: readonly Float32Array[];
}

/** For every question of a text. `advance` is told of tokens just processed and may throw to end it. */
export async function matchQuestions(
  backend: Backend,
  loaded: LoadedModel,
  { ids, starts, questions }: KnownPrompt,
  counter: TokenCounter,
  advance: (tokens: number) => void,
): Promise<QuestionMatches[]> {
  const { config } = loaded.model;
  requireMemory(config, "tokens"); // a recurrent state has no keys
  const { chunk, kvDtype, lastQ } = ltriParameters(config.contextLength);
  const { prefixIds } = loaded.prompt;
  const longest = Math.max(0, ...questions.map((question) => question.ids.length));
  const totalTokens = prefixIds.length + ids.length + longest;
  const shape = { totalTokens, chunk, kvDtype, logitRows: 1 };
  const stream = new PlainStream(backend, loaded, counter, shape);
  const keys = new SentenceKeys(backend, config, starts, Math.min(lastQ, longest));
  const { mixer, workspace } = stream.stack;
  const read = (tokens: Uint32Array, hooks?: LayerHooks) => {
    let before = 0;
    const onProgress = (now: number) => {
      advance(now - before);
      before = now;
    };
    return stream.read(tokens, undefined, onProgress, mixer.position + tokens.length, hooks);
  };
  try {
    await stream.read(prefixIds, undefined, () => undefined);
    await read(ids, {
      beforeMix: (pass, layer): undefined => {
        keys.keep(pass, workspace.k, layer, mixer.position - prefixIds.length);
      },
    });
    const text = await mixer.snapshot();
    const matched: QuestionMatches[] = [];
    for (const question of questions) {
      const pieces: Promise<ArrayBuffer>[][] = config.layerConfigs.map(() => []);
      const bytes = config.heads * config.headDim * 4;
      // The last token is read when the answer begins.
      await read(question.ids.subarray(0, -1), {
        beforeMix: ({ recorder, tokens }, layer): undefined => {
          pieces[layer]!.push(recorder.readback(workspace.q, 0, tokens * bytes));
        },
      });
      const layers: Float32Array[] = [];
      for (const [layer, own] of pieces.entries()) {
        const queries = (await Promise.all(own)).map((piece) =>
          meanPerKvHead(new Float32Array(piece), config),
        );
        layers.push(await keys.match(lastRows(queries, lastQ, config), layer));
      }
      matched.push({ sentence: question.sentence, starts, layers });
      mixer.restore(text);
    }
    return matched;
  } finally {
    keys.destroy();
    stream.destroy();
  }
}

/** f32 [tokens][K][D] pieces → the last `tokens` of them. */
function lastRows(
  pieces: readonly Float32Array[],
  tokens: number,
  { kvHeads, headDim }: ModelConfig,
): Float32Array {
  const all = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all.subarray(Math.max(0, all.length - tokens * kvHeads * headDim));
}

/** f64 [L][K]: questions for which the sentence that most votes of the head fall on is the one that answers. */
export function findingHeads(
  { config }: LoadedModel["model"],
  questions: readonly QuestionMatches[],
): Float64Array[] {
  return Array.from({ length: config.layers }, (_, layer) =>
    Float64Array.from({ length: config.kvHeads }, (_, head) => {
      const one = [{ layer, heads: [head] }];
      return questions.filter((question) => sentenceRank(config, question, one) === 1).length;
    }),
  );
}

/** Place of the sentence that answers by the votes of these heads, from 1; 0 where it has no vote. */
export function sentenceRank(
  { kvHeads, contextLength }: ModelConfig,
  { sentence, starts, layers }: QuestionMatches,
  retrieving: readonly RetrievalHeads[],
): number {
  const count = starts.length - 1;
  const table = {
    count,
    starts: Array.from(starts.subarray(0, count)),
    lengths: Array.from({ length: count }, (_, i) => starts[i + 1]! - starts[i]!),
  };
  const { z0 } = ltriParameters(contextLength);
  const voted = retrieving.map(({ layer, heads }) => {
    const raw = ofHeads(layers[layer]!, heads, kvHeads, count);
    return { table, votes: questionVotes(raw, heads.length, count, z0) };
  });
  const [votes] = sharedVotes(voted, [table]);
  const own = votes![sentence]!;
  return own > 0 ? votes!.filter((vote, i) => i !== sentence && vote >= own).length + 1 : 0;
}

/** raw: f32 [tokens][K][sentences] → f32 [tokens][heads][sentences]. */
function ofHeads(
  raw: Float32Array,
  heads: readonly number[],
  kvHeads: number,
  sentences: number,
): Float32Array {
  const tokens = raw.length / (kvHeads * sentences);
  const own = new Float32Array(tokens * heads.length * sentences);
  for (let token = 0; token < tokens; token++) {
    for (const [i, head] of heads.entries()) {
      const from = (token * kvHeads + head) * sentences;
      own.set(raw.subarray(from, from + sentences), (token * heads.length + i) * sentences);
    }
  }
  return own;
}

/** Keys of a text in all layers, on the device, and what is compared with them. */
class SentenceKeys {
  readonly #backend: Backend;
  readonly #config: ModelConfig;
  readonly #sentences: number;
  readonly #keys: readonly DeviceBuffer[]; // [L] of f32 [tokens][K][D], before RoPE
  readonly #starts: DeviceBuffer; // u32 [sentences + 1]
  readonly #queries: DeviceBuffer; // f32 [D/4][rows][4]
  readonly #raw: DeviceBuffer; // f32 [rows][sentences]

  constructor(backend: Backend, config: ModelConfig, starts: Uint32Array, mostTokens: number) {
    this.#backend = backend;
    this.#config = config;
    this.#sentences = starts.length - 1;
    const { layers, kvHeads, headDim } = config;
    const make = (label: string, floats: number) =>
      backend.createBuffer(label, "index", Math.max(1, floats) * 4);
    this.#keys = Array.from({ length: layers }, (_, layer) =>
      make(`known keys ${layer}`, starts.at(-1)! * kvHeads * headDim),
    );
    this.#starts = backend.createBufferFrom("known sentences", "index", starts);
    this.#queries = make("known queries", mostTokens * kvHeads * headDim);
    this.#raw = make("known matches", mostTokens * kvHeads * this.#sentences);
  }

  /** `k`: of the tokens of this step, the first of which is token `at` of the text. */
  keep({ recorder, tokens }: Pass, k: DeviceBuffer, layer: number, at: number): void {
    const row = this.#config.kvHeads * this.#config.headDim * 4;
    recorder.copy(k, 0, this.#keys[layer]!, at * row, tokens * row);
  }

  /** q: f32 [tokens][K][D] of a question → f32 [tokens][K][sentences]. */
  async match(q: Float32Array, layer: number): Promise<Float32Array> {
    const { kvHeads, headDim } = this.#config;
    const heads = Array.from({ length: kvHeads }, (_, head) => head);
    const queries = interleavedQueries([q], heads, this.#config);
    const rows = queries.length / headDim;
    this.#backend.upload(this.#queries, 0, queries);
    const recorder = this.#backend.record();
    const buffers = [this.#queries, this.#keys[layer]!, this.#starts, this.#raw] as const;
    const shape = { spans: this.#sentences, rows, heads: kvHeads, headDim, dtype: "f32" } as const;
    keyMatch(recorder, ...buffers, shape);
    const matches = recorder.readback(this.#raw, 0, rows * this.#sentences * 4);
    recorder.submit();
    return new Float32Array(await matches);
  }

  destroy(): void {
    for (const buffer of [...this.#keys, this.#starts, this.#queries, this.#raw]) {
      this.#backend.destroyBuffer(buffer);
    }
  }
}
