// Timings of the heavy kernels on the device at hand: GFLOP/s of matmul and attention prefill,
// milliseconds of decode. Every row carries a checksum of its output. Tools only.
import {
  attentionDecode,
  decodePartialsLength,
  DECODE_MAX_SPLITS,
} from "../attention/attention-decode.ts";
import { attentionPrefill, type AttentionPrefillVariant } from "../attention/attention-prefill.ts";
import { matmul, type MatmulVariant } from "../dense/matmul.ts";
import type { Backend, Recorder, DeviceBuffer } from "../backend.ts";
import { argmax, SAMPLE_SCRATCH_BYTES, sampleTop } from "../sampling/sample.ts";
import { ropeTable } from "../shared/rope-table.ts";
import type { WeightFormat } from "../weights/index.ts";
import { randomMatrix } from "./compare.ts";
import { randomFloats } from "./gpu.ts";
import { packPageTable } from "./page-table.ts";
import { plainFrequencies } from "./rope.ts";

export interface BenchRow {
  readonly name: string;
  readonly bestMs: number;
  /** CPU time of the whole process: the honest measure of a software adapter on a busy machine. */
  readonly bestCpuMs: number;
  /** Per wall second and per CPU second; undefined where bytes, not operations, are the bound. */
  readonly gflops: number | undefined;
  readonly gflopsPerCpuSecond: number | undefined;
  readonly checksum: number;
}

async function measure(
  backend: Backend,
  name: string,
  flops: number | undefined,
  output: DeviceBuffer,
  record: (recorder: Recorder) => void,
): Promise<BenchRow> {
  let bestMs = Number.POSITIVE_INFINITY;
  let bestCpuMs = Number.POSITIVE_INFINITY;
  let checksum = 0;
  for (let run = 0; run < 4; run++) {
    const recorder = backend.record();
    record(recorder);
    const result = recorder.readback(output, 0, 1024);
    const begin = performance.now();
    const cpuBegin = process.cpuUsage();
    recorder.submit();
    const values = new Float32Array(await result);
    const cpu = process.cpuUsage(cpuBegin);
    if (run > 0) {
      bestMs = Math.min(bestMs, performance.now() - begin);
      bestCpuMs = Math.min(bestCpuMs, (cpu.user + cpu.system) / 1000);
    }
    checksum = values.reduce((sum, value) => sum + value, 0);
  }
  const rate = (ms: number) => (flops === undefined ? undefined : flops / ms / 1e6);
  const gflops = rate(bestMs);
  return { name, bestMs, bestCpuMs, gflops, gflopsPerCpuSecond: rate(bestCpuMs), checksum };
}

export async function benchMatmul(
  backend: Backend,
  variant: MatmulVariant,
  format: WeightFormat,
  { tokens, rows, cols }: { tokens: number; rows: number; cols: number },
): Promise<BenchRow> {
  const matrix = randomMatrix(format, rows, cols, 1);
  const data = backend.createBufferFrom("w", "weights", matrix.words);
  const weights = { ...matrix, blocks: [{ data, rowBegin: 0, rowCount: rows }] };
  const x = backend.createBufferFrom("x", "activations", randomFloats(tokens * cols, 2));
  const y = backend.createBuffer("y", "activations", Math.max(1024, tokens * rows * 4));
  const shape = { tokens, yStride: rows, yBegin: 0, accumulate: false, variant };
  const name = `matmul ${variant} ${format} ${tokens}×${rows}×${cols}`;
  const row = await measure(backend, name, 2 * tokens * rows * cols, y, (recorder) =>
    matmul(recorder, x, weights, undefined, y, shape),
  );
  for (const buffer of [data, x, y]) backend.destroyBuffer(buffer);
  return row;
}

const model = { heads: 14, kvHeads: 2, headDim: 64, scale: 0.125, softCap: 0 };

