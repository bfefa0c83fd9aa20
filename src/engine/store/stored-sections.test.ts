// Pages and chapters in the store: kept with the text, absent in documents from before they existed.
import { expect, test } from "vitest";
import { decodeManifest, encodeManifest } from "./manifest.ts";
import { freeLock, MemoryExtents, MemoryRecords } from "./memory.ts";
import { DocumentRepository } from "./repository.ts";
import { SampleStream } from "./testing/sample-stream.ts";

const stream = new SampleStream(600);
const { title: _title, text: _text, ...rebuild } = stream.document;
const SECTIONS = [
  { start: 0, label: "Page 1" },
  { start: 40, label: "Page 2" },
  { start: 90, label: "Chapter 3: Ö" },
];

async function setUp() {
  const records = new MemoryRecords();
  const repository = await DocumentRepository.open({
    records,
    extents: new MemoryExtents(),
    lock: freeLock,
    cacheBytes: 1e6,
    now: () => 1,
    newId: () => "doc",
  });
  const read = async () => {
    const reader = await repository.openReader("doc");
    return reader.sections().finally(() => reader.close());
  };
  return { records, repository, read };
}

test("sections come back, also after the index is rebuilt, and count as stored bytes", async () => {
  const { records, repository, read } = await setUp();
  await repository.create({ ...stream.document, sections: SECTIONS });
  expect(await read()).toEqual(SECTIONS);
  await repository.rebuild("doc", rebuild);
  expect(await read()).toEqual(SECTIONS);
  const tables = await Promise.all(
    (["documents", "sources"] as const).map((table) => records.getAll(table, [])),
  );
  const bytes = tables.flat().reduce((sum, [, record]) => sum + record.byteLength, 0);
  expect(await repository.bytesOnDisk("doc")).toBe(bytes);
});

test("a document stored before there were sections has none", async () => {
  const { records, repository, read } = await setUp();
  await repository.create(stream.document);
  const manifest = decodeManifest((await records.get("documents", ["doc"]))!);
  const old = {
    ...manifest,
    sourceParts: manifest.sourceParts.slice(0, 3) as unknown as [number, number, number],
    sourceBytes: manifest.sourceBytes.slice(0, 3) as unknown as [number, number, number],
  };
  await records.write([{ put: "documents", key: ["doc"], value: encodeManifest(old) }]);
  expect(await read()).toEqual([]);
  expect(await repository.bytesOnDisk("doc")).toBeGreaterThan(0);
  await repository.rebuild("doc", rebuild);
  expect(await read()).toEqual([]);
});

test("sections that do not fit the text, or a flipped byte, are named as damage", async () => {
  const { repository, read } = await setUp();
  const wrong = [{ start: stream.document.text.length, label: "behind the end" }];
  await repository.create({ ...stream.document, sections: wrong });
  await expect(read()).rejects.toMatchObject({ code: "index-damaged" });

  const other = await setUp();
  await other.repository.create({ ...stream.document, sections: SECTIONS });
  const record = (await other.records.get("sources", ["doc", 3, 0]))!;
  record[record.length - 1]! ^= 1;
  await other.records.write([{ put: "sources", key: ["doc", 3, 0], value: record }]);
  await expect(other.read()).rejects.toMatchObject({ code: "index-damaged" });
  expect((await repository.list())[0]).toMatchObject({ state: "damaged" });
});
