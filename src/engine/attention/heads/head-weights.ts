// Weights of the KV heads for voting, measured once per model on planted values: the share of copied
// tokens for which the arg-max attention of a head lies on the token being copied, the best query head
// standing for its KV head. Source: docs/ltri.md §7 (heads that retrieve). The record is small and is
// kept beside the model; it is read like any foreign input.

import { EngineError } from "../../errors.ts";
import type { ModelConfig } from "../../model/config.ts";

export interface HeadWeights {
  /** The model they were measured on, as in its fingerprint. */
  readonly model: readonly string[];
  /** Tokens that were copied. */
  readonly tokens: number;
  /** [L][K], 0 to 1. */
  readonly weights: readonly (readonly number[])[];
}

export interface MeasuredModel {
  readonly fingerprintParts: readonly string[];
  readonly config: ModelConfig;
}

/** `copied` f64 [L][H]: copied tokens that a head's arg-max attention was on, of `tokens`. */
export function headWeights(
  { config, fingerprintParts }: MeasuredModel,
  copied: readonly Float64Array[],
  tokens: number,
): HeadWeights {
  const group = config.heads / config.kvHeads;
  const weights = copied.map((heads) =>
    Array.from({ length: config.kvHeads }, (_, a) => {
      const best = Math.max(...heads.subarray(a * group, (a + 1) * group));
      return Math.round((1000 * best) / tokens) / 1000;
    }),
  );
  return { model: fingerprintParts, tokens, weights };
}

/** Throws `format-invalid` when the record is damaged and `index-stale` when it is of another model. */
export function readHeadWeights(record: unknown, model: MeasuredModel): HeadWeights {
  const { config, fingerprintParts } = model;
  const found = record as Partial<HeadWeights> | null;
  if (JSON.stringify(found?.model) !== JSON.stringify(fingerprintParts)) {
    throw new EngineError("index-stale", "The head weights were measured on another model.");
  }
  const isWeight = (value: unknown) => typeof value === "number" && value >= 0 && value <= 1;
  const isRow = (row: unknown) =>
    Array.isArray(row) && row.length === config.kvHeads && row.every(isWeight);
  const rows: unknown = found?.weights;
  const tokens: unknown = found?.tokens;
  const isWhole =
    Array.isArray(rows) &&
    rows.length === config.layers &&
    rows.every(isRow) &&
    Number.isInteger(tokens) &&
    Number(tokens) > 0;
  if (!isWhole) {
    throw new EngineError(
      "format-invalid",
      `The head weights are damaged: ${config.layers} rows of ${config.kvHeads} numbers from 0 to 1 were expected.`,
    );
  }
  return found as HeadWeights;
}
