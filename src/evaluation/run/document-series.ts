// Documents that begin alike, read one after another: what a document shares with the first one is
// not read again. The state is kept at the chunk boundary before the place where they part, so that
// the continued reading computes exactly what a reading from the start would.
// Not here: which documents belong together (plan), questions (run-item.ts).

import type { Backend } from "../../../kernels/index.ts";
import type { Session } from "../../engine/attention/ltri/session.ts";
import type { EngineName } from "../../engine/attention/ltri/sizes.ts";
import type { DocumentBinding } from "../../engine/attention/binding.ts";
import type { LoadedModel } from "../../engine/transformer/loaded-model.ts";
import type { TokenCounter } from "../../engine/transformer/token-counter.ts";
import { RingSeries } from "./ring-series.ts";
import { SpanSeries } from "./span-series.ts";

export interface SeriesParts {
  readonly backend: Backend;
  readonly loaded: LoadedModel;
  readonly binding: DocumentBinding;
  readonly counter: TokenCounter;
  /** Token ids of every document, in the order they will be read: deepest insertion first. */
  readonly documents: readonly Uint32Array[];
  /** Runs one chunk of work when it is its turn; rejects with `cancelled` when the run was ended. */
  readonly turn: <T>(task: () => Promise<T>) => Promise<T>;
}

export interface DocumentSeries {
  /**
   * A session behind document `index`, valid until the next call. `onChunk` gets the tokens that were
   * read in each chunk, prefix included.
   */
  open(index: number, onChunk: (tokens: number) => void): Promise<Session>;
  destroy(): void;
}

export function openSeries(engine: EngineName, parts: SeriesParts): DocumentSeries {
  return engine === "full" || engine === "streaming"
    ? new RingSeries(engine, parts)
    : new SpanSeries(parts);
}

/** Prompt prefix and document as one stream. */
export function streamOf(binding: DocumentBinding, document: Uint32Array): Uint32Array {
  const { prefixIds } = binding.prompt;
  const stream = new Uint32Array(prefixIds.length + document.length);
  stream.set(prefixIds);
  stream.set(document, prefixIds.length);
  return stream;
}

/**
 * Where the reading of `stream` may start when `base` has been read: the last chunk boundary before
 * they part, and before the end, so that at least one chunk is left to read.
 */
export function forkPoint(base: Uint32Array, stream: Uint32Array, chunk: number): number {
  const most = Math.min(base.length, stream.length - 1);
  let common = 0;
  while (common < most && base[common] === stream[common]) common++;
  return Math.floor(common / chunk) * chunk;
}

export function isSame(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
