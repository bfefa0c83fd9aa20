// Weights of the KV heads, measured once per model. By copying: the share of copied tokens for which the
// arg-max attention of a head lies on the token being copied, the best query head standing for its KV head.
// By questions: the share of questions for which the head by itself leads to the sentence that answers.
// Source: docs/ltri.md §7 (heads that retrieve). The record is small and is kept beside the model; it is read
// like any foreign input.

import { EngineError } from "../../errors.ts";
import type { ModelConfig } from "../../model/config.ts";

/** How heads are measured. */
export const HEAD_MEASURES = ["copying", "questions"] as const;
export type HeadMeasure = (typeof HEAD_MEASURES)[number];

export interface HeadWeights {
  /** The model they were measured on, as in its fingerprint. */
  readonly model: readonly string[];
  readonly by: HeadMeasure;
  /** Tokens that were copied, or questions that were asked. */
  readonly trials: number;
  /** [L][K], 0 to 1. */
  readonly weights: readonly (readonly number[])[];
}

export interface MeasuredModel {
  readonly fingerprintParts: readonly string[];
  readonly config: ModelConfig;
}

/** `copied` f64 [L][H]: copied tokens that a head's arg-max attention was on → f64 [L][K]: by the best of a group. */
export function bestOfGroups(
  { config }: Pick<MeasuredModel, "config">,
  copied: readonly Float64Array[],
): Float64Array[] {
  const group = config.heads / config.kvHeads;
  return copied.map((heads) =>
    Float64Array.from({ length: config.kvHeads }, (_, a) =>
      Math.max(...heads.subarray(a * group, (a + 1) * group)),
    ),
  );
}

/** `hits` f64 [L][K] of `trials`. */
export function headWeights(
  { fingerprintParts }: MeasuredModel,
  by: HeadMeasure,
  hits: readonly Float64Array[],
  trials: number,
): HeadWeights {
  const weights = hits.map((heads) =>
    Array.from(heads, (hit) => Math.round((1000 * hit) / trials) / 1000),
  );
  return { model: fingerprintParts, by, trials, weights };
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
  const trials: unknown = found?.trials;
  const isWhole =
    Array.isArray(rows) &&
    rows.length === config.layers &&
    rows.every(isRow) &&
    HEAD_MEASURES.some((by) => by === found?.by) &&
    Number.isInteger(trials) &&
    Number(trials) > 0;
  if (!isWhole) {
    throw new EngineError(
      "format-invalid",
      `The head weights are damaged: ${config.layers} rows of ${config.kvHeads} numbers from 0 to 1 were expected.`,
    );
  }
  return found as HeadWeights;
}
