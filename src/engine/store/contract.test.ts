import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { describe, test, vi } from "vitest";
import { IndexedDbExtents, IndexedDbRecords } from "./indexed-db.ts";
import { MemoryExtents, MemoryRecords } from "./memory.ts";
import { OpfsExtents, type OpfsDirectory } from "./opfs.ts";
import { STORE_CONTRACT, type Backends } from "./testing/contract.ts";
import { FakeDirectory } from "./testing/fake-opfs.ts";

vi.setConfig({ testTimeout: 60_000 }); // many small runs, on machines that do other work too

function memory(pieceBytes?: number): Promise<Backends> {
  const records = new MemoryRecords();
  const extents = new MemoryExtents(pieceBytes);
  const backends: Backends = { records, extents, reopen: async () => backends };
  return Promise.resolve(backends);
}

async function indexedDb(factory: IDBFactory): Promise<Backends> {
  const records = await IndexedDbRecords.open({ factory, keyRange: IDBKeyRange, name: "contract" });
  return {
    records,
    extents: new IndexedDbExtents(records),
    async reopen() {
      records.close();
      return indexedDb(factory);
    },
  };
}

async function opfs(factory: IDBFactory, directory: OpfsDirectory): Promise<Backends> {
  const records = await IndexedDbRecords.open({ factory, keyRange: IDBKeyRange, name: "contract" });
  return {
    records,
    extents: new OpfsExtents(directory),
    async reopen() {
      records.close();
      return opfs(factory, directory);
    },
  };
}

const pairs: [string, () => Promise<Backends>][] = [
  ["memory", memory],
  ["memory in pieces of 7 bytes", () => memory(7)],
  ["IndexedDB with segments", () => indexedDb(new IDBFactory())],
  ["IndexedDB with an access-handle file", () => opfs(new IDBFactory(), new FakeDirectory())],
];

describe.each(pairs)("store contract on %s", (_, open) => {
  test.each(STORE_CONTRACT.map((item) => [item.title, item] as const))("%s", async (_, item) => {
    await item.run(await open());
  });
});
