import { describe, expect, test } from "vitest";
import {
  checkpointCrcs,
  checkpointWrites,
  encodeCheckpoint,
  readCheckpoint,
  type Commit,
  type Slot,
} from "./commit-record.ts";
import { MemoryRecords } from "./memory.ts";

const MIB = 1024 * 1024;
const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);

function commitOf(checkpointSlot: Slot, parts: readonly Uint8Array[]): Commit {
  return {
    slot: 0,
    recordBytes: 0,
    sequence: 1,
    tokensCommitted: 1,
    complete: false,
    checkpointSlot,
    checkpointCrcs: checkpointCrcs(parts),
    checkpointBytes: parts.reduce((sum, part) => sum + part.byteLength, 0),
    extentBytes: 0,
    partBytes: 0,
    layers: [],
  };
}

async function store(records: MemoryRecords, slot: Slot, parts: Uint8Array[]): Promise<void> {
  await records.write(await checkpointWrites(records, "doc", slot, parts));
}

describe("a checkpoint", () => {
  test("larger than one record is split, and a shorter one leaves no rest of it", async () => {
    const records = new MemoryRecords();
    const content = { tail: bytes(9 * MIB, 1), engine: bytes(10 * MIB, 2) };
    const parts = encodeCheckpoint(1, content);
    expect(parts).toHaveLength(3);
    await store(records, 1, parts);
    const read = await readCheckpoint(records, "doc", commitOf(1, parts));
    expect(Buffer.compare(read.tail, content.tail)).toBe(0);
    expect(Buffer.compare(read.engine, content.engine)).toBe(0);
    await store(records, 1, encodeCheckpoint(1, { tail: bytes(3, 1), engine: bytes(0, 0) }));
    expect(await records.keys("checkpoints", ["doc"])).toEqual([["doc", 1, 0]]);
  });

  test("of another commit is refused, even of the same size and in order by itself", async () => {
    const records = new MemoryRecords();
    const first = encodeCheckpoint(0, { tail: bytes(5, 1), engine: bytes(5, 1) });
    const second = encodeCheckpoint(0, { tail: bytes(5, 1), engine: bytes(5, 2) });
    await store(records, 0, second);
    await expect(readCheckpoint(records, "doc", commitOf(0, first))).rejects.toMatchObject({
      code: "index-damaged",
      message: expect.stringContaining("belongs to another commit") as string,
    });
    await readCheckpoint(records, "doc", commitOf(0, second));
  });
});
