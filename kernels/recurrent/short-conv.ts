// The short convolution of a recurrent mixer: depthwise, causal, four taps, SiLU, with a tail of three
// rows that is carried from one piece of a text to the next. Two dispatches.
import type { BindingSlice, Recorder } from "../backend.ts";
import { defineKernel } from "../define-kernel.ts";
import { assertQuads, linearGrid } from "../shared/grid.ts";
import linearIndex from "../shared/linear-index.wgsl?raw";
import tailBody from "./conv-tail.wgsl?raw";
import body from "./short-conv.wgsl?raw";

export const shortConvKernel = defineKernel({
  name: "short-conv",
  snippets: [linearIndex],
  body,
  params: { tokens: "u32", quads: "u32" },
  bindings: ["read", "read", "read", "read", "write"],
});

export const convTailKernel = defineKernel({
  name: "conv-tail",
  snippets: [linearIndex],
  body: tailBody,
  params: { tokens: "u32", quads: "u32" },
  bindings: ["read", "write"],
});

export interface ShortConvShape {
  readonly tokens: number;
  /** m, a multiple of 4. */
  readonly width: number;
}

/** x, c: f32 [T, m]; tail: f32 [3, m], replaced by the last three rows; weight: f32 [m, 4]; bias: f32 [m]. */
export function shortConv(
  recorder: Recorder,
  x: BindingSlice,
  tail: BindingSlice,
  weight: BindingSlice,
  bias: BindingSlice,
  c: BindingSlice,
  { tokens, width }: ShortConvShape,
): void {
  assertQuads("short-conv", { width });
  const params = { tokens, quads: width / 4 };
  const inputs = [x, tail, weight, bias, c];
  recorder.dispatch(shortConvKernel, params, inputs, linearGrid(tokens * params.quads));
  recorder.dispatch(convTailKernel, params, [x, tail], linearGrid(params.quads));
}
