// Numbers as people read them. Exact byte counts stay exact: they are grouped, not rounded.
import { words } from "./words/index.ts";

const UNITS = ["KB", "MB", "GB", "TB"] as const;

function decimals(value: number, digits: number): string {
  return value.toLocaleString(words.language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

export function formatCount(value: number): string {
  return Math.round(value).toLocaleString(words.language);
}

/** Decimal units, three significant digits: 1.53 MB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${formatCount(bytes)} B`;
  let scaled = bytes;
  let unit = -1;
  while (scaled >= 999.5 && unit < UNITS.length - 1) {
    scaled /= 1000;
    unit++;
  }
  const digits = scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2;
  return `${decimals(scaled, digits)} ${UNITS[unit] ?? "KB"}`;
}

export function formatExactBytes(bytes: number): string {
  return `${formatCount(bytes)} B`;
}

export function formatRate(perSecond: number, unit: string): string {
  const value = Number.isFinite(perSecond) ? decimals(perSecond, perSecond < 10 ? 1 : 0) : "–";
  return `${value} ${unit}/s`;
}

export function formatMilliseconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${decimals(ms / 1000, ms < 10_000 ? 2 : 1)} s`;
}

export function formatTimeLeft(seconds: number): string {
  const { estimating, secondsLeft, minutesLeft, hoursLeft } = words.units;
  if (!Number.isFinite(seconds) || seconds < 0) return estimating;
  return inUnits(seconds, secondsLeft, minutesLeft, hoursLeft);
}

export function formatDuration(seconds: number): string {
  return inUnits(seconds, words.units.seconds, words.units.minutes, words.units.hours);
}

function inUnits(
  seconds: number,
  short: (seconds: string) => string,
  middle: (minutes: string) => string,
  long: (hours: string, minutes: string) => string,
): string {
  if (seconds < 60) return short(String(Math.max(1, Math.round(seconds))));
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return middle(String(minutes));
  return long(formatCount(Math.floor(minutes / 60)), String(minutes % 60));
}

export function formatPercent(share: number): string {
  return Math.min(1, Math.max(0, share)).toLocaleString(words.language, { style: "percent" });
}

export function formatParameters(count: number): string {
  if (count >= 1e9) return words.units.billionParameters(decimals(count / 1e9, 1));
  if (count >= 1e6) return words.units.millionParameters(decimals(count / 1e6, 1));
  return words.units.parameters(formatCount(count));
}
