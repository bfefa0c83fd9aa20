// Parts of a file that could not be read. One of them costs itself, not the document.

/** More than these are counted only. */
const NAMED = 5;

/** `kind`: what the parts are, in the plural; `parts`: their names, in order. */
export function skippedParts(kind: string, parts: readonly string[]): string[] {
  if (parts.length === 0) return [];
  const named = parts.slice(0, NAMED).join(", ");
  const more = parts.length > NAMED ? ` and ${parts.length - NAMED} more` : "";
  return [`${kind} that could not be read were left out: ${named}${more}.`];
}
