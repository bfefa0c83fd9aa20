// Votes of a question from all keys of a document, not from index vectors: the mean of a few keys does
// not hold the one key that answers a rare name. The heads that retrieve vote for all layers (specification
// §7, persistence over layers). Layers divide the text differently, so votes travel as token intervals.
// Source of keys and queries: ask/question-scan.ts.

import { spanVoteTwin } from "../../../kernels/index.ts";

/** KV heads of one layer whose keys a question is compared with. */
export interface RetrievalHeads {
  readonly layer: number;
  readonly heads: readonly number[];
}

/** Best match of every question token with the keys of one layer's spans, in some of its KV heads. */
export class KeyScan {
  readonly #queries: Float32Array; // f32 [T][K][D], before RoPE, mean of each group's query heads
  readonly #tokens: number;
  readonly #kvHeads: number;
  readonly #heads: readonly number[]; // [A]
  readonly #headDim: number;
  readonly #spans: number;
  readonly #raw: Float32Array; // f32 [T][A][S]

  constructor(
    queries: Float32Array,
    kvHeads: number,
    headDim: number,
    spans: number,
    heads: readonly number[],
  ) {
    this.#queries = queries;
    this.#kvHeads = kvHeads;
    this.#heads = heads;
    this.#headDim = headDim;
    this.#spans = spans;
    this.#tokens = queries.length / (kvHeads * headDim);
    this.#raw = new Float32Array(this.#tokens * heads.length * spans).fill(-Infinity);
  }

  /** keys: f32 [length][K][D] of the span `ordinal`, before RoPE. */
  add(ordinal: number, keys: Float32Array): void {
    const [K, D, S] = [this.#kvHeads, this.#headDim, this.#spans];
    const queries = this.#queries;
    const A = this.#heads.length;
    for (let row = 0; row < this.#tokens * A; row++) {
      const head = this.#heads[row % A]!;
      const query = (Math.floor(row / A) * K + head) * D;
      let best = -Infinity;
      for (let key = head * D; key < keys.length; key += K * D) {
        let dot = 0;
        for (let d = 0; d < D; d++) dot += queries[query + d]! * keys[key + d]!;
        if (dot > best) best = dot;
      }
      this.#raw[row * S + ordinal] = best;
    }
  }

  /** f32 [S]: the votes of §7 of each question token, added up. */
  votes(z0: number): Float32Array {
    const [A, S] = [this.#heads.length, this.#spans];
    const sum = new Float32Array(S);
    const arrays = { votes: new Float32Array(S), ties: new Float32Array(S), recall: sum };
    const shape = { spans: S, spanCapacity: S, kvHeads: A, z0, boost: 0, gamma: 1, persist: true };
    for (let t = 0; t < this.#tokens; t++) {
      spanVoteTwin({ raw: this.#raw.subarray(t * A * S, (t + 1) * A * S), ...arrays }, shape);
    }
    return sum;
  }
}

/**
 * The heads that retrieve: those that copy at least half as well as the best one (weights [L][K], 0 to 1,
 * measured on the model). Without weights, or when no head copies: all of them.
 */
export function retrievalHeads(
  weights: readonly (readonly number[])[] | undefined,
  layers: number,
  kvHeads: number,
): RetrievalHeads[] {
  const most = Math.max(0, ...(weights ?? []).flat());
  const all = Array.from({ length: kvHeads }, (_, head) => head);
  return Array.from({ length: layers }, (_, layer) => ({
    layer,
    heads: all.filter((head) => 2 * (weights?.[layer]?.[head] ?? 0) >= most),
  })).filter(({ heads }) => heads.length > 0);
}

/** How one layer divides the document. */
export interface Division {
  readonly count: number;
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}

export interface LayerVotes {
  readonly table: Division;
  readonly votes: Float32Array; // f32 [count]
}

/**
 * f32 [count] per division: for every span the sum over the layers that voted of the strongest vote among
 * the spans there that overlap it. A layer counts by how few tokens its votes fall on.
 */
export function sharedVotes(
  voted: readonly LayerVotes[],
  divisions: readonly Division[],
): Float32Array[] {
  const weights = voted.map(({ table, votes }) =>
    votes.reduce((sum, vote, span) => sum + table.lengths[span]! * vote * vote, 0),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return divisions.map((table) => {
    const shared = new Float32Array(table.count);
    if (total === 0) return shared;
    voted.forEach((other, i) => addOverlapping(shared, table, other, weights[i]! / total));
    return shared;
  });
}

/** Both layers are in document order: one pass over the two. */
function addOverlapping(
  shared: Float32Array,
  { starts, lengths }: Division,
  { table, votes }: LayerVotes,
  weight: number,
): void {
  let first = 0; // the first span of the other layer that may reach this one
  for (let span = 0; span < shared.length; span++) {
    const start = starts[span]!;
    const end = start + lengths[span]!;
    while (first < table.count && table.starts[first]! + table.lengths[first]! <= start) first++;
    let strongest = 0;
    for (let t = first; t < table.count && table.starts[t]! < end; t++) {
      strongest = Math.max(strongest, votes[t]!);
    }
    shared[span]! += weight * strongest;
  }
}
