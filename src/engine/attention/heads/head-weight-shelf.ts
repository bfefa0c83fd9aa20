// Measured head weights in the record store, under the identity of their model.
// Table `calibrations`: [model, 0].

import { EngineError } from "../../errors.ts";
import { openRecord, sealRecord } from "../../store/envelope.ts";
import type { RecordStore } from "../../store/types.ts";
import { type HeadWeights, type MeasuredModel, readHeadWeights } from "./head-weights.ts";

const TABLE = "calibrations";
const ADDRESS = { kind: "headWeights", layer: 0, part: 0 } as const;

export class HeadWeightShelf {
  readonly #records: RecordStore;

  constructor(records: RecordStore) {
    this.#records = records;
  }

  /** Undefined also when the record is damaged: it can be measured again. */
  async find(model: MeasuredModel): Promise<HeadWeights | undefined> {
    const record = await this.#records.get(TABLE, keyOf(model.fingerprintParts));
    if (!record) return undefined;
    try {
      const text = new TextDecoder().decode(openRecord(record, ADDRESS));
      return readHeadWeights(JSON.parse(text), model);
    } catch (error) {
      if (error instanceof EngineError || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** Where nothing more can be stored they last as long as whoever measured them: the next visit measures again. */
  async keep(weights: HeadWeights): Promise<void> {
    const value = sealRecord(ADDRESS, new TextEncoder().encode(JSON.stringify(weights)));
    const record = { put: TABLE, key: keyOf(weights.model), value } as const;
    await this.#records.write([record], "strict").catch(() => undefined);
  }
}

function keyOf(model: readonly string[]): [string, number] {
  return [model.join(", "), 0];
}
