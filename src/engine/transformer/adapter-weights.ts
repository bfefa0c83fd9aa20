// A LoRA adapter on the device: per matrix of the model the two low-rank ones, in f32 (A in the file's
// format), the scale folded into B. Ranks are filled up with zeros to the next multiple of four, which
// the kernels ask for.

import {
  type Backend,
  type DeviceBuffer,
  embed,
  matmul,
  type MatmulShape,
  type Recorder,
  splitRows,
  type WeightMatrix,
  weightFormats,
} from "../../../kernels/index.ts";
import type { AdaptedMatrix, OpenAdapter } from "../model/open-adapter.ts";
import type { GlobalRole, LayerRole } from "../model/tensors.ts";

interface LowRank {
  readonly a: WeightMatrix; // [rank, columns]; of the embedding [V, rank]
  readonly b: WeightMatrix; // f32 [rows, rank]
}

export class AdapterWeights {
  /** Columns of the buffer that holds A·x of one step: the largest rank, filled up. */
  readonly width: number;
  readonly #matrices: ReadonlyMap<string, LowRank>;

  constructor(width: number, matrices: ReadonlyMap<string, LowRank>) {
    this.width = width;
    this.#matrices = matrices;
  }

  /** y += s·B(A·x) for the matrix of a role, if the adapter changes it. `low`: f32 [T, width]. */
  add(
    recorder: Recorder,
    role: GlobalRole | LayerRole,
    layer: number | undefined,
    x: DeviceBuffer,
    low: DeviceBuffer,
    y: DeviceBuffer,
    shape: MatmulShape,
  ): void {
    const found = this.#matrices.get(key(role, layer));
    if (!found) return;
    const { tokens, xRow = 0, yStride, yBegin } = shape;
    const rank = found.b.cols;
    const down = { tokens, xRow, yStride: rank, yBegin: 0, accumulate: false };
    matmul(recorder, x, found.a, undefined, low, down);
    const up = { tokens, yStride, yBegin, accumulate: true };
    matmul(recorder, low, found.b, undefined, y, up);
  }

  /** x += scale·s·B(row of A per id), behind the embedding of `ids` u32 [T]. */
  addEmbedding(
    recorder: Recorder,
    ids: DeviceBuffer,
    low: DeviceBuffer,
    x: DeviceBuffer,
    { tokens, scale }: { readonly tokens: number; readonly scale: number },
  ): void {
    const found = this.#matrices.get(key("token_embd", undefined));
    if (!found) return;
    embed(recorder, ids, found.a, low, { tokens, scale });
    const up = { tokens, yStride: found.b.rows, yBegin: 0, accumulate: true };
    matmul(recorder, low, found.b, undefined, x, up);
  }
}

/** Reads one matrix after the other; `progress` gets the file bytes that are on the device. */
export async function uploadAdapter(
  backend: Backend,
  adapter: OpenAdapter,
  progress: (loadedBytes: number) => void,
): Promise<AdapterWeights> {
  const matrices = new Map<string, LowRank>();
  let loaded = 0;
  for (const matrix of adapter.matrices) {
    const a = matrix.role === "token_embd" ? await embeddingRows(matrix) : await downRows(matrix);
    const b = await upRows(matrix);
    matrices.set(key(matrix.role, matrix.layer), {
      a: toDevice(backend, matrix.a.name, a),
      b: toDevice(backend, matrix.b.name, b),
    });
    loaded += matrix.a.bytes + matrix.b.bytes;
    progress(loaded);
  }
  return new AdapterWeights(filledUp(adapter.rank), matrices);
}

const key = (role: string, layer: number | undefined): string => `${layer ?? ""} ${role}`;

const filledUp = (rank: number): number => Math.ceil(rank / 4) * 4;

type Packed = Pick<WeightMatrix, "format" | "rows" | "cols"> & {
  readonly words: Uint32Array<ArrayBuffer>;
};

/** A in the file's format, with rows of zeros up to the filled rank. */
async function downRows({ a, rank }: AdaptedMatrix): Promise<Packed> {
  const rows = filledUp(rank);
  const bytes = new Uint8Array((a.bytes / rank) * rows);
  bytes.set(await a.readRows(0, rank));
  const { format, cols } = a;
  return { format, rows, cols, words: weightFormats[format].packRows(bytes, rows, cols) };
}

/** A of the embedding: f32 [V, filled rank]. */
async function embeddingRows({ a, rank }: AdaptedMatrix): Promise<Packed> {
  return floatRows(await a.readFloats(), a.rows, rank, 1, (row) => row);
}

/** s·B: f32 [rows, filled rank], in the model's order of rows. */
async function upRows({ b, rank, scale, order }: AdaptedMatrix): Promise<Packed> {
  return floatRows(await b.readFloats(), b.rows, rank, scale, order ?? ((row) => row));
}

function floatRows(
  values: Float32Array,
  rows: number,
  rank: number,
  scale: number,
  order: (row: number) => number,
): Packed {
  const cols = filledUp(rank);
  const filled = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    const from = order(row) * rank;
    for (let i = 0; i < rank; i++) filled[row * cols + i] = values[from + i]! * scale;
  }
  const bytes = new Uint8Array(filled.buffer);
  return { format: "F32", rows, cols, words: weightFormats.F32.packRows(bytes, rows, cols) };
}

function toDevice(backend: Backend, label: string, packed: Packed): WeightMatrix {
  const { format, rows, cols, words } = packed;
  const { maxBindingBytes, maxBufferBytes } = backend.capabilities;
  const rowWords = words.length / rows;
  const blocks = splitRows(packed, Math.min(maxBindingBytes, maxBufferBytes)).map((block) => {
    const begin = block.rowBegin * rowWords;
    const slice = words.slice(begin, begin + block.rowCount * rowWords);
    return { ...block, data: backend.createBufferFrom(label, "weights", slice) };
  });
  return { format, rows, cols, blocks };
}
