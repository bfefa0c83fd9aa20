// The gate of the feed-forward layer: h = act(gate) * up.
import { defineKernel } from "../define-kernel.ts";
import body from "./gated-activation.wgsl?raw";
import type { BindingSlice, Recorder } from "../backend.ts";
import { assertQuads, linearGrid } from "../shared/grid.ts";
import linearIndex from "../shared/linear-index.wgsl?raw";

export const gatedActivationKernel = defineKernel({
  name: "gated-activation",
  snippets: [linearIndex],
  body,
  params: { quads: "u32" },
  bindings: ["read", "read", "write"],
});

export type Activation = "silu" | "gelu-tanh";

export interface GatedActivationShape {
  readonly tokens: number;
  readonly width: number;
  readonly activation: Activation;
}

/** gate, up, h: f32 [T, F]; h may not alias the inputs. */
export function gatedActivation(
  recorder: Recorder,
  gate: BindingSlice,
  up: BindingSlice,
  h: BindingSlice,
  { tokens, width, activation }: GatedActivationShape,
): void {
  const elements = tokens * width;
  assertQuads("gated-activation", { elements });
  recorder.dispatch(
    gatedActivationKernel,
    { quads: elements / 4 },
    [gate, up, h],
    linearGrid(elements / 4),
    { GELU: activation === "gelu-tanh" ? 1 : 0 },
  );
}
