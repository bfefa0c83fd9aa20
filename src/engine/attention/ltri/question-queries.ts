// Queries of a question as they are compared with the keys of a document: one per token and KV head, in the
// order of the kernel (kernels/spans/key-match.ts).
import type { ModelConfig } from "../../model/config.ts";

/** q: f32 [tokens, H*D], before RoPE → f32 [tokens][K][D], the mean over the query heads of a KV head. */
export function meanPerKvHead(
  q: Float32Array,
  { heads, kvHeads, headDim }: ModelConfig,
): Float32Array {
  const group = heads / kvHeads;
  const mean = new Float32Array(q.length / group);
  for (let i = 0; i < mean.length; i++) {
    const head = Math.floor(i / headDim) * group;
    for (let h = 0; h < group; h++) {
      mean[i]! += q[(head + h) * headDim + (i % headDim)]! / group;
    }
  }
  return mean;
}

/** f32 [tokens][K][D] pieces → f32 [D/4][tokens × heads][4] of the heads that are compared. */
export function interleavedQueries(
  pieces: readonly Float32Array[],
  heads: readonly number[],
  { kvHeads, headDim }: ModelConfig,
): Float32Array<ArrayBuffer> {
  const width = kvHeads * headDim;
  const tokens = pieces.reduce((sum, { length }) => sum + length / width, 0);
  const rows = tokens * heads.length;
  const queries = new Float32Array(rows * headDim);
  let row = 0;
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += width) {
      for (const head of heads) {
        for (let d = 0; d < headDim; d++) {
          const quad = Math.floor(d / 4) * rows + row;
          queries[quad * 4 + (d % 4)] = piece[at + head * headDim + d]!;
        }
        row++;
      }
    }
  }
  return queries;
}
