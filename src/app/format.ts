// Numbers as people read them. Exact byte counts stay exact: they are grouped, not rounded.

const whole = new Intl.NumberFormat("en");
const UNITS = ["KB", "MB", "GB", "TB"] as const;

export function formatCount(value: number): string {
  return whole.format(Math.round(value));
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
  return `${scaled.toFixed(digits)} ${UNITS[unit] ?? "KB"}`;
}

export function formatExactBytes(bytes: number): string {
  return `${formatCount(bytes)} B`;
}

export function formatRate(perSecond: number, unit: string): string {
  const digits = perSecond < 10 ? 1 : 0;
  const value = Number.isFinite(perSecond) ? perSecond.toFixed(digits) : "–";
  return `${perSecond >= 1000 ? formatCount(perSecond) : value} ${unit}/s`;
}

export function formatMilliseconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

export function formatTimeLeft(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "estimating time left";
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s left`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min left`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}

export function formatPercent(share: number): string {
  return `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%`;
}

export function formatParameters(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)} billion parameters`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} million parameters`;
  return `${formatCount(count)} parameters`;
}
