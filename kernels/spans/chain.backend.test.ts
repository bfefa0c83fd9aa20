// The span kernels of a layer in the order of the engine, over many chunks and a wrapping ring,
// against vectors computed from the complete attention map.
import { expect, test } from "vitest";
import { testBackend } from "../testing/backends.ts";
import { nmse, randomFloats } from "../testing/gpu.ts";
import { band } from "./band.ts";
import { bandRows } from "./band-rows.ts";
import { bandVotes } from "./band-votes.ts";
import { ownMass } from "./own-mass.ts";
import { sealVectors } from "./seal-vectors.ts";

const N = 190;
const heads = 4;
const kvHeads = 2;
const headDim = 8;
const nLocal = 48;
const nVote = 41;
const lMax = 16;
const ringCapacity = 96;
const scale = 0.6;
const lengths = [16, 3, 16, 9, 12, 5, 16, 8, 14, 16, 11, 16];

const q = randomFloats(N * heads * headDim, 1);
const k = randomFloats(N * kvHeads * headDim, 2); // [N][K][D]
// p[a][i][j]: probabilities summed over the heads of a group.
const { p, lse } = attention();

function attention() {
  const p = Array.from({ length: kvHeads }, () => new Float64Array(N * N));
  const lse = new Float32Array(heads * N);
  for (let h = 0; h < heads; h++) {
    const a = h >> 1;
    for (let i = 0; i < N; i++) {
      const scores = Array.from({ length: i + 1 }, (_, j) => {
        let sum = 0;
        for (let d = 0; d < headDim; d++) {
          sum += q[(i * heads + h) * headDim + d]! * k[(j * kvHeads + a) * headDim + d]!;
        }
        return sum * scale;
      });
      lse[h * N + i] = Math.log(scores.reduce((sum, x) => sum + Math.exp(x), 0));
      scores.forEach((x, j) => (p[a]![i * N + j]! += Math.exp(x - lse[h * N + i]!)));
    }
  }
  return { p, lse };
}

function expectedVectors(starts: number[]): Float32Array {
  const out = new Float32Array(lengths.length * 2 * kvHeads * headDim);
  lengths.forEach((length, ordinal) => {
    const y = starts[ordinal]! + length - 1;
    const tokens = Array.from({ length }, (_, n) => starts[ordinal]! + n);
    const count = Math.min(length, length < 8 ? 1 : length < 16 ? 2 : 4);
    for (let a = 0; a < kvHeads; a++) {
      const column = (j: number, from: number, to: number) => {
        let sum = 0;
        for (let i = from; i < Math.min(N, to); i++) sum += p[a]![i * N + j]!;
        return sum;
      };
      const kinds = [
        tokens.map((j) => column(j, j, y + 1) / (y - j + 1)),
        tokens.map((j) => column(j, y + 1, j + nVote)),
      ];
      kinds.forEach((weights, kind) => {
        const top = tokens.toSorted((i, j) => weights[j - tokens[0]!]! - weights[i - tokens[0]!]!);
        for (let d = 0; d < headDim; d++) {
          let sum = 0;
          for (const j of top.slice(0, count)) sum += k[(j * kvHeads + a) * headDim + d]!;
          out[((ordinal * 2 + kind) * kvHeads + a) * headDim + d] = sum / count;
        }
      });
    }
  });
  return out;
}

