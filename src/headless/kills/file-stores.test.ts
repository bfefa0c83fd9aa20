import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Backends, STORE_CONTRACT } from "../../engine/store/testing/contract.ts";
import { FileExtents, FileRecords } from "./file-stores.ts";

const root = mkdtempSync(path.join(tmpdir(), "inkspan-files-"));
let folders = 0;

afterAll(() => rmSync(root, { recursive: true, force: true }));

async function openFiles(folder = path.join(root, `${folders++}`)): Promise<Backends> {
  const records = await FileRecords.open(folder);
  return {
    records,
    extents: new FileExtents(folder),
    reopen() {
      records.close();
      return openFiles(folder);
    },
  };
}

describe("store contract on files", () => {
  test.each(STORE_CONTRACT.map((item) => [item.title, item] as const))("%s", async (_, item) => {
    await item.run(await openFiles());
  });

  test("a frame that is not whole is cut off, and what follows is written in its place", async () => {
    const folder = path.join(root, "torn");
    const write = async (key: number) => {
      const records = await FileRecords.open(folder);
      await records.write([{ put: "kv", key: ["a", key], value: Uint8Array.of(key) }], "strict");
      records.close();
    };
    await write(1);
    appendFileSync(
      path.join(folder, "records.journal"),
      Uint8Array.of(200, 0, 0, 0, 1, 2, 3, 4, 5),
    );
    await write(2);
    const records = await FileRecords.open(folder);
    expect(await records.keys("kv", [])).toEqual([
      ["a", 1],
      ["a", 2],
    ]);
  });
});