export async function benchPrefill(
  backend: Backend,
  variant: AttentionPrefillVariant,
  { tokens, setCount, clampedCount }: { tokens: number; setCount: number; clampedCount: number },
): Promise<BenchRow> {
  const { heads, kvHeads, headDim } = model;
  const make = (label: string, length: number) =>
    backend.createBufferFrom(label, "activations", randomFloats(length, length));
  const buffers = {
    q: make("q", tokens * heads * headDim),
    qClamped: make("qClamped", tokens * heads * headDim),
    kRot: make("kRot", kvHeads * setCount * headDim),
    vSet: make("vSet", kvHeads * setCount * headDim),
    out: make("out", tokens * heads * headDim),
    lse: make("lse", heads * tokens),
  };
  const visible = tokens * (setCount - tokens) + (tokens * (tokens + 1)) / 2;
  const shape = {
    ...model,
    tokens,
    setCapacity: setCount,
    setCount,
    visibleBase: setCount - tokens,
    clampedCount,
    window: 0,
    variant,
  };
  const name = `attention-prefill ${variant} T ${tokens} S ${setCount} clamped ${clampedCount}`;
  const row = await measure(backend, name, 4 * visible * heads * headDim, buffers.out, (recorder) =>
    attentionPrefill(recorder, buffers, shape),
  );
  for (const buffer of Object.values(buffers)) backend.destroyBuffer(buffer);
  return row;
}

export async function benchDecode(backend: Backend, tokens: number): Promise<BenchRow> {
  const { heads, kvHeads, headDim } = model;
  const pages = Math.ceil(tokens / 16);
  const entries = Array.from({ length: pages }, (_, page) => ({
    page,
    firstPosition: page * 16,
    firstRow: 0,
    count: 16,
    clamped: false,
    setIndexBegin: page * 16,
  }));
  const make = (label: string, length: number) =>
    backend.createBufferFrom(label, "activations", randomFloats(length, length));
  const pool = () =>
    backend.createBufferFrom(
      "pool",
      "kv-pool",
      new Uint32Array(pages * kvHeads * 8 * headDim).fill(0x34003511),
    );
  const table = ropeTable(plainFrequencies(1e6, headDim), pages * 16);
  const buffers = {
    q: make("q", heads * headDim),
    qClamped: make("qClamped", heads * headDim),
    kPool: pool(),
    vPool: pool(),
    pageTable: backend.createBufferFrom("table", "index", packPageTable(entries)),
    ropeTable: backend.createBufferFrom("rope", "index", table),
    partials: make("partials", decodePartialsLength(heads, headDim, DECODE_MAX_SPLITS)),
    scores: make("scores", heads * pages * 16),
    out: make("out", heads * headDim),
    lse: make("lse", heads),
  };
  const shape = {
    ...model,
    rope: { headDim, rotaryDims: headDim, adjacent: false },
    dtype: "f16" as const,
    setCapacity: pages * 16,
    entryBegin: 0,
    entryCount: pages,
  };
  const row = await measure(
    backend,
    `attention-decode S ${tokens}`,
    undefined,
    buffers.out,
    (recorder) => attentionDecode(recorder, buffers, shape),
  );
  for (const buffer of Object.values(buffers)) backend.destroyBuffer(buffer);
  return row;
}

export async function benchSample(backend: Backend, topK: number): Promise<BenchRow> {
  const vocabulary = 151936;
  const logits = backend.createBufferFrom("logits", "activations", randomFloats(vocabulary, 1));
  const scratch = backend.createBuffer("scratch", "activations", SAMPLE_SCRATCH_BYTES);
  const token = backend.createBuffer("token", "activations", 1024);
  const common = { vocabulary, tokenIndex: 0 };
  const settings = { temperature: 0.8, topK, topP: 0.95, seed: 1, step: 2 };
  const row = await measure(backend, `sample top-k ${topK}`, undefined, token, (recorder) => {
    if (topK === 1) argmax(recorder, logits, scratch, token, common);
    else sampleTop(recorder, logits, scratch, token, { ...common, ...settings });
  });
  for (const buffer of [logits, scratch, token]) backend.destroyBuffer(buffer);
  return row;
}
