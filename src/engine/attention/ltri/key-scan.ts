// Votes of a question from all keys of a document, not from index vectors: the mean of a few keys does
// not hold the one key that answers a rare name. The heads that retrieve vote for all layers. Layers divide the
// text differently, so votes travel as token intervals. Source: docs/ltri.md §9. Matches: question-scan.ts.

import { spanVoteTwin } from "../../../../kernels/index.ts";

/** KV heads of one layer whose keys a question is compared with. */
export interface RetrievalHeads {
  readonly layer: number;
  readonly heads: readonly number[];
}

/**
 * f32 [spans]: the votes (docs/ltri.md §7) of each question token, added up. raw: f32 [tokens][heads][spans], the best
 * match of a question token with the keys of a span (kernels/spans/key-match.ts).
 */
export function questionVotes(
  raw: Float32Array,
  heads: number,
  spans: number,
  z0: number,
): Float32Array {
  const sum = new Float32Array(spans);
  const arrays = { votes: new Float32Array(spans), ties: new Float32Array(spans), recall: sum };
  const shape = { spans, spanCapacity: spans, kvHeads: heads };
  for (let at = 0; at < raw.length; at += heads * spans) {
    const own = { raw: raw.subarray(at, at + heads * spans), ...arrays };
    spanVoteTwin(own, { ...shape, z0, boost: 0, gamma: 1, persist: true });
  }
  return sum;
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
