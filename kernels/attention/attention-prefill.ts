// Attention of a chunk of queries over a contiguous working set (gather-rope.ts).
import direct from "./attention-prefill.wgsl?raw";
import tiled from "./attention-prefill-tiled.wgsl?raw";
import { defineKernel } from "../define-kernel.ts";
import type { BindingSlice, Recorder } from "../backend.ts";

const interfaceOf = {
  params: {
    tokens: "u32",
    heads: "u32",
    kvHeads: "u32",
    headDim: "u32",
    setCapacity: "u32",
    setCount: "u32",
    visibleBase: "u32",
    clampedCount: "u32",
    window: "u32",
    scale: "f32",
    softCap: "f32",
  },
  bindings: ["read", "read", "read", "read", "write", "write"],
} as const;

export const attentionPrefillKernels = {
  direct: defineKernel({ name: "attention-prefill", body: direct, ...interfaceOf }),
  tiled: defineKernel({ name: "attention-prefill-tiled", body: tiled, ...interfaceOf }),
} as const;

/** direct: no barriers; tiled: keys and values staged in workgroup memory. */
export type AttentionPrefillVariant = "direct" | "tiled";

export function attentionPrefillConstants(
  variant: AttentionPrefillVariant,
  headDim: number,
  clamped: boolean,
): Record<string, number> {
  const HAS_CLAMPED = clamped ? 1 : 0;
  if (variant === "direct") return { HAS_CLAMPED };
  if (headDim > 256) throw new Error(`attention-prefill: head size ${headDim} above 256`);
  return { HEAD_DIM: headDim, KEYS: headDim > 192 ? 8 : 16, HAS_CLAMPED };
}

export interface AttentionShape {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Factor of the dot products, usually 1/√D. */
  readonly scale: number;
  /** cap·tanh(score/cap); 0 = off. */
  readonly softCap: number;
}

export interface AttentionPrefillShape extends AttentionShape {
  readonly tokens: number;
  /** Rows per KV head in kRot and vSet. */
  readonly setCapacity: number;
  /** Rows in use, S. */
  readonly setCount: number;
  /** Row s is visible to query t iff s <= visibleBase + t; S - T normally. */
  readonly visibleBase: number;
  /** Rows below it are scored with qClamped. */
  readonly clampedCount: number;
  /** Visible iff visibleBase + t - s < window; 0 = off. */
  readonly window: number;
  /** Default: by the device. */
  readonly variant?: AttentionPrefillVariant;
}

export interface AttentionPrefillBuffers {
  /** f32 [T, H*D], rotated. */
  readonly q: BindingSlice;
  /** f32 [T, H*D]; may be the same as q. */
  readonly qClamped: BindingSlice;
  /** f32 [K][setCapacity][D] each. */
  readonly kRot: BindingSlice;
  readonly vSet: BindingSlice;
  /** f32 [T, H*D] */
  readonly out: BindingSlice;
  /** f32 [H, T]: log of the sum of exponentials of the scores. */
  readonly lse: BindingSlice;
}

export function attentionPrefill(
  recorder: Recorder,
  buffers: AttentionPrefillBuffers,
  shape: AttentionPrefillShape,
): void {
  assertHeads("attention-prefill", shape);
  const { q, qClamped, kRot, vSet, out, lse } = buffers;
  const { variant = recorder.capabilities.barrierFree ? "direct" : "tiled", ...params } = shape;
  recorder.dispatch(
    attentionPrefillKernels[variant],
    params,
    [q, qClamped, kRot, vSet, out, lse],
    variant === "direct"
      ? [Math.ceil((Math.ceil(shape.tokens / 4) * shape.heads) / 32)]
      : [shape.heads, Math.ceil(shape.tokens / 16)],
    attentionPrefillConstants(variant, shape.headDim, shape.clampedCount > 0),
  );
}

export function assertHeads(
  kernel: string,
  { heads, kvHeads, headDim }: Pick<AttentionShape, "heads" | "kvHeads" | "headDim">,
): void {
  if (headDim % 4 !== 0 || heads % kvHeads !== 0) {
    throw new Error(`${kernel}: ${heads} heads over ${kvHeads} KV heads of ${headDim}`);
  }
}
