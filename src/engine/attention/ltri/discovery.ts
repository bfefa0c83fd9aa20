// Span discovery of one layer as a stream (docs/ltri.md §2): rows of band sums in, committed spans
// out, equal for every chunking. Not here: sealing, vectors (kernels/spans), storage.

import { EngineError } from "../../errors.ts";
import { fillGaps, intervalScore } from "./fill-gaps.ts";
import type { LtriParameters, Segmenter } from "../parameters.ts";
import { adaptiveTheta, chooseDp, chooseNms, SCORE_QUANTUM, triangleScores } from "./triangles.ts";

export interface DiscoveredSpan {
  /** First token. */
  readonly start: number;
  readonly length: number;
  /** Triangular score S at the θ of its window; 0 for fixed blocks. */
  readonly score: number;
}

/** One division of the token stream of one layer; spans come in document order without holes. */
export interface SpanStream {
  /** The token of the next row. */
  readonly nextToken: number;
  /** First token that is in no committed span yet. */
  readonly uncommittedStart: number;
  /**
   * `rowSums` f32 [T][lMax]: R[y][l] = sum over heads of A[y, y−l…y], for tokens
   * firstToken…firstToken+T−1. Rows must follow each other; rows of sink tokens are skipped.
   */
  push(rowSums: Float32Array, firstToken: number): DiscoveredSpan[];
  /** Commits everything: end of the document. Later rows start a new window. */
  flush(): DiscoveredSpan[];
  /** The complete state; `restore` continues bit by bit. */
  serialise(): Uint8Array<ArrayBuffer>;
  restore(state: Uint8Array): void;
}

export type DiscoveryParameters = Pick<
  LtriParameters,
  "nSink" | "lMin" | "lMax" | "segLen" | "segmenter" | "kappa" | "blockLength"
>;

export function openSpanStream(parameters: DiscoveryParameters): SpanStream {
  return parameters.segmenter === "fixed"
    ? new FixedBlocks(parameters)
    : new SpanDiscovery(parameters);
}

export class SpanDiscovery implements SpanStream {
  readonly #p: DiscoveryParameters;
  #start: number;
  #rows = 0;
  #pending: Float32Array; // f32 [#rows of capacity][lMax], first row = token #start

  constructor(parameters: DiscoveryParameters) {
    this.#p = parameters;
    this.#start = parameters.nSink;
    this.#pending = new Float32Array((parameters.segLen + parameters.lMax) * parameters.lMax);
  }

  get nextToken(): number {
    return this.#start + this.#rows;
  }

  get uncommittedStart(): number {
    return this.#start;
  }

