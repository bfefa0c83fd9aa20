// What was measured on a device, kept for the next visit: one number each.
// Table `calibrations`: [name, 0].

import { EngineError } from "../errors.ts";
import { openRecord, sealRecord } from "../store/envelope.ts";
import type { RecordStore } from "../store/types.ts";

const TABLE = "calibrations";
const ADDRESS = { kind: "measurement", layer: 0, part: 0 } as const;

/** A number above 0; undefined also when the record is damaged: it can be measured again. */
export async function keptMeasurement(
  records: RecordStore,
  name: string,
): Promise<number | undefined> {
  const record = await records.get(TABLE, [name, 0]);
  if (!record) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(openRecord(record, ADDRESS)));
    return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined;
  } catch (error) {
    if (error instanceof EngineError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Where nothing more can be stored it is measured again: no reason to be without a model. */
export async function keepMeasurement(
  records: RecordStore,
  name: string,
  measured: number,
): Promise<void> {
  const value = sealRecord(ADDRESS, new TextEncoder().encode(JSON.stringify(measured)));
  await records.write([{ put: TABLE, key: [name, 0], value }], "relaxed").catch(() => undefined);
}
