import { describe, expect, test, vi } from "vitest";
import type { DocumentRepository } from "./repository.ts";
import { codeOf, type Disk, newDisk, open } from "./testing/memory-disk.ts";
import { FINGERPRINT, randomSource, SampleStream } from "./testing/sample-stream.ts";
import { dump, storedBytes } from "./testing/write-log.ts";
import type { DocumentReader, RecordKey, RecordTable } from "./types.ts";

vi.setConfig({ testTimeout: 60_000 }); // many small runs, on machines that do other work too

const stream = new SampleStream(1500);

async function ingested(disk: Disk, until?: number): Promise<DocumentRepository> {
  const repository = await open(disk);
  const writer = await repository.openWriter(await repository.create(stream.document));
  await stream.ingest(writer, until);
  await writer.close();
  return repository;
}

describe("a stored document", () => {
  test("comes back whole after a reopen, with the facts the library shows", async () => {
    const disk = newDisk();
    await ingested(disk);
    const repository = await open(disk);
    const [info] = await repository.list();
    expect(info).toMatchObject({
      docId: "doc0",
      title: "Sample 1",
      state: "complete",
      characters: stream.document.text.length,
      tokens: 1500,
      committedTokens: 1500,
      createdAt: 1234,
      modelName: "made-up",
    });
    expect(info!.spans).toBe(
      [0, 1, 2].reduce((sum, layer) => sum + stream.sealed(layer, 1500).length, 0),
    );
    const opened = await repository.open("doc0", FINGERPRINT);
    expect(opened.checkpoint).toEqual(stream.checkpoint(1500));
    await stream.verify(await repository.openReader("doc0"), 1500);
  });

  test("gives the writer's own reader every span at once, committed or not", async () => {
    const repository = await open(newDisk(), { cacheBytes: 3_000 });
    const writer = await repository.openWriter(await repository.create(stream.document));
    await stream.ingest(writer, 900);
    await stream.verify(writer.reader, 14 * 64 + 64); // the first chunk end at or behind 900
    expect(writer.tokensCommitted).toBe(512);
    await writer.close();
    await stream.verify(await repository.openReader("doc0"), 512);
  });

  test("reads vectors from any span on", async () => {
    const repository = await ingested(newDisk());
    const reader = await repository.openReader("doc0");
    const all = await reader.vectors(1);
    const size = stream.document.geometry.vectorBytes;
    for (const from of [0, 1, 127, 128, 140, reader.spans(1).count]) {
      const some = await reader.vectors(1, from);
      expect(some.mStat).toEqual(all.mStat.subarray(from * size));
      expect(some.mDyn).toEqual(all.mDyn.subarray(from * size));
    }
    // Within a part, over its edges, in the open part, beyond the end.
    for (const [from, count] of [
      [5, 20],
      [120, 10],
      [100, 60],
      [0, 1],
      [128, 1],
      [140, 10_000],
      [7, 0],
    ] as const) {
      const some = await reader.vectors(1, from, count);
      expect(some.mStat).toEqual(all.mStat.subarray(from * size, (from + count) * size));
      expect(some.mDyn).toEqual(all.mDyn.subarray(from * size, (from + count) * size));
    }
  });

  test("is counted in the ledger to the byte, at every commit and after closing", async () => {
    const disk = newDisk();
    const repository = await open(disk);
    const docId = await repository.create(stream.document);
    expect(await repository.bytesOnDisk(docId)).toBe(await storedBytes(disk, docId));
    for (const until of [300, 512, 700, 1024, 1400, Infinity]) {
      const writer = await repository.openWriter(docId);
      await stream.ingest(writer, until);
      expect(await repository.bytesOnDisk(docId)).toBe(await storedBytes(disk, docId));
      await writer.close();
      expect(await repository.bytesOnDisk(docId)).toBe(await storedBytes(disk, docId));
    }
    await repository.delete(docId);
    expect(await storedBytes(disk, docId)).toBe(0);
    expect(await repository.list()).toEqual([]);
    expect(await codeOf(repository.open(docId))).toBe("not-found");
  });

  test("belongs to who added it until the person takes it over", async () => {
    const repository = await open(newDisk());
    const docId = await repository.create({ ...stream.document, owner: "widget" });
    expect(await repository.list()).toMatchObject([{ docId, owner: "widget" }]);
    await repository.adopt(docId);
    const [adopted] = await repository.list();
    expect(adopted).not.toHaveProperty("owner");
    expect(adopted).toMatchObject({ docId, title: stream.document.title });
  });

  test("keeps its other fields when renamed", async () => {
    const repository = await ingested(newDisk());
    await repository.rename("doc0", "New title");
    const [info] = await repository.list();
    expect(info).toMatchObject({ title: "New title", state: "complete", tokens: 1500 });
  });

  test("is rebuilt from its text with another model, and nothing of the old index stays", async () => {
    const disk = newDisk();
    const repository = await ingested(disk);
    const fingerprint = { ...FINGERPRINT, model: "second" };
    await repository.rebuild("doc0", { ...stream.document, fingerprint, modelName: "second" });
    expect(await repository.list()).toMatchObject([
      { state: "ingesting", committedTokens: 0, spans: 0, modelName: "second" },
    ]);
    const writer = await repository.openWriter("doc0", fingerprint);
    await stream.ingest(writer);
    await writer.close();
    const fresh = newDisk();
    const other = await open(fresh);
    await other.create({ ...stream.document, fingerprint, modelName: "second" });
    const otherWriter = await other.openWriter("doc0");
    await stream.ingest(otherWriter);
    expect(await dump(disk, "doc0")).toBe(await dump(fresh, "doc0"));
  });

  test("made with another fingerprint is refused by the name of the field", async () => {
    const repository = await ingested(newDisk());
    const other = { ...FINGERPRINT, engine: { lMin: 4, lMax: 32, kvDtype: "f16" } };
    await expect(repository.open("doc0", other)).rejects.toMatchObject({
      code: "index-stale",
      message: expect.stringContaining("engine.lMax was 64 and is now 32") as string,
    });
    expect(await codeOf(repository.openWriter("doc0", other))).toBe("index-stale");
    expect(await codeOf(repository.openWriter("doc0", FINGERPRINT))).toBe("resolved");
  });
});

