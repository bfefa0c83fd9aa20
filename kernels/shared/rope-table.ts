// Host side of the rotary embedding: the cos/sin table and the compile-time constants.

export interface RopeSpec {
  readonly headDim: number;
  /** Leading dimensions of a head that are rotated; 0 = none. */
  readonly rotaryDims: number;
  /** Pairs (2i, 2i+1) instead of (i, i + rotaryDims/2). */
  readonly adjacent: boolean;
}

/**
 * f32 [positions, pairs, 2] of (cos, sin) times `attentionFactor`, from position `first` on, at least 4 numbers long.
 * `frequencies`: radians per position of each pair, scaling applied. Angles in f64: an f32 one would be off by 1e-3 at
 * position 10,000.
 */
export function ropeTable(
  frequencies: ArrayLike<number>,
  positions: number,
  attentionFactor = 1,
  first = 0,
): Float32Array<ArrayBuffer> {
  const pairs = frequencies.length;
  const table = new Float32Array(Math.max(4, positions * pairs * 2));
  for (let i = 0; i < pairs; i++) {
    const frequency = frequencies[i]!;
    for (let position = 0; position < positions; position++) {
      const at = (position * pairs + i) * 2;
      const angle = (first + position) * frequency;
      table[at] = Math.cos(angle) * attentionFactor;
      table[at + 1] = Math.sin(angle) * attentionFactor;
    }
  }
  return table;
}

/** Pipeline constants of a kernel that uses rope.wgsl. */
export function ropeConstants({ headDim, rotaryDims, adjacent }: RopeSpec): Record<string, number> {
  const step = adjacent ? 4 : 8;
  if (headDim % 4 !== 0 || rotaryDims % step !== 0 || rotaryDims > headDim) {
    throw new Error(`rope: ${rotaryDims} rotary of ${headDim} dimensions (multiple of ${step})`);
  }
  return { HEAD_DIM: headDim, ROTARY_DIMS: rotaryDims, ADJACENT: adjacent ? 1 : 0 };
}

/** Rotates one head in place (twins). */
export function rotateHead(
  head: Float32Array,
  table: Float32Array,
  position: number,
  { rotaryDims, adjacent }: RopeSpec,
): void {
  const pairs = rotaryDims / 2;
  for (let i = 0; i < pairs; i++) {
    const a = adjacent ? 2 * i : i;
    const b = adjacent ? 2 * i + 1 : i + pairs;
    const c = table[(position * pairs + i) * 2]!;
    const s = table[(position * pairs + i) * 2 + 1]!;
    const [x, y] = [head[a]!, head[b]!];
    head[a] = x * c - y * s;
    head[b] = x * s + y * c;
  }
}
