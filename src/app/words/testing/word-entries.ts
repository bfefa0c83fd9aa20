/** Every entry of a table of words with its path; functions say `«1»`, `«2»` … for their arguments. */
export function wordEntries(table: unknown, path = ""): [path: string, said: string][] {
  if (typeof table === "string") return [[path, table]];
  if (typeof table === "function") {
    const say = table as (...given: readonly string[]) => string;
    return [[path, say("«1»", "«2»", "«3»", "«4»")]];
  }
  return Object.entries(table ?? {}).flatMap(([key, value]) =>
    wordEntries(value, `${path}.${key}`),
  );
}
