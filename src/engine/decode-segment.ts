/** A part of an address as people read it; one with a broken percent sign as it stands. */
export function decodeSegment(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
