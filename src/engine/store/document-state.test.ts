// One opinion about a document: what the list says is what happens to whoever opens it.
import { describe, expect, test } from "vitest";
import { sealRecord } from "./envelope.ts";
import { codeOf, type Disk, newDisk, open } from "./testing/memory-disk.ts";
import { SampleStream } from "./testing/sample-stream.ts";
import type { DocumentRepository } from "./repository.ts";
import { requireUndamaged } from "./document-state.ts";
import type { RecordKey, RecordTable } from "./types.ts";

const TOKENS = 1500;
const stream = new SampleStream(TOKENS);

async function finished(disk: Disk): Promise<void> {
  const repository = await open(disk);
  await repository.create(stream.document);
  const writer = await repository.openWriter("doc0");
  await stream.ingest(writer);
  await writer.close();
}

async function listed(repository: DocumentRepository) {
  const [info] = await repository.list();
  return info!;
}

async function firstKey(disk: Disk, table: RecordTable, column?: number): Promise<RecordKey> {
  const keys = await disk.records.keys(table, ["doc0"]);
  return keys.find((key) => column === undefined || key[1] === column)!;
}

describe("a finished document that has lost", () => {
  const losses: [string, (disk: Disk) => Promise<unknown>][] = [
    ["its extents", (disk) => disk.extents.truncate("doc0", 0)],
    [
      "the end of its extents",
      async (disk) => disk.extents.truncate("doc0", (await disk.extents.size("doc0")) - 1),
    ],
    [
      "a part of its checkpoints",
      async (disk) => {
        const keys = await disk.records.keys("checkpoints", ["doc0"]);
        await disk.records.write(keys.map((key) => ({ remove: "checkpoints", key })));
      },
    ],
    [
      "a byte of its checkpoint",
      async (disk) => {
        const { checkpoint } = await (await open(disk)).open("doc0");
        for (const [key, value] of await disk.records.getAll("checkpoints", ["doc0"])) {
          if (value.byteLength < checkpoint!.byteLength) continue;
          value[value.byteLength - 1]! ^= 1;
          await disk.records.write([{ put: "checkpoints", key, value }]);
        }
      },
    ],
  ];
  test.each(losses)("%s is not called ready, and its reading goes on", async (_, lose) => {
    const disk = newDisk();
    await finished(disk);
    expect(await listed(await open(disk))).toMatchObject({ state: "complete" });
    await lose(disk);
    const repository = await open(disk);
    const info = await listed(repository);
    const opened = await repository.open("doc0");
    expect(info.state).toBe("ingesting");
    expect(info.state).toBe(opened.state);
    expect(info.committedTokens).toBe(opened.tokensCommitted);
    expect(await codeOf(repository.files.export("doc0"))).toBe("not-read-yet");
    const writer = await repository.openWriter("doc0");
    expect(writer.tokensCommitted).toBe(info.committedTokens);
    await stream.ingest(writer);
    await writer.close();
    expect(await listed(repository)).toMatchObject({ state: "complete" });
    await stream.verify(await repository.openReader("doc0"), TOKENS);
  });

  test.each([
    ["its token ids", 1],
    ["its token starts", 2],
  ])("%s is read again from its text", async (_, column) => {
    const disk = newDisk();
    await finished(disk);
    const key = await firstKey(disk, "sources", column);
    await disk.records.write([{ remove: "sources", key }]);
    const repository = await open(disk);
    expect(await listed(repository)).toMatchObject({ state: "damaged", textLost: false });
    expect(await repository.open("doc0")).toMatchObject({ state: "damaged" });
    expect(await repository.text("doc0")).toBe(stream.document.text);
    await repository.rebuild("doc0", stream.document);
    expect(await listed(repository)).toMatchObject({ state: "ingesting", committedTokens: 0 });
  });

  test.each(["missing", "damaged"])(
    "its text (%s) says so, not that it can be read again",
    async (how) => {
      const disk = newDisk();
      await finished(disk);
      const key = await firstKey(disk, "sources", 0);
      const value = (await disk.records.get("sources", key))!;
      value[40]! ^= 1;
      await disk.records.write([
        how === "missing" ? { remove: "sources", key } : { put: "sources", key, value },
      ]);
      const repository = await open(disk);
      expect(await codeOf(repository.text("doc0"))).toBe("text-damaged");
      expect(await listed(repository)).toMatchObject({ state: "damaged", textLost: true });
      const opened = await repository.open("doc0");
      expect(() => requireUndamaged(opened)).toThrow(
        expect.objectContaining({ code: "text-damaged" }),
      );
    },
  );

  test("readable sections gets an index again, without them", async () => {
    const disk = newDisk();
    const repository = await open(disk);
    await repository.create({ ...stream.document, sections: [{ start: 0, label: "Page 1" }] });
    const key = await firstKey(disk, "sources", 3);
    await disk.records.write([{ put: "sources", key, value: Uint8Array.of(1, 2, 3) }]);
    expect(await codeOf(repository.sections("doc0"))).toBe("index-damaged");
    await repository.rebuild("doc0", stream.document);
    expect(await repository.sections("doc0")).toEqual([]);
    expect(await repository.text("doc0")).toBe(stream.document.text);
  });
});

