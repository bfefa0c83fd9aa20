// Which terms mean about the same as one of a question, by the token embeddings of a model: the vectors of whole words,
// without what all of them share. No pass of the model takes part. Source of leaving out the mean and the strongest
// directions: Mu, Viswanath, All-but-the-Top, 2018. Pure; where the embeddings come from is the caller's.

export interface NearTerm {
  readonly term: string;
  /** Cosine, from LEAST_LIKENESS to 1. */
  readonly likeness: number;
}

/** Those among the terms for which `isHeld` says so, nearest first; never the term itself. */
export type FindNearTerms = (
  term: string,
  isHeld: (term: string) => boolean,
) => readonly NearTerm[];

/** Below it words are near by chance. */
const LEAST_LIKENESS = 0.15;
const MOST_NEAR = 30;
/** Directions in which all words differ by frequency or spelling and not by meaning. */
const SHARED_DIRECTIONS = 3;
const POWER_STEPS = 8;

/** What all vectors of a table share. */
export interface SharedParts {
  readonly mean: Float32Array; // [E]
  /** Orthonormal. */
  readonly directions: readonly Float32Array[]; // [SHARED_DIRECTIONS] of [E]
}

/** `rows`: f32 [rows, E], a sample of the table. */
export function sharedParts(rows: Float32Array, width: number): SharedParts {
  const count = rows.length / width;
  const sum = new Float64Array(width);
  for (let i = 0; i < rows.length; i++) sum[i % width]! += rows[i]!;
  const mean = Float32Array.from(sum, (x) => x / count);
  const directions: Float32Array[] = [];
  for (let n = 0; n < SHARED_DIRECTIONS; n++) {
    // Any start that is not orthogonal to the direction looked for will do; it must be the same each time.
    let direction: Float32Array = Float32Array.from({ length: width }, (_, i) =>
      Math.cos(i * (n + 1)),
    );
    for (let step = 0; step < POWER_STEPS; step++) {
      const next = new Float32Array(width);
      for (let row = 0; row < rows.length; row += width) {
        const own = rows.subarray(row, row + width);
        let along = 0;
        for (let i = 0; i < width; i++) along += (own[i]! - mean[i]!) * direction[i]!;
        for (let i = 0; i < width; i++) next[i]! += along * (own[i]! - mean[i]!);
      }
      for (const known of directions) takeOut(next, known);
      normalise(next);
      direction = next;
    }
    directions.push(direction);
  }
  return { mean, directions };
}

/** Collects the vectors of terms, eight bits a number, and finds the nearest. */
export class TermVectors {
  readonly #width: number;
  readonly #shared: SharedParts;
  readonly #terms: string[] = [];
  readonly #places = new Map<string, number>();
  readonly #values: Int8Array; // [terms, E]
  readonly #scales: Float32Array; // [terms]

  constructor(most: number, width: number, shared: SharedParts) {
    this.#width = width;
    this.#shared = shared;
    this.#values = new Int8Array(most * width);
    this.#scales = new Float32Array(most);
  }

  /** `rows`: f32 [tokens, E] of the tokens that are written as this term; they are overwritten. */
  add(term: string, rows: Float32Array): void {
    const width = this.#width;
    const { mean, directions } = this.#shared;
    const sum = new Float32Array(width);
    for (let row = 0; row < rows.length; row += width) {
      const own = rows.subarray(row, row + width);
      for (let i = 0; i < width; i++) own[i]! -= mean[i]!;
      for (const direction of directions) takeOut(own, direction);
      normalise(own);
      for (let i = 0; i < width; i++) sum[i]! += own[i]!;
    }
    normalise(sum);
    let largest = 1e-9;
    for (let i = 0; i < width; i++) largest = Math.max(largest, Math.abs(sum[i]!));
    const place = this.#terms.length;
    this.#terms.push(term);
    this.#places.set(term, place);
    this.#scales[place] = largest / 127;
    const values = this.#values.subarray(place * width, (place + 1) * width);
    for (let i = 0; i < width; i++) values[i] = Math.round((sum[i]! * 127) / largest);
  }

  readonly near: FindNearTerms = (term, isHeld) => {
    const place = this.#places.get(term);
    if (place === undefined) return [];
    const near: NearTerm[] = [];
    for (const [other, name] of this.#terms.entries()) {
      if (other === place || !isHeld(name)) continue;
      const likeness = this.#likeness(place, other);
      if (likeness >= LEAST_LIKENESS) near.push({ term: name, likeness });
    }
    return near.sort((a, b) => b.likeness - a.likeness).slice(0, MOST_NEAR);
  };

  #likeness(a: number, b: number): number {
    const width = this.#width;
    const values = this.#values;
    const [x, y] = [a * width, b * width];
    let sum = 0;
    for (let i = 0; i < width; i++) sum += values[x + i]! * values[y + i]!;
    return sum * this.#scales[a]! * this.#scales[b]!;
  }
}

// Plain loops: tens of thousands of vectors go through these.

function takeOut(vector: Float32Array, direction: Float32Array): void {
  let along = 0;
  for (let i = 0; i < vector.length; i++) along += vector[i]! * direction[i]!;
  for (let i = 0; i < vector.length; i++) vector[i]! -= along * direction[i]!;
}

/** A vector of zeros stays one. */
function normalise(vector: Float32Array): void {
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += vector[i]! * vector[i]!;
  if (squares === 0) return;
  const scale = 1 / Math.sqrt(squares);
  for (let i = 0; i < vector.length; i++) vector[i]! *= scale;
}
