import { packPool } from "../shared/kv-pool.ts";
import type { AppendRowsShape } from "./append-rows.ts";

/** CPU twin of append-rows.wgsl; rows are words. */
export function appendRowsTwin(
  x: Float32Array,
  rows: Uint32Array,
  { tokens, width, firstRow, dtype }: AppendRowsShape,
): void {
  const words = packPool(x.slice(0, tokens * width), dtype, width);
  rows.set(words, (firstRow * words.length) / tokens);
}