  push(rowSums: Float32Array, firstToken: number): DiscoveredSpan[] {
    const { lMax, segLen } = this.#p;
    const window = segLen + lMax;
    const committed: DiscoveredSpan[] = [];
    const count = rowSums.length / lMax;
    let row = checkFollows(this, this.#p.nSink, firstToken, count);
    while (row < count) {
      const taken = Math.min(window - this.#rows, count - row);
      this.#pending.set(rowSums.subarray(row * lMax, (row + taken) * lMax), this.#rows * lMax);
      this.#rows += taken;
      row += taken;
      if (this.#rows === window) committed.push(...this.#commit(segLen));
    }
    return committed;
  }

  flush(): DiscoveredSpan[] {
    return this.#rows === 0 ? [] : this.#commit(this.#rows);
  }

  /** Runs the window and commits the spans that end before row `limit`. */
  #commit(limit: number): DiscoveredSpan[] {
    const { lMin, lMax, kappa, segmenter } = this.#p;
    const rows = this.#rows;
    const sums = this.#pending.subarray(0, rows * lMax);
    const theta = adaptiveTheta(sums, rows, lMax, kappa);
    const scores = triangleScores(sums, rows, lMax, theta);
    const chosen = segmenter === "dp" ? chooseDp(scores, lMin) : chooseNms(scores, lMin);
    const whole = fillGaps(chosen, rows, lMin, lMax, intervalScore(sums, lMax, theta));
    const spans: DiscoveredSpan[] = [];
    for (const { x, y } of whole) {
      if (y >= limit) break;
      const score = (scores.quanta[x * lMax + y - x] ?? 0) * SCORE_QUANTUM;
      spans.push({ start: this.#start + x, length: y - x + 1, score });
    }
    const last = spans.at(-1);
    const used = last ? last.start + last.length - this.#start : 0;
    if (used === 0) throw new EngineError("internal", "span discovery made no progress");
    this.#pending.copyWithin(0, used * lMax, rows * lMax);
    this.#rows -= used;
    this.#start += used;
    return spans;
  }

  serialise(): Uint8Array<ArrayBuffer> {
    const { lMax } = this.#p;
    return packState(this.#p, this.#start, this.#pending.subarray(0, this.#rows * lMax));
  }

  restore(state: Uint8Array): void {
    const { start, rowSums } = unpackState(this.#p, state);
    const rows = rowSums.length / this.#p.lMax;
    if (!Number.isInteger(rows) || rows >= this.#p.segLen + this.#p.lMax) {
      throw new EngineError("index-damaged", `span discovery state has ${rows} rows`);
    }
    this.#pending.set(rowSums);
    this.#rows = rows;
    this.#start = start;
  }
}

/** Fixed-length units of the stream: the baseline. Reads only the number of rows. */
export class FixedBlocks implements SpanStream {
  readonly #p: DiscoveryParameters;
  #start: number;
  #next: number;

  constructor(parameters: DiscoveryParameters) {
    this.#p = parameters;
    this.#start = parameters.nSink;
    this.#next = parameters.nSink;
  }

  get nextToken(): number {
    return this.#next;
  }

  get uncommittedStart(): number {
    return this.#start;
  }

  push(rowSums: Float32Array, firstToken: number): DiscoveredSpan[] {
    const count = rowSums.length / this.#p.lMax;
    this.#next += count - checkFollows(this, this.#p.nSink, firstToken, count);
    return this.#commit(this.#p.blockLength);
  }

  flush(): DiscoveredSpan[] {
    return this.#commit(1);
  }

  #commit(least: number): DiscoveredSpan[] {
    const spans: DiscoveredSpan[] = [];
    while (this.#next - this.#start >= least) {
      const length = Math.min(this.#p.blockLength, this.#next - this.#start);
      spans.push({ start: this.#start, length, score: 0 });
      this.#start += length;
    }
    return spans;
  }

  serialise(): Uint8Array<ArrayBuffer> {
    return packState(this.#p, this.#start, new Float32Array([this.#next - this.#start]));
  }

  restore(state: Uint8Array): void {
    const { start, rowSums } = unpackState(this.#p, state);
    this.#start = start;
    this.#next = start + (rowSums[0] ?? 0);
  }
}

/** Returns how many of the given rows belong to sink tokens. */
function checkFollows(
  stream: SpanStream,
  nSink: number,
  firstToken: number,
  count: number,
): number {
  if (!Number.isInteger(count)) {
    throw new EngineError("internal", "span discovery: rows have a width other than lMax");
  }
  const skipped = Math.min(count, Math.max(0, nSink - firstToken));
  if (skipped < count && firstToken + skipped !== stream.nextToken) {
    const got = firstToken + skipped;
    throw new EngineError("internal", `span discovery: row ${got}, expected ${stream.nextToken}`);
  }
  return skipped;
}

const STATE_MAGIC = 0x4c545344; // "LTSD"
const STATE_VERSION = 1;
const HEAD_BYTES = 48;
const SEGMENTERS: readonly Segmenter[] = ["nms", "dp", "fixed"];

/** Head: magic, version, start, floats, the parameters; then f32 values, little-endian. */
function packState(
  p: DiscoveryParameters,
  start: number,
  values: Float32Array,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEAD_BYTES + values.byteLength);
  const view = new DataView(bytes.buffer);
  headWords(p, start, values.length).forEach((word, i) => view.setUint32(i * 4, word, true));
  view.setFloat64(40, p.kappa, true);
  for (const [i, value] of values.entries()) view.setFloat32(HEAD_BYTES + i * 4, value, true);
  return bytes;
}

function unpackState(
  p: DiscoveryParameters,
  state: Uint8Array,
): { start: number; rowSums: Float32Array } {
  const damaged = (what: string) =>
    new EngineError("index-damaged", `span discovery state: ${what}`);
  if (state.byteLength < HEAD_BYTES) throw damaged(`${state.byteLength} bytes`);
  const view = new DataView(state.buffer, state.byteOffset, state.byteLength);
  const start = view.getUint32(8, true);
  const length = view.getUint32(12, true);
  headWords(p, start, length).forEach((word, i) => {
    if (view.getUint32(i * 4, true) !== word) throw damaged(`word ${i} differs`);
  });
  if (view.getFloat64(40, true) !== p.kappa) throw damaged("kappa differs");
  if (state.byteLength !== HEAD_BYTES + length * 4) throw damaged(`${state.byteLength} bytes`);
  const rowSums = new Float32Array(length);
  for (let i = 0; i < length; i++) rowSums[i] = view.getFloat32(HEAD_BYTES + i * 4, true);
  return { start, rowSums };
}

function headWords(p: DiscoveryParameters, start: number, length: number): number[] {
  const segmenter = SEGMENTERS.indexOf(p.segmenter);
  return [
    STATE_MAGIC,
    STATE_VERSION,
    start,
    length,
    p.nSink,
    p.lMin,
    p.lMax,
    p.segLen,
    segmenter,
    p.blockLength,
  ];
}
