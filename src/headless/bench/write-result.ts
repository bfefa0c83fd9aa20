// A result of a benchmark: on standard output, and where `out` is given as OUT.json and, for people, OUT.md.
import { writeFile } from "node:fs/promises";
import { printJson } from "../open-headless.ts";

export async function writeResult<R>(
  out: string | undefined,
  result: R,
  page: (result: R) => string,
): Promise<void> {
  if (out) {
    await writeFile(`${out}.json`, `${JSON.stringify(result, null, 2)}\n`);
    await writeFile(`${out}.md`, page(result));
  }
  printJson(result);
}
