// Which model `default` is: the larger of the two that come with the app where it would read fast enough,
// else the embedded one. By what the device can do, measured; not by its name.

import type { ModelStandIn } from "../api.ts";
import type { RecordStore } from "../store/types.ts";
import { EMBEDDED_ID, LARGER_ID } from "./model-ids.ts";
import { keepMeasurement, keptMeasurement } from "./kept-measurements.ts";
import { type OpenDevice, unlessNoWasm } from "./open-device.ts";
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
  /** Where it opens; the other device is given back. */
  readonly device: OpenDevice;
  /** Why it is the embedded one; null when it is not. */
  readonly standIn: ModelStandIn | null;
}

/** `openProcessor`: where a card was chosen for the person, what stands beside it in case it is too slow. */
export async function chooseDefaultModel(
  device: OpenDevice,
  host: DefaultModelHost,
  openProcessor?: () => Promise<OpenDevice>,
): Promise<DefaultModel> {
  if (!(await host.hasLargerModel?.())) {
    return { id: EMBEDDED_ID, device, standIn: { because: "missing" } };
  }
  const rate = await readingRate(device, host);
  if (rate >= LEAST_TOKENS_PER_SECOND) return { id: LARGER_ID, device, standIn: null };
  const processor = openProcessor && (await unlessNoWasm(openProcessor));
  let isFaster = false;
  try {
    const otherRate = processor ? await readingRate(processor, host) : 0;
    isFaster = otherRate >= LEAST_TOKENS_PER_SECOND;
    if (processor && isFaster) return { id: LARGER_ID, device: processor, standIn: null };
    const tokensPerSecond = Math.max(rate, otherRate);
    return { id: EMBEDDED_ID, device, standIn: { because: "slow", tokensPerSecond } };
  } finally {
    if (isFaster) device.backend.dispose();
    else processor?.backend.dispose();
  }
}

async function readingRate(
  { backend, report: { kind, adapter } }: OpenDevice,
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