test.each([1, 19, 32])("chunks of %i tokens give the vectors of the full map", async (chunk) => {
  const backend = await testBackend();
  const make = (label: string, floats: number) => backend.createBuffer(label, "index", floats * 4);
  const upload = (label: string, data: Float32Array | Uint32Array) =>
    backend.createBufferFrom(label, "index", data);
  const rowCapacity = ringCapacity;
  const kPool = make("kPool", (ringCapacity / 16 + 1) * kvHeads * 16 * headDim);
  const votes = upload("votes", randomFloats(kvHeads * ringCapacity, 3)); // old contents must not matter
  const own = upload("own", randomFloats(kvHeads * ringCapacity, 4));
  const bandRing = make("bandRing", rowCapacity * lMax * kvHeads);
  const vectors = make("vectors", lengths.length * 2 * kvHeads * headDim);
  const starts = lengths.map((_, n) => lengths.slice(0, n).reduce((sum, l) => sum + l, 0));
  const spans = upload(
    "spans",
    Uint32Array.from(lengths.flatMap((length, n) => [starts[n]!, length, n, 0])),
  );
  const allRows = new Float32Array(N * lMax);
  let sealed = 0;
  for (let first = 0; first < N; first += chunk) {
    const tokens = Math.min(chunk, N - first);
    const end = first + tokens;
    const firstRing = starts[sealed] ?? end;
    // Working set: five foreign rows, then the ring tokens in order.
    const setCapacity = 5 + end - firstRing + 2;
    const set = randomFloats(kvHeads * setCapacity * headDim, 5);
    const slice = new Float32Array(kvHeads * 16 * headDim * (ringCapacity / 16 + 1));
    for (let a = 0; a < kvHeads; a++) {
      for (let j = firstRing; j < end; j++) {
        const key = k.subarray((j * kvHeads + a) * headDim, (j * kvHeads + a + 1) * headDim);
        set.set(key, (a * setCapacity + 5 + j - firstRing) * headDim);
        const slot = j % ringCapacity;
        const page = 1 + (slot >> 4);
        slice.set(key, ((page * kvHeads + a) * 16 + (slot % 16)) * headDim);
      }
    }
    backend.upload(kPool, 0, slice);
    const chunkLse = Float32Array.from({ length: heads * tokens }, (_, n) => {
      return lse[Math.floor(n / tokens) * N + first + (n % tokens)]!;
    });
    const temporary = [
      upload("q", q.subarray(first * heads * headDim, end * heads * headDim)),
      upload("k", set),
      upload("lse", chunkLse),
      make("band", tokens * nVote * kvHeads),
      make("rows", tokens * lMax),
    ] as const;
    const [qChunk, kSet, lseChunk, bandOut, rows] = temporary;
    const recorder = backend.record();
    const common = { tokens, kvHeads, bandWidth: nVote, firstToken: first };
    band(recorder, qChunk, kSet, lseChunk, bandOut, {
      ...common,
      heads,
      headDim,
      setCapacity,
      firstRingToken: firstRing,
      rowOfFirstRing: 5,
      window: 0,
      scale,
      softCap: 0,
    });
    const ring = { ringCapacity, ringFirstPage: 1 };
    bandVotes(recorder, bandOut, votes, {
      ...common,
      voteWidth: nVote,
      firstRingToken: firstRing,
      ringCapacity,
    });
    bandRows(recorder, bandOut, rows, bandRing, { ...common, lMax, rowCapacity });
    const before = sealed;
    const last = end === N; // the test's spans end before N: flush
    while (
      sealed < lengths.length &&
      (starts[sealed]! + lengths[sealed]! - 1 < end - nLocal || last)
    ) {
      sealed++;
    }
    const list = { firstSpan: before, spanCount: sealed - before, kvHeads };
    ownMass(recorder, bandRing, spans, own, { ...list, lMax, rowCapacity, ringCapacity });
    sealVectors(recorder, spans, votes, own, kPool, vectors, {
      ...list,
      ...ring,
      headDim,
      representatives: 4,
      vectors: "both",
      dtype: "f32",
    });
    const back = recorder.readback(rows, 0, tokens * lMax * 4);
    recorder.submit();
    allRows.set(new Float32Array(await back), first * lMax);
    for (const buffer of temporary) backend.destroyBuffer(buffer);
  }
  const got = new Float32Array(await backend.read(vectors, 0, vectors.size));
  expect(nmse(got, expectedVectors(starts))).toBeLessThan(1e-10);
  // Rows of discovery: every span's own rows, whose keys are in the ring for sure.
  for (let y = 0; y < N; y++) {
    const start = starts.findLast((s) => s <= y)!;
    for (let l = 0; l < Math.min(lMax, y - start + 1); l++) {
      let sum = 0;
      for (let j = y - l; j <= y; j++) for (let a = 0; a < kvHeads; a++) sum += p[a]![y * N + j]!;
      expect(Math.abs(allRows[y * lMax + l]! - sum)).toBeLessThan(1e-4);
    }
  }
  for (const buffer of [kPool, votes, own, bandRing, vectors, spans]) backend.destroyBuffer(buffer);
});
