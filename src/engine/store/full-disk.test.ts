// The storage is full: what was committed stands, reading goes on when there is room, and documents can
// still be deleted.
import { describe, expect, test, vi } from "vitest";
import { MemoryExtents, MemoryRecords } from "./memory.ts";
import { codeOf, type Disk, newDisk, open } from "./testing/memory-disk.ts";
import { SampleStream } from "./testing/sample-stream.ts";
import { dump, storedBytes } from "./testing/write-log.ts";
import type { RecordWrite } from "./types.ts";

vi.setConfig({ testTimeout: 60_000 }); // many small runs, on machines that do other work too

const stream = new SampleStream(1500);

/** Fails every write of bytes once `room` is used; a file append leaves half of itself. */
function fullDisk(disk: Disk): { disk: Disk; room: { bytes: number } } {
  const room = { bytes: Infinity };
  const full = () => new DOMException("full", "QuotaExceededError");
  const records = new (class extends MemoryRecords {
    override async write(batch: readonly RecordWrite[]): Promise<void> {
      const needed = batch.reduce((sum, w) => sum + ("put" in w ? w.value.byteLength : 0), 0);
      room.bytes -= needed;
      if (needed > 0 && room.bytes < 0) throw full();
      await super.write(batch);
    }
  })();
  const extents = new (class extends MemoryExtents {
    override async append(docId: string, bytes: Uint8Array): Promise<number> {
      room.bytes -= bytes.byteLength;
      if (room.bytes >= 0) return super.append(docId, bytes);
      await super.append(docId, bytes.subarray(0, bytes.byteLength >> 1));
      throw full();
    }
  })();
  return { disk: { ...disk, records, extents }, room };
}

describe("a full disk", () => {
  test("stops with quota-exceeded at any point; the last commit stands and the rest follows", async () => {
    const whole = newDisk();
    const reader = await open(whole);
    const all = await reader.openWriter(await reader.create(stream.document));
    await stream.ingest(all);
    await all.close();
    const expected = await dump(whole, "doc0");
    const total = await storedBytes(whole, "doc0");
    for (let bytes = 100; bytes < total; bytes += 6_100) {
      const { disk, room } = fullDisk(newDisk());
      const repository = await open(disk);
      const docId = await repository.create(stream.document);
      room.bytes = bytes;
      let writer = await repository.openWriter(docId);
      const code = await codeOf(stream.ingest(writer));
      if (code === "resolved") break;
      expect(code).toBe("quota-exceeded");
      const committed = writer.tokensCommitted;
      await writer.close();
      const after = await open(disk);
      expect((await after.open(docId)).tokensCommitted).toBe(committed);
      await stream.verify(await after.openReader(docId), committed);
      room.bytes = Infinity;
      writer = await after.openWriter(docId);
      await stream.ingest(writer);
      await writer.close();
      expect(await dump(disk, docId)).toBe(expected);
    }
  });

  test("lets the same writer commit again once there is room", async () => {
    const whole = newDisk();
    const reader = await open(whole);
    const all = await reader.openWriter(await reader.create(stream.document));
    await stream.ingest(all);
    await all.close();
    const codes = new Set<unknown>();
    for (const bytes of [0, 500, 4_000, 9_000, 30_000, 36_000, 60_000]) {
      const { disk, room } = fullDisk(newDisk());
      const repository = await open(disk, { writeBytes: 1e6 });
      const writer = await repository.openWriter(await repository.create(stream.document));
      await stream.ingest(writer, 512 - 64);
      const input = { tokensCommitted: 448, checkpoint: stream.checkpoint(448) };
      room.bytes = bytes;
      const code = await codeOf(writer.commit(input));
      room.bytes = Infinity;
      codes.add(code);
      if (code !== "resolved") await writer.commit(input);
      await stream.verify(writer.reader, 448);
      await stream.ingest(writer);
      await writer.close();
      await stream.verify(await (await open(disk)).openReader("doc0"), 1500);
      expect(await disk.extents.size("doc0")).toBe(await whole.extents.size("doc0"));
    }
    expect([...codes]).toEqual(["quota-exceeded", "resolved"]);
  });

  test("still lets documents go, and a kill on the way leaves one that has not been read", async () => {
    const { disk, room } = fullDisk(newDisk());
    const repository = await open(disk);
    const writer = await repository.openWriter(await repository.create(stream.document));
    await stream.ingest(writer);
    await writer.close();
    room.bytes = 0;
    const { extents } = disk;
    const killed = vi.spyOn(extents, "delete").mockRejectedValueOnce(new Error("killed"));
    await expect(repository.delete("doc0")).rejects.toThrow("killed");
    killed.mockRestore();
    const after = await open(disk);
    expect(await after.list()).toMatchObject([{ state: "ingesting", committedTokens: 0 }]);
    await after.delete("doc0");
    expect(await after.list()).toEqual([]);
    expect(await storedBytes(disk, "doc0")).toBe(0);
  });

  test("refuses a new document without leaving a trace", async () => {
    const { disk, room } = fullDisk(newDisk());
    const repository = await open(disk);
    room.bytes = 10;
    expect(await codeOf(repository.create(stream.document))).toBe("quota-exceeded");
    expect(await storedBytes(disk, "doc0")).toBe(0);
  });
});
