// A made-up document and its span stream: every byte follows from the seed, so that any stored state
// can be compared with what it must be. Tests only. No model involved.
import { join } from "../span-records.ts";
import type {
  DocumentReader,
  DocumentWriter,
  Fingerprint,
  IndexGeometry,
  NewDocument,
  SealedSpans,
} from "../types.ts";

export const GEOMETRY: IndexGeometry = {
  layers: 3,
  kvHeads: 2,
  headDim: 4,
  kvBytesPerToken: 32,
  vectorBytes: 16,
};
const CHUNK_TOKENS = 64;
const COMMIT_TOKENS = 512;
/** Tokens behind the last sealed span: sinks, window and remainder in one. */
const WINDOW_TOKENS = 100;

export const FINGERPRINT: Fingerprint = {
  model: "made-up",
  engine: { lMin: 4, lMax: 64, kvDtype: "f16" },
  prefix: [1, 2],
};

/** Numbers in [0, 1) that follow from the seed. */
export function randomSource(seed: number): () => number {
  let state = (Math.imul(seed, 2654435761) >>> 0) ^ 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function randomBytes(length: number, seed: number): Uint8Array {
  const next = randomSource(seed);
  return Uint8Array.from({ length }, () => next() * 256);
}

/** Halves that are numbers: the highest bit of the exponent is never set. */
function randomHalves(bytes: number, seed: number): Uint8Array {
  return randomBytes(bytes, seed).map((byte, i) => (i % 2 === 1 ? byte & 0xbf : byte));
}

interface Span {
  readonly start: number;
  readonly length: number;
  readonly score: number;
  readonly mStat: Uint8Array;
  readonly mDyn: Uint8Array;
  readonly kv: Uint8Array;
}

export class SampleStream {
  readonly document: NewDocument;
  readonly layers: readonly (readonly Span[])[];
  readonly tokens: number;
  readonly #seed: number;

  constructor(tokens: number, seed = 1) {
    this.#seed = seed;
    this.tokens = tokens;
    const next = randomSource(seed);
    const words = ["wind", "Öl", "\u{1F58B}", "ink", "\uFEFF", "span\n"];
    const text = Array.from({ length: tokens }, () => words[Math.floor(next() * words.length)]);
    let at = 0;
    this.document = {
      title: `Sample ${seed}`,
      text: text.join(""),
      tokenIds: Uint32Array.from({ length: tokens }, () => next() * 50_000),
      tokenStarts: Uint32Array.from(text, (word) => (at += word!.length) - word!.length),
      fingerprint: FINGERPRINT,
      geometry: GEOMETRY,
      modelName: "made-up",
    };
    this.layers = Array.from({ length: GEOMETRY.layers }, (_, layer) => this.#spans(layer));
  }

  #spans(layer: number): Span[] {
    const next = randomSource(this.#seed * 100 + layer);
    const spans: Span[] = [];
    for (let start = 4; start < this.tokens;) {
      const length = 2 + Math.floor(next() ** 5 * 50);
      const seed = this.#seed * 1e6 + layer * 1e5 + start;
      spans.push({
        start,
        length,
        score: Math.fround(next()),
        mStat: randomHalves(GEOMETRY.vectorBytes, seed + 0.25),
        mDyn: randomHalves(GEOMETRY.vectorBytes, seed * 3 + 1),
        kv: randomHalves(length * GEOMETRY.kvBytesPerToken, seed * 7 + 2),
      });
      start += length;
    }
    return spans;
  }

  /** Spans of a layer that are sealed once `now` tokens have been read. */
  sealed(layer: number, now: number): readonly Span[] {
    return this.layers[layer]!.filter((span) => span.start + span.length < now - WINDOW_TOKENS);
  }

  checkpoint(now: number): Uint8Array {
    return randomBytes(300 + (now % 97), this.#seed * 1000 + now);
  }

  /** Reads on from the writer's commit, as the engine does; stops before finishing at `until`. */
  async ingest(writer: DocumentWriter, until = Infinity): Promise<void> {
    let now = writer.tokensCommitted;
    while (now < this.tokens) {
      if (now >= until) return;
      now = Math.min(this.tokens, now + CHUNK_TOKENS);
      for (let layer = 0; layer < this.layers.length; layer++) {
        const done = writer.reader.spans(layer).count;
        await writer.append(layer, columnsOf(this.sealed(layer, now).slice(done)));
      }
      const input = { tokensCommitted: now, checkpoint: this.checkpoint(now) };
      if (now === this.tokens) await writer.finish(input);
      else if (now % COMMIT_TOKENS === 0) await writer.commit(input);
    }
  }

  /** Throws unless the reader shows exactly the state after `now` tokens. */
  async verify(reader: DocumentReader, now: number): Promise<void> {
    for (let layer = 0; layer < this.layers.length; layer++) {
      const expected = this.sealed(layer, now);
      const columns = reader.spans(layer);
      requireEqual(columns.count, expected.length, `layer ${layer}: number of spans`);
      const vectors = await reader.vectors(layer);
      const size = GEOMETRY.vectorBytes;
      const all = expected.map((_, i) => i);
      const kv = await reader.readSpanKv(layer, all);
      expected.forEach((span, i) => {
        const name = `layer ${layer}, span ${i}`;
        requireEqual(columns.start[i], span.start, `${name}: start`);
        requireEqual(columns.length[i], span.length, `${name}: length`);
        requireEqual(columns.score[i], span.score, `${name}: score`);
        requireBytes(
          vectors.mStat.subarray(i * size, (i + 1) * size),
          span.mStat,
          `${name}: mStat`,
        );
        requireBytes(vectors.mDyn.subarray(i * size, (i + 1) * size), span.mDyn, `${name}: mDyn`);
        requireBytes(kv[i]!, span.kv, `${name}: KV`);
      });
    }
    requireEqual(await reader.text(), this.document.text, "text");
    requireBytes(await reader.tokenIds(), this.document.tokenIds, "token ids");
    requireBytes(await reader.tokenStarts(), this.document.tokenStarts, "token starts");
  }
}

function columnsOf(spans: readonly Span[]): SealedSpans {
  return {
    start: Uint32Array.from(spans, (span) => span.start),
    length: Uint16Array.from(spans, (span) => span.length),
    score: Float32Array.from(spans, (span) => span.score),
    mStat: join(spans.map((span) => span.mStat)),
    mDyn: join(spans.map((span) => span.mDyn)),
    kv: spans.map((span) => span.kv),
  };
}

function requireEqual(actual: unknown, expected: unknown, name: string): void {
  if (actual !== expected) throw new Error(`${name} is ${String(actual)}, not ${String(expected)}`);
}

export function requireBytes(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  name: string,
): void {
  requireEqual(actual.length, expected.length, `${name}: length`);
  for (let i = 0; i < expected.length; i++) {
    if (actual[i] !== expected[i]) throw new Error(`${name} differs at ${i}`);
  }
}
