// How large a generated document may be: the greatest size whose prompt fits. Upstream's search can
// run forever when not even the smallest fits; this one has a floor and says so.

/** Greatest size in [floor, ceiling] that fits, taking fits as monotone; `null` if the floor fails. */
export function largestSize(
  floor: number,
  ceiling: number,
  fits: (size: number) => boolean,
): number | null {
  if (floor > ceiling || !fits(floor)) return null;
  // Doubling first: an encoded document of the ceiling may be huge.
  let low = floor;
  let high = Math.min(ceiling, Math.max(floor + 1, 2 * floor));
  while (high < ceiling && fits(high)) {
    low = high;
    high = Math.min(ceiling, 2 * high);
  }
  if (high === ceiling && fits(ceiling)) return ceiling;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
