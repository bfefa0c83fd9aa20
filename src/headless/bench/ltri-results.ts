// Files of `bench ltri`: one JSON file per length, STEM-LENGTH.json, and one page of all of them, STEM.md.
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { EngineError } from "../../engine/errors.ts";
import { ltriPage, type LtriResult } from "./ltri-page.ts";
import type { LtriRow } from "./ltri-rows.ts";

const BINDING = ["modelHash", "haystacks", "facts", "seeds", "set", "seconds"] as const;

/** Rows of an earlier run with the same model, documents and settings. */
export async function earlierRows(
  stem: string,
  head: Omit<LtriResult, "rows">,
): Promise<readonly LtriRow[]> {
  const file = fileOf(stem, head.length);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return [];
  const earlier = JSON.parse(text) as LtriResult;
  const other = BINDING.filter(
    (name) => JSON.stringify(earlier[name]) !== JSON.stringify(head[name]),
  );
  if (other.length > 0) {
    throw new EngineError(
      "invalid-argument",
      `${file} was measured with other ${other.join(", ")}: name another --out, or start --fresh.`,
    );
  }
  return earlier.rows;
}

export async function saveResult(stem: string, result: LtriResult): Promise<void> {
  await writeFile(fileOf(stem, result.length), `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(`${stem}.md`, ltriPage(await allResults(stem)));
}

async function allResults(stem: string): Promise<LtriResult[]> {
  const folder = path.dirname(stem);
  const start = `${path.basename(stem)}-`;
  const files = (await readdir(folder)).filter(
    (file) => file.startsWith(start) && /^\d+\.json$/.test(file.slice(start.length)),
  );
  return Promise.all(
    files.map(
      async (file) => JSON.parse(await readFile(path.join(folder, file), "utf8")) as LtriResult,
    ),
  );
}

function fileOf(stem: string, length: number): string {
  return `${stem}-${length}.json`;
}
