// Attention of one query over paged keys and values, split over the page table, and its evidence.
import direct from "./attention-decode.wgsl?raw";
import group from "./attention-decode-group.wgsl?raw";
import massBody from "./attention-mass.wgsl?raw";
import mergeBody from "./attention-merge.wgsl?raw";
import { assertHeads, type AttentionShape } from "./attention-prefill.ts";
import { defineKernel } from "../define-kernel.ts";
import type { BindingSlice, Recorder } from "../backend.ts";
import decodeDot from "../shared/decode-dot.wgsl?raw";
import { type KvDtype, kvSnippets } from "../shared/kv-pool.ts";
import rope from "../shared/rope.wgsl?raw";
import { ropeConstants, type RopeSpec } from "../shared/rope-table.ts";

/** A partials buffer for this many splits fits every page table. */
export const DECODE_MAX_SPLITS = 64;

/** direct: thread per (head, split), no barriers; group: workgroup per (head, split). */
export type AttentionDecodeVariant = "direct" | "group";

function define(variant: AttentionDecodeVariant, body: string, dtype: KvDtype) {
  return defineKernel({
    name: `attention-decode-${variant} ${dtype}`,
    snippets: [kvSnippets[dtype], rope, decodeDot],
    body,
    params: {
      heads: "u32",
      kvHeads: "u32",
      setCapacity: "u32",
      entryBegin: "u32",
      entryCount: "u32",
      splits: "u32",
      entriesPerSplit: "u32",
      scale: "f32",
      softCap: "f32",
      headQuads: "u32",
      rotaryQuads: "u32",
    },
    bindings: ["read", "read", "read", "read", "read", "read", "write", "write"],
  });
}

function defineAll(variant: AttentionDecodeVariant, body: string) {
  const of = (dtype: KvDtype) => define(variant, body, dtype);
  return { f16: of("f16"), f32: of("f32"), int8: of("int8") };
}

export const attentionDecodeKernels = {
  direct: defineAll("direct", direct),
  group: defineAll("group", group),
} as const;

export const attentionMergeKernel = defineKernel({
  name: "attention-merge",
  body: mergeBody,
  params: { heads: "u32", splits: "u32" },
  bindings: ["read", "write", "write"],
});

export const attentionMassKernel = defineKernel({
  name: "attention-mass",
  body: massBody,
  params: { heads: "u32", setCapacity: "u32", entryBegin: "u32", entryCount: "u32" },
  bindings: ["read", "read", "read", "write"],
});

export interface AttentionDecodeShape extends Omit<AttentionShape, "headDim"> {
  /** Holds the head size. */
  readonly rope: RopeSpec;
  readonly dtype: KvDtype;
  /** Elements per head in `scores`. */
  readonly setCapacity: number;
  readonly entryBegin: number;
  readonly entryCount: number;
  /** Default: about two entries per split, at most DECODE_MAX_SPLITS. */
  readonly splits?: number;
  /** Default: by the device. */
  readonly variant?: AttentionDecodeVariant;
}

export interface AttentionDecodeBuffers {
  /** f32 [H*D], rotated. */
  readonly q: BindingSlice;
  /** f32 [H*D], for clamped entries; may be the same as q. */
  readonly qClamped: BindingSlice;
  /** dtype [page][K][16][D] each. */
  readonly kPool: BindingSlice;
  readonly vPool: BindingSlice;
  /** u32 [entries, 4], see README.md. */
  readonly pageTable: BindingSlice;
  readonly ropeTable: BindingSlice;
  /** Scratch, f32 [decodePartialsLength]. */
  readonly partials: BindingSlice;
  /** f32 [H][setCapacity], written at the rows of the entries. */
  readonly scores: BindingSlice;
  /** f32 [H*D] */
  readonly out: BindingSlice;
  /** f32 [H] */
  readonly lse: BindingSlice;
}

/** f32 elements of the partials buffer. */
export function decodePartialsLength(
  heads: number,
  headDim: number,
  splits = DECODE_MAX_SPLITS,
): number {
  return heads * splits * (headDim + 4);
}

export function decodeSplits(entryCount: number): number {
  return Math.max(1, Math.min(DECODE_MAX_SPLITS, Math.ceil(entryCount / 2)));
}

/** Two dispatches: partial sums and their merge. */
export function attentionDecode(
  recorder: Recorder,
  buffers: AttentionDecodeBuffers,
  shape: AttentionDecodeShape,
): void {
  const { rope: spec, dtype, entryCount, variant = chooseVariant(recorder), ...rest } = shape;
  const { heads } = shape;
  const splits = shape.splits ?? decodeSplits(entryCount);
  const { q, qClamped, kPool, vPool, pageTable, partials, scores, out, lse } = buffers;
  assertHeads("attention-decode", { ...shape, headDim: spec.headDim });
  recorder.dispatch(
    attentionDecodeKernels[variant][dtype],
    {
      ...rest,
      entryCount,
      splits,
      entriesPerSplit: Math.ceil(entryCount / splits),
      headQuads: spec.headDim / 4,
      rotaryQuads: spec.rotaryDims / 4,
    },
    [q, qClamped, kPool, vPool, pageTable, buffers.ropeTable, partials, scores],
    variant === "direct" ? [Math.ceil((heads * splits) / 16)] : [heads, splits],
    ropeConstants(spec),
  );
  recorder.dispatch(
    attentionMergeKernel,
    { heads, splits },
    [partials, out, lse],
    [Math.ceil((heads * spec.headDim) / 4 / 64)],
    { HEAD_DIM: spec.headDim },
  );
}

function chooseVariant(recorder: Recorder): AttentionDecodeVariant {
  return recorder.capabilities.barrierFree ? "direct" : "group";
}

export interface AttentionMassShape {
  readonly heads: number;
  readonly setCapacity: number;
  readonly entryBegin: number;
  readonly entryCount: number;
}

/** scores: f32 [H][setCapacity], lse: f32 [H], pageTable: u32 [entries, 4], mass: f32 [entries], added to. */
export function attentionMass(
  recorder: Recorder,
  scores: BindingSlice,
  lse: BindingSlice,
  pageTable: BindingSlice,
  mass: BindingSlice,
  shape: AttentionMassShape,
): void {
  recorder.dispatch(
    attentionMassKernel,
    { ...shape },
    [scores, lse, pageTable, mass],
    [Math.ceil(shape.entryCount / 64)],
  );
}
