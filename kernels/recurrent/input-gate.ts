// The value of a Rodimus mixer: its input through a sigmoid gate.
import type { BindingSlice, Recorder } from "../backend.ts";
import { defineKernel } from "../define-kernel.ts";
import { assertQuads, linearGrid } from "../shared/grid.ts";
import linearIndex from "../shared/linear-index.wgsl?raw";
import body from "./input-gate.wgsl?raw";

export const inputGateKernel = defineKernel({
  name: "input-gate",
  snippets: [linearIndex],
  body,
  params: { quads: "u32" },
  bindings: ["read", "read", "write"],
});

export interface InputGateShape {
  readonly tokens: number;
  readonly width: number;
}

/** z, x, u: f32 [T, m]; u may not alias the inputs. */
export function inputGate(
  recorder: Recorder,
  z: BindingSlice,
  x: BindingSlice,
  u: BindingSlice,
  { tokens, width }: InputGateShape,
): void {
  const elements = tokens * width;
  assertQuads("input-gate", { elements });
  recorder.dispatch(inputGateKernel, { quads: elements / 4 }, [z, x, u], linearGrid(elements / 4));
}
