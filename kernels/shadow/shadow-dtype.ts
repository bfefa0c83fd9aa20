// Element types of low-rank keys, landmarks and the pools they are rebuilt into: int8 rows have a scale of
// their own and are not among them.
import type { Kernel } from "../define-kernel.ts";

export const SHADOW_DTYPES = ["f16", "f32"] as const;
export type ShadowDtype = (typeof SHADOW_DTYPES)[number];

export function defineForShadow<F extends string>(
  define: (dtype: ShadowDtype) => Kernel<F>,
): Readonly<Record<ShadowDtype, Kernel<F>>> {
  return { f16: define("f16"), f32: define("f32") };
}
