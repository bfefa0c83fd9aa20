// Product of activations with a weight matrix of any format. Variants, one per WGSL file:
// without barriers vector (thread per row), direct and wide (register tiles of 8 and 32 tokens);
// with workgroup memory reduce (few tokens) and tiled.
import direct from "./matmul-direct.wgsl?raw";
import reduce from "./matmul-reduce.wgsl?raw";
import tiled from "./matmul-tiled.wgsl?raw";
import vector from "./matmul-vector.wgsl?raw";
import wide from "./matmul-wide.wgsl?raw";
import rows from "../shared/matmul-rows.wgsl?raw";
import type { BindingSlice, Capabilities, Recorder } from "../backend.ts";
import { assertQuads } from "../shared/grid.ts";
import { defineForFormats } from "../shared/per-format.ts";
import { rowWordsOf, type WeightMatrix } from "../shared/weight-matrix.ts";

export type MatmulVariant = "vector" | "direct" | "wide" | "reduce" | "tiled";

function define(variant: MatmulVariant, body: string) {
  return defineForFormats({
    name: `matmul-${variant}`,
    snippets: [rows],
    body,
    params: {
      tokens: "u32",
      rows: "u32",
      depth: "u32",
      weightRowWords: "u32",
      xRow: "u32",
      yStride: "u32",
      yBegin: "u32",
      biasBegin: "u32",
      hasBias: "u32",
      accumulate: "u32",
    },
    bindings: ["read", "read", "read", "write"],
  });
}

/** One kernel per variant and weight format. */
export const matmulKernels = {
  vector: define("vector", vector),
  direct: define("direct", direct),
  wide: define("wide", wide),
  reduce: define("reduce", reduce),
  tiled: define("tiled", tiled),
} as const;

export function chooseMatmul(
  capabilities: Pick<Capabilities, "barrierFree">,
  tokens: number,
): MatmulVariant {
  if (capabilities.barrierFree) {
    if (tokens === 1) return "vector";
    return tokens <= 16 ? "direct" : "wide";
  }
  return tokens <= 4 ? "reduce" : "tiled";
}

export interface MatmulShape {
  readonly tokens: number;
  /** Row of x that is token 0; default 0. */
  readonly xRow?: number;
  /** f32 elements per row of y. */
  readonly yStride: number;
  /** Column of y that receives row 0 of the matrix. */
  readonly yBegin: number;
  /** Add to `y` in place of storing. */
  readonly accumulate: boolean;
  /** Overrides chooseMatmul (tests, tuning). */
  readonly variant?: MatmulVariant;
}

/** x: f32 [≥ xRow + T, cols]; bias: f32 [rows] or undefined; y: f32 [T, yStride], not x. */
export function matmul(
  recorder: Recorder,
  x: BindingSlice,
  weights: WeightMatrix,
  bias: BindingSlice | undefined,
  y: BindingSlice,
  shape: MatmulShape,
): void {
  const { tokens, xRow = 0, yStride, yBegin, accumulate } = shape;
  const variant = shape.variant ?? chooseMatmul(recorder.capabilities, tokens);
  assertQuads("matmul", { cols: weights.cols });
  for (const { data, rowBegin, rowCount } of weights.blocks) {
    recorder.dispatch(
      matmulKernels[variant][weights.format],
      {
        tokens,
        rows: rowCount,
        depth: weights.cols,
        weightRowWords: rowWordsOf(weights),
        xRow,
        yStride,
        yBegin: yBegin + rowBegin,
        biasBegin: rowBegin,
        hasBias: bias ? 1 : 0,
        accumulate: accumulate ? 1 : 0,
      },
      [x, data, bias ?? x, y],
      matmulGrid(variant, tokens, rowCount),
    );
  }
}

function matmulGrid(
  variant: MatmulVariant,
  tokens: number,
  rows: number,
): [number, number, number] {
  switch (variant) {
    case "direct":
      return [Math.ceil(rows / 256), Math.ceil(tokens / 8), 1];
    case "vector":
      return [Math.ceil(rows / 64), tokens, 1];
    case "wide":
      return [Math.ceil(rows / 8), Math.ceil(tokens / 32), 1];
    case "tiled":
      return [Math.ceil(rows / 64), Math.ceil(tokens / 32), 1];
    case "reduce": {
      const groups = Math.ceil(rows / 4);
      const layers = Math.ceil(groups / 65535);
      return [Math.ceil(groups / layers), tokens, layers];
    }
  }
}
