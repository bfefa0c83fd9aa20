// The word index in the store: there as soon as the text is, made again where it is missing or damaged.
import { describe, expect, test } from "vitest";
import { WordIndexBuilder } from "../words/word-index.ts";
import { decodeManifest, encodeManifest } from "./manifest.ts";
import { freeLock } from "./memory.ts";
import { DocumentRepository } from "./repository.ts";
import { randomSource, SampleStream } from "./testing/sample-stream.ts";
import { crashedDisk, dump, emptyDisk, storedBytes, type Disk } from "./testing/write-log.ts";

const DOC = "doc";
const stream = new SampleStream(600);
const { title: _title, text, ...rebuild } = stream.document;
const builder = new WordIndexBuilder();
builder.add(text);
const expected = builder.finish().bytes;

function open(disk: Disk, lock = freeLock): Promise<DocumentRepository> {
  const options = { lock, cacheBytes: 1e6, now: () => 1, newId: () => DOC };
  return DocumentRepository.open({ ...disk, ...options });
}

async function created(): Promise<{ disk: Disk; repository: DocumentRepository }> {
  const disk = emptyDisk();
  const repository = await open(disk);
  await repository.create(stream.document);
  return { disk, repository };
}

/** The store as it was before word indexes were kept. */
async function withoutWords(): Promise<Disk> {
  const { disk } = await created();
  const { wordBytes: _, ...old } = decodeManifest((await disk.records.get("documents", [DOC]))!);
  await disk.records.write([
    { put: "documents", key: [DOC], value: encodeManifest(old) },
    { remove: "sources", key: [DOC, 4, 0] },
  ]);
  return disk;
}

describe("the word index of a document", () => {
  test("is written with its text, counts as stored bytes and outlives a rebuilt index", async () => {
    const { disk, repository } = await created();
    const written = disk.log.length;
    expect((await repository.words(DOC)).bytes).toEqual(expected);
    await repository.rebuild(DOC, rebuild);
    const again = await open(disk);
    expect((await again.words(DOC)).bytes).toEqual(expected);
    expect(await again.bytesOnDisk(DOC)).toBe(await storedBytes(disk, DOC));
    const puts = disk.log.slice(written).flatMap((op) => (op.type === "write" ? op.batch : []));
    expect(puts.some(({ key }) => key[1] === 4)).toBe(false);
  });

  test("of a deleted document is gone", async () => {
    const { disk, repository } = await created();
    await repository.delete(DOC);
    await expect(repository.words(DOC)).rejects.toMatchObject({ code: "not-found" });
    expect(await storedBytes(disk, DOC)).toBe(0);
  });

  test("is made and kept where a document has none", async () => {
    const disk = await withoutWords();
    const repository = await open(disk);
    expect((await repository.words(DOC)).bytes).toEqual(expected);
    expect(await dump(disk, DOC)).toBe(await dump((await created()).disk, DOC));
    expect(await repository.bytesOnDisk(DOC)).toBe(await storedBytes(disk, DOC));
  });

  test.each(["envelope", "payload", "missing part", "another text"])(
    "is made again when damaged: %s; the document is not",
    async (kind) => {
      const { disk, repository } = await created();
      const record = (await disk.records.get("sources", [DOC, 4, 0]))!;
      if (kind === "missing part") {
        await disk.records.write([{ put: "sources", key: [DOC, 4, 1], value: record }]);
        await disk.records.write([{ remove: "sources", key: [DOC, 4, 0] }]);
      } else if (kind === "another text") {
        const other = emptyDisk();
        await (await open(other)).create(new SampleStream(500, 2).document);
        const value = (await other.records.get("sources", [DOC, 4, 0]))!;
        await disk.records.write([{ put: "sources", key: [DOC, 4, 0], value }]);
      } else {
        record[kind === "envelope" ? 9 : record.length - 1]! ^= 1;
        await disk.records.write([{ put: "sources", key: [DOC, 4, 0], value: record }]);
      }
      expect((await repository.words(DOC)).bytes).toEqual(expected);
      expect(await dump(disk, DOC)).toBe(await dump((await created()).disk, DOC));
      expect((await repository.list())[0]?.state).toBe("ingesting");
    },
  );

  test("is there beside a writer, and for a tab that may not write", async () => {
    const disk = await withoutWords();
    const before = await dump(disk, DOC);
    const reader = await open(disk, () => Promise.resolve(undefined));
    expect((await reader.words(DOC)).bytes).toEqual(expected);
    expect(await dump(disk, DOC)).toBe(before);
    const repository = await open(disk);
    const writer = await repository.openWriter(DOC);
    expect((await repository.words(DOC)).bytes).toEqual(expected);
    await stream.ingest(writer);
    await writer.close();
    expect((await repository.list())[0]?.state).toBe("complete");
    expect(await repository.bytesOnDisk(DOC)).toBe(await storedBytes(disk, DOC));
  });

  test("a crash while it is made leaves none or all of it", async () => {
    const disk = await withoutWords();
    const before = disk.log.length;
    await (await open(disk)).words(DOC);
    const random = randomSource(3);
    for (let cut = before; cut <= disk.log.length; cut++) {
      for (let round = 0; round < 5; round++) {
        const crashed = await crashedDisk(disk.log, cut, random);
        const repository = await open(crashed);
        const bytes = await repository.bytesOnDisk(DOC);
        if (bytes === 0) continue; // the document itself was not durable yet
        expect(bytes).toBe(await storedBytes(crashed, DOC));
        expect((await repository.words(DOC)).bytes).toEqual(expected);
      }
    }
  });
});
