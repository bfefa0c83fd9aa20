// Principal directions of a layer's keys from their Gram matrix: a dense symmetric eigenproblem for narrow
// keys, block subspace iteration for wide ones. Source: arXiv 2410.21465 §3 with KᵀK in place of K.

import { EigenvalueDecomposition, Matrix, QrDecomposition } from "ml-matrix";
import { EngineError } from "../../errors.ts";
import { RANK_STEP } from "./shadow-sizes.ts";

export interface Basis {
  /** Multiple of 4. */
  readonly rank: number;
  /** f32 [rank][width], orthonormal rows, the strongest direction first. */
  readonly rows: Float32Array<ArrayBuffer>;
  /** Share of the keys' squared deviation from their mean that the rows hold, 0…1. */
  readonly energy: number;
}

/** From this width on the dense problem takes seconds. */
const WIDE = 512;
const EXTRA_DIRECTIONS = 32;
const ROUNDS = 3;

/**
 * gram: f32 [width, width], symmetric. The smallest rank that holds `energy` of the trace, at most `cap`;
 * `cap` itself where `energy` is above 1. Throws `format-invalid` for keys that are no numbers.
 */
export function principalBasis(
  gram: Float32Array,
  width: number,
  cap: number,
  energy: number,
): Basis {
  const matrix = new Matrix(width, width);
  let trace = 0;
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) {
      // Both halves were summed in their own order.
      matrix.set(i, j, (gram[i * width + j]! + gram[j * width + i]!) / 2);
    }
    trace += gram[i * width + i]!;
  }
  if (!Number.isFinite(trace)) {
    throw new EngineError(
      "format-invalid",
      "The keys that this model computes are no numbers: its file is damaged. Choose another model.",
    );
  }
  const block = cap + EXTRA_DIRECTIONS;
  const found =
    width >= WIDE && block < width ? subspace(matrix, width, block) : dense(matrix, width);
  let held = 0;
  let rank = 0;
  while (rank < cap && (rank === 0 || held < energy * trace)) {
    for (const end = Math.min(cap, rank + RANK_STEP); rank < end; rank++)
      held += found.values[rank] ?? 0;
  }
  const rows = new Float32Array(rank * width);
  for (let r = 0; r < rank; r++) {
    for (let i = 0; i < width; i++) rows[r * width + i] = found.vectors.get(i, r);
  }
  return { rank, rows, energy: trace > 0 ? Math.min(1, held / trace) : 1 };
}

interface Eigen {
  /** Largest first. */
  readonly values: readonly number[];
  /** Columns in the order of the values. */
  readonly vectors: Matrix;
}

function dense(matrix: Matrix, size: number): Eigen {
  const found = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const order = found.realEigenvalues
    .map((value, i) => [value, i] as const)
    .sort(([a], [b]) => b - a);
  const columns = order.map(([, i]) => i);
  const vectors = found.eigenvectorMatrix.subMatrixColumn(columns, 0, size - 1);
  return { values: order.map(([value]) => value), vectors };
}

/**
 * The `block` strongest directions: Q ← orth(G·Q), then the small problem in their span. By reflections, which
 * are as exact where there are fewer directions than asked for: keys of a text of few different tokens.
 */
function subspace(gram: Matrix, width: number, block: number): Eigen {
  const orthonormal = (columns: Matrix) => new QrDecomposition(columns).orthogonalMatrix;
  let q = orthonormal(startBlock(width, block));
  for (let round = 0; round < ROUNDS; round++) q = orthonormal(gram.mmul(q));
  const small = dense(q.transpose().mmul(gram).mmul(q), block);
  return { values: small.values, vectors: q.mmul(small.vectors) };
}

/** Deterministic and in general position. */
function startBlock(width: number, block: number): Matrix {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const start = new Matrix(width, block);
  for (let i = 0; i < width; i++) for (let j = 0; j < block; j++) start.set(i, j, next());
  return start;
}
