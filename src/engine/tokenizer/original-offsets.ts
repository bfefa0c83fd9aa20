// Where the characters of a normalised text come from.

/** For every unit of the normalised text, where its character sequence starts in the original. */
export function originalOffsets(text: string, normalise: (text: string) => string): Uint32Array {
  const offsets: number[] = [];
  // Normalisation changes a base character with its marks as one.
  for (const match of text.matchAll(/(?:\P{M}|^)\p{M}*/gu)) {
    const length = normalise(match[0]).length;
    for (let i = 0; i < length; i++) {
      offsets.push(match.index + (length === match[0].length ? i : 0));
    }
  }
  offsets.push(text.length);
  return Uint32Array.from(offsets);
}
