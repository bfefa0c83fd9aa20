// Element types and row sizes of the KV pools, without their kernels: whoever keeps or checks stored rows needs no more.

export const KV_DTYPES = ["f16", "f32", "int8"] as const;
export type KvDtype = (typeof KV_DTYPES)[number];

export const PAGE_TOKENS = 16;

export const kvQuadBytes: Readonly<Record<KvDtype, number>> = { f16: 8, f32: 16, int8: 4 };

/** Quads of one token and KV head. */
export function kvRowQuads(dtype: KvDtype, headDim: number): number {
  return headDim / 4 + (dtype === "int8" ? 1 : 0);
}

/** Bytes of one token and KV head. */
export function kvRowBytes(dtype: KvDtype, headDim: number): number {
  return kvRowQuads(dtype, headDim) * kvQuadBytes[dtype];
}
