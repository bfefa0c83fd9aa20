// Sizes of the paged KV cache of a session.
import type { KvDtype } from "../../../../kernels/index.ts";
import type { KvLayout } from "./kv-layout.ts";
import type { PositionMode } from "./page-table.ts";

export interface PagedKvShape {
  readonly layout: KvLayout;
  readonly kvDtype: KvDtype;
  /** Most tokens of one step. */
  readonly maxTokens: number;
  /** Most tokens that one query attends to. */
  readonly setCapacity: number;
  /** Most page-table entries of one layer. */
  readonly maxEntries: number;
  readonly positions: PositionMode;
  /** Distance at which clamped keys are seen (nLocal − 1). */
  readonly clampDistance: number;
  /** Rows of the rotary tables: one more than the largest position. */
  readonly maxPositions: number;
}