describe("the extent cache", () => {
  test("counts hits and misses and stays under its cap", async () => {
    const disk = newDisk();
    await ingested(disk);
    const repository = await open(disk, { cacheBytes: 10_000 });
    const reader = await repository.openReader("doc0");
    await reader.readSpanKv(0, [0, 1]);
    await reader.readSpanKv(0, [1, 0]);
    expect(repository.cache.counts).toMatchObject({ hits: 1, misses: 1 });
    await stream.verify(reader, 1500);
    expect(repository.cache.counts.bytes).toBeLessThanOrEqual(10_000);
    expect(repository.cache.counts.bytes).toBeGreaterThan(4_000);
    repository.cache.resize(0);
    expect(repository.cache.counts.bytes).toBe(0);
    await stream.verify(reader, 1500);
  });
});

describe("a second writer", () => {
  test("is refused until the first one closes, in this tab and by the lock of another", async () => {
    const repository = await ingested(newDisk(), 512);
    const writer = await repository.openWriter("doc0");
    expect(await codeOf(repository.openWriter("doc0"))).toBe("busy");
    await writer.close();
    await writer.close();
    const [first, second] = await Promise.allSettled([
      repository.openWriter("doc0"),
      repository.openWriter("doc0"),
    ]);
    expect([first.status, second.status]).toEqual(["fulfilled", "rejected"]);
    expect(second).toMatchObject({ reason: { code: "busy" } }); // no other tab is at it

    const disk = newDisk();
    await ingested(disk, 512);
    const elsewhere = await open(disk, { lock: async () => undefined });
    expect(await codeOf(elsewhere.openWriter("doc0"))).toBe("locked-by-other-tab");
    expect(await codeOf(elsewhere.delete("doc0"))).toBe("locked-by-other-tab");
    await stream.verify(await elsewhere.openReader("doc0"), 512);
  });

  test("finds the first one ended by a deletion, which does not wait for it", async () => {
    const repository = await ingested(newDisk(), 512);
    const writer = await repository.openWriter("doc0");
    await stream.ingest(writer, 700);
    await repository.delete("doc0");
    expect(await codeOf(stream.ingest(writer))).toBe("cancelled");
    expect(await repository.list()).toEqual([]);
  });
});

/** Flips one bit of one record of the table, or of the file. */
async function flip(disk: Disk, table: RecordTable | "file", random: () => number): Promise<void> {
  const damage = (bytes: Uint8Array) => {
    bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(random() * 8);
  };
  if (table === "file") {
    const bytes = await disk.extents.read("doc0", 0, await disk.extents.size("doc0"));
    damage(bytes);
    await disk.extents.truncate("doc0", 0);
    await disk.extents.append("doc0", bytes);
    return;
  }
  // The word index is made again: see stored-words.test.ts.
  const isKept = ([key]: [RecordKey, Uint8Array]) => table !== "sources" || key[1] !== 4;
  const rows = (await disk.records.getAll(table, ["doc0"])).filter(isKept);
  const [key, value] = rows[Math.floor(random() * rows.length)]!;
  damage(value);
  await disk.records.write([{ put: table, key, value }]);
}

