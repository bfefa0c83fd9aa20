// Which model `default` is: the larger of the two that come with the app where it would read fast enough,
// else the embedded one. By what the device can do, measured; not by its name.

import type { Backend } from "../../../kernels/index.ts";
import type { DeviceReport, ModelStandIn } from "../api.ts";
import type { RecordStore } from "../store/types.ts";
import { EMBEDDED_ID, LARGER_ID } from "./model-ids.ts";
import { keepMeasurement, keptMeasurement } from "./kept-measurements.ts";
import { measureReadingRate } from "./reading-rate.ts";

/** A book of 100,000 tokens in half an hour. */
export const LEAST_TOKENS_PER_SECOND = 60;

export interface DefaultModelHost {
  /** Whether the larger model is on this device or beside the page; without it, it is not. */
  hasLargerModel?(): Promise<boolean>;
  readonly records?: RecordStore;
  now(): number; // ms
}

export interface DefaultModel {
  readonly id: string;
  /** Why it is the embedded one; null when it is not. */
  readonly standIn: ModelStandIn | null;
}

export async function chooseDefaultModel(
  backend: Backend,
  device: DeviceReport,
  host: DefaultModelHost,
): Promise<DefaultModel> {
  if (!(await host.hasLargerModel?.())) {
    return { id: EMBEDDED_ID, standIn: { because: "missing" } };
  }
  const tokensPerSecond = await readingRate(backend, device, host);
  return tokensPerSecond >= LEAST_TOKENS_PER_SECOND
    ? { id: LARGER_ID, standIn: null }
    : { id: EMBEDDED_ID, standIn: { because: "slow", tokensPerSecond } };
}

async function readingRate(
  backend: Backend,
  { kind, adapter }: DeviceReport,
  host: DefaultModelHost,
): Promise<number> {
  const { records } = host;
  const name = `reading rate of ${kind}: ${adapter}`;
  const kept = records && (await keptMeasurement(records, name));
  if (kept !== undefined && kept >= LEAST_TOKENS_PER_SECOND) return kept;
  const measured = await measureReadingRate(backend, () => host.now());
  if (records) await keepMeasurement(records, name, measured);
  return measured;
}
