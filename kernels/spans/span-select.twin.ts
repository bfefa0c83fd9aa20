import { recallBudget, type Selection, type SpanSelectShape } from "./span-select.ts";

const voteKey = (value: number) => Math.trunc(Math.min(2147483520, Math.max(0, value * 2 ** 20)));

const freshKey = (vote: number, tie: number) => {
  const key = voteKey(vote);
  if (key > 0) return 0x80000000 + key;
  return Math.floor(Math.min(1e9, Math.max(-1e9, tie * 1024))) + 0x40000000;
};

/** CPU twin of span-select.wgsl with the launcher's arguments; the same ids bit for bit. */
export function spanSelectTwin(
  spans: Uint32Array, // u32x4 [S] {start, length, 0, 0}
  recall: Float32Array, // f32 [≥ S]
  votes: Float32Array, // f32 [≥ S]
  ties: Float32Array, // f32 [≥ S]
  shape: SpanSelectShape,
): Selection {
  const length = (s: number) => spans[s * 4 + 1]!;
  const eligible: number[] = [];
  for (let s = 0; s < shape.spans; s++) {
    if (length(s) > 0) eligible.push(s);
  }
  const taken = new Set<number>();
  let tokens = 0;
  const take = (candidates: number[], keys: Float64Array, cap: number) => {
    candidates.sort((a, b) => keys[b]! - keys[a]! || a - b);
    for (const s of candidates) {
      if (tokens + length(s) > cap) return;
      taken.add(s);
      tokens += length(s);
    }
  };
  const recallKeys = Float64Array.from({ length: shape.spans }, (_, s) => voteKey(recall[s]!));
  take(
    eligible.filter((s) => recallKeys[s]! > 0),
    recallKeys,
    recallBudget(shape),
  );
  const recalled = taken.size;
  const freshKeys = Float64Array.from({ length: shape.spans }, (_, s) =>
    freshKey(votes[s]!, ties[s]!),
  );
  take(
    eligible.filter((s) => !taken.has(s)),
    freshKeys,
    shape.budgetTokens,
  );
  return { ids: Uint32Array.from([...taken].sort((a, b) => a - b)), tokens, recalled };
}