describe("a flipped bit", () => {
  const tables = [
    "documents",
    "commits",
    "sources",
    "spans",
    "vectors",
    "kv",
    "checkpoints",
    "file",
  ];
  test.each(tables as (RecordTable | "file")[])("in %s never gives wrong data", async (table) => {
    const random = randomSource(tables.indexOf(table) + 1);
    let refused = 0;
    for (let round = 0; round < 12; round++) {
      const disk = newDisk();
      const before = await ingested(disk);
      const other = await before.create({ ...stream.document, title: "Other" });
      await flip(disk, table, random);
      const repository = await open(disk);
      let reader: DocumentReader | undefined;
      try {
        const { tokensCommitted, checkpoint } = await repository.open("doc0");
        expect([1024, 1500]).toContain(tokensCommitted);
        expect(checkpoint).toEqual(stream.checkpoint(tokensCommitted));
        reader = await repository.openReader("doc0");
        await stream.verify(reader, tokensCommitted);
      } catch (error) {
        const { code } = error as { code?: string };
        expect(["index-damaged", "text-damaged"]).toContain(code);
        refused += 1;
        const infos = await repository.list();
        expect(infos.map((info) => info.state).sort()).toEqual(["damaged", "ingesting"]);
        expect(await codeOf(repository.openWriter("doc0"))).toBe(code);
      }
      expect((await repository.open(other)).state).toBe("ingesting");
      await repository.delete("doc0");
      expect(await storedBytes(disk, "doc0")).toBe(0);
    }
    const fallsBack = table === "commits" || table === "checkpoints";
    expect(refused).toBe(fallsBack ? 0 : 12);
  });

  test("in both commits is a clean miss: the document is streamed in again from its tokens", async () => {
    const disk = newDisk();
    await ingested(disk);
    for (const [key, value] of await disk.records.getAll("commits", ["doc0"])) {
      value[40]! ^= 1;
      await disk.records.write([{ put: "commits", key, value }]);
    }
    const repository = await open(disk);
    const opened = await repository.open("doc0");
    expect([opened.state, opened.tokensCommitted, opened.checkpoint]).toEqual([
      "ingesting",
      0,
      undefined,
    ]);
    const writer = await repository.openWriter("doc0");
    await stream.ingest(writer);
    await writer.close();
    const whole = newDisk();
    await ingested(whole);
    expect(await dump(disk, "doc0")).toBe(await dump(whole, "doc0"));
  });

  test("found while reading marks the document, and a rebuild clears the mark", async () => {
    const disk = newDisk();
    const repository = await ingested(disk);
    await flip(disk, "vectors", randomSource(9));
    const reader = await repository.openReader("doc0");
    for (const layer of [0, 1, 2]) await codeOf(reader.vectors(layer));
    expect((await repository.open("doc0")).state).toBe("damaged");
    await repository.rebuild("doc0", stream.document);
    const writer = await repository.openWriter("doc0");
    await stream.ingest(writer);
    await writer.close();
    expect((await repository.list())[0]!.state).toBe("complete");
  });
});

describe("wrong use", () => {
  test("of span columns is refused before anything is stored", async () => {
    const repository = await open(newDisk());
    const writer = await repository.openWriter(await repository.create(stream.document));
    const { kvBytesPerToken, vectorBytes } = stream.document.geometry;
    const spans = (start: number, length: number, kvTokens: number) => ({
      start: Uint32Array.of(start),
      length: Uint16Array.of(length),
      score: Float32Array.of(1),
      mStat: new Uint8Array(vectorBytes),
      mDyn: new Uint8Array(vectorBytes),
      kv: [new Uint8Array(kvTokens * kvBytesPerToken)],
    });
    await writer.append(0, spans(10, 5, 5));
    expect(await codeOf(writer.append(0, spans(14, 5, 5)))).toBe("internal");
    expect(await codeOf(writer.append(0, spans(15, 5, 4)))).toBe("internal");
    expect(await codeOf(writer.append(0, spans(15, 0, 0)))).toBe("internal");
    expect(await codeOf(writer.append(9, spans(15, 5, 5)))).toBe("internal");
    expect(await codeOf(writer.reader.readSpanKv(0, [1]))).toBe("internal");
    expect(writer.reader.spans(0).count).toBe(1);
  });
});
