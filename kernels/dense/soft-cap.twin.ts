import type { SoftCapShape } from "./soft-cap.ts";

/** CPU twin of soft-cap.wgsl with the launcher's arguments. */
export function softCapTwin(x: Float32Array, { count, cap }: SoftCapShape): void {
  for (let i = 0; i < count; i++) x[i] = cap * Math.tanh(x[i]! / cap);
}
