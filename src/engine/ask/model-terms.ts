// The words that a model knows as whole tokens, with what it knows of their meaning (words/term-vectors.ts): read from its
// embedding on the device once a model, at the first question.
import { embed, type Backend, type WeightMatrix } from "../../../kernels/index.ts";
import type { LoadedModel } from "../transformer/loaded-model.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { termsOf } from "../words/terms.ts";
import { type FindNearTerms, sharedParts, TermVectors } from "../words/term-vectors.ts";

/** A model with fewer whole words knows syllables rather than words. */
const LEAST_WORDS = 4096;
/** Of the vectors in memory; the words of lower ids, which are the more frequent, come first. */
const MOST_BYTES = 32 * 1024 * 1024;
const SAMPLE_ROWS = 1024;
const TERMS_AT_ONCE = 512;

const known = new WeakMap<LoadedModel, Promise<FindNearTerms>>();
const NONE: FindNearTerms = () => [];

export function nearTermsOf({ backend, loaded }: Pick<BoundModel, "backend" | "loaded">) {
  const before = known.get(loaded);
  if (before) return before;
  const reading = readNearTerms(backend, loaded.weights.embedding, loaded.tokenizer);
  known.set(loaded, reading);
  // A device that failed is asked again.
  reading.catch(() => known.delete(loaded));
  return reading;
}

type Vocabulary = Pick<Tokenizer, "vocabSize" | "isControl" | "pieceBytes">;

/** `embedding`: [V, E]. Finds nothing where the vocabulary holds few whole words. */
export async function readNearTerms(
  backend: Backend,
  embedding: WeightMatrix,
  vocabulary: Vocabulary,
): Promise<FindNearTerms> {
  const width = embedding.cols;
  const tokens = wholeWords(vocabulary, Math.min(vocabulary.vocabSize, embedding.rows));
  if (tokens.size < LEAST_WORDS) return NONE;
  const most = Math.floor(MOST_BYTES / width);
  const terms = [...tokens].slice(0, most);
  const ids = terms.flatMap(([, list]) => list);
  const every = Math.max(1, Math.floor(ids.length / SAMPLE_ROWS));
  const sample = ids.filter((_, i) => i % every === 0).slice(0, SAMPLE_ROWS);
  const shared = sharedParts(await readRows(backend, embedding, sample), width);
  const vectors = new TermVectors(terms.length, width, shared);
  for (let from = 0; from < terms.length; from += TERMS_AT_ONCE) {
    const some = terms.slice(from, from + TERMS_AT_ONCE);
    const rows = await readRows(
      backend,
      embedding,
      some.flatMap(([, list]) => list),
    );
    let at = 0;
    for (const [term, list] of some) {
      vectors.add(term, rows.subarray(at, (at += list.length * width)));
    }
  }
  return vectors.near;
}

/** The tokens that are a word behind a space, by the term under which it is found, in order of their first ids. */
function wholeWords(vocabulary: Vocabulary, tokens: number): Map<string, number[]> {
  const words = new Map<string, number[]>();
  const decoder = new TextDecoder();
  for (let id = 0; id < tokens; id++) {
    if (vocabulary.isControl(id)) continue;
    const text = decoder.decode(vocabulary.pieceBytes(id));
    if (!/^ \p{L}{2,}$/u.test(text)) continue;
    const [term, ...others] = termsOf(text);
    if (term === undefined || others.length > 0) continue;
    const list = words.get(term);
    if (list) list.push(id);
    else words.set(term, [id]);
  }
  return words;
}

/** f32 [ids, E]. */
async function readRows(
  backend: Backend,
  weights: WeightMatrix,
  ids: readonly number[],
): Promise<Float32Array> {
  const bytes = ids.length * weights.cols * 4;
  const chosen = backend.createBufferFrom("word ids", "activations", Uint32Array.from(ids));
  const rows = backend.createBuffer("word vectors", "activations", bytes);
  try {
    const recorder = backend.record();
    embed(recorder, chosen, weights, rows, { tokens: ids.length, scale: 1 });
    const read = recorder.readback(rows, 0, bytes);
    recorder.submit();
    return new Float32Array(await read);
  } finally {
    backend.destroyBuffer(chosen);
    backend.destroyBuffer(rows);
  }
}