describe("one bad record", () => {
  const manifest = (json: string) =>
    sealRecord({ kind: "manifest", layer: 0, part: 0 }, new TextEncoder().encode(json));
  const deep = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
  test.each<[string, unknown]>([
    ["text", "not bytes"],
    ["a number", 7],
    ["null", null],
    ["an object", { byteLength: 100 }],
    ["too few bytes", Uint8Array.of(1)],
    ["sealed nonsense", manifest('"x"')],
    ["sealed and no JSON", manifest("{")],
    ["sealed fields that are none", manifest('{"docId":"bad","geometry":{}}')],
    ["deep JSON", manifest(deep)],
  ])("(%s) is listed as damaged beside the others and can be deleted", async (_, value) => {
    const disk = newDisk();
    await finished(disk);
    const { get, getAll } = disk.records;
    let isThere = true;
    const bad = value as Uint8Array;
    disk.records.get = (table, key) =>
      isThere && table === "documents" && key[0] === "bad"
        ? Promise.resolve(bad)
        : get.call(disk.records, table, key);
    disk.records.getAll = async (table, prefix) => {
      const rows = await getAll.call(disk.records, table, prefix);
      return isThere && table === "documents" ? [...rows, [["bad"], bad]] : rows;
    };
    disk.records.deleteDocument = () => {
      isThere = false;
      return Promise.resolve();
    };
    const repository = await open(disk);
    const rows = await repository.list();
    expect(rows.find(({ docId }) => docId === "doc0")).toMatchObject({ state: "complete" });
    expect(rows.find(({ docId }) => docId === "bad")).toMatchObject({
      state: "damaged",
      textLost: true,
    });
    expect(await codeOf(repository.text("bad"))).toBe("text-damaged");
    await repository.delete("bad");
    expect((await repository.list()).map(({ docId }) => docId)).toEqual(["doc0"]);
  });

  test("of a commit or its checkpoint is passed over", async () => {
    const disk = newDisk();
    await finished(disk);
    const value = sealRecord({ kind: "commit", layer: 0, part: 0 }, new TextEncoder().encode("[]"));
    await disk.records.write([{ put: "commits", key: ["doc0", 0], value }]);
    await disk.records.write([{ put: "commits", key: ["doc0", 1], value: Uint8Array.of(9) }]);
    const repository = await open(disk);
    expect(await listed(repository)).toMatchObject({ state: "ingesting", committedTokens: 0 });
  });
});

test("opening an index looks at each stored part once, however many there are", async () => {
  const disk = newDisk();
  await finished(disk);
  const repository = await open(disk);
  const { getAll } = disk.records;
  let looks = 0;
  let parts = 0;
  disk.records.getAll = async (table, prefix) =>
    (await getAll.call(disk.records, table, prefix)).map(([key, value]) => {
      if (table === "spans" || table === "kv") parts += 1;
      const counted = new Proxy(key, {
        get(target, name, receiver) {
          if (name === "2") looks += 1;
          return Reflect.get(target, name, receiver) as unknown;
        },
      });
      return [counted, value];
    });
  await repository.openReader("doc0");
  expect(parts).toBeGreaterThan(2);
  expect(looks).toBe(parts);
});
