import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { describe, expect, test } from "vitest";
import { IndexedDbRecords } from "../../engine/store/indexed-db.ts";
import { MemoryRecords } from "../../engine/store/memory.ts";
import type { ItemResult, PlannedItem } from "../types.ts";
import { type RunRecord, RunStore } from "./run-store.ts";

function item(id: string): PlannedItem {
  const place = { task: "s-rt", language: "en", needles: 1, question: null, repeat: 0 } as const;
  return { ...place, id, group: "g", length: 1000, depth: 50 };
}

const items = [item("a"), item("b"), item("c")];

function record(id: string, startedAt: string): RunRecord {
  // Of a run the store reads the id and the time.
  const run = { id, startedAt } as RunRecord["run"];
  return { run, items, imported: false };
}

function failed(one: PlannedItem, message: string): ItemResult {
  return { status: "error", item: one, promptSha256: null, code: "internal", message };
}

const stores = {
  memory: async () => new MemoryRecords(),
  IndexedDB: async () =>
    IndexedDbRecords.open({ factory: new IDBFactory(), keyRange: IDBKeyRange, name: "test" }),
};

for (const [name, open] of Object.entries(stores)) {
  describe(`runs in ${name}`, () => {
    test("keep results item by item, newest run first", async () => {
      const store = new RunStore(await open());
      const older = record("one", "2026-01-01T00:00:00Z");
      const newer = record("two", "2026-01-02T00:00:00Z");
      await store.create(newer);
      await store.create(older, [failed(items[0]!, "imported")]);
      await store.save(newer, failed(items[2]!, "third"));
      await store.save(newer, failed(items[0]!, "first"));
      const listed = await store.list();
      expect(listed.map(({ id }) => id)).toEqual(["two", "one"]);
      expect(listed).toMatchObject([{ finished: 2 }, { finished: 1 }]);
      const loaded = await store.load("two");
      expect(loaded.results).toEqual([failed(items[0]!, "first"), failed(items[2]!, "third")]);
      expect(loaded.items).toEqual(items);
      await store.forget(newer, [items[0]!]);
      expect((await store.load("two")).results).toHaveLength(1);
      await store.delete("two");
      expect((await store.list()).map(({ id }) => id)).toEqual(["one"]);
      await expect(store.load("two")).rejects.toMatchObject({ code: "not-found" });
    });

    test("keep data files apart from runs", async () => {
      const store = new RunStore(await open());
      await store.putData("names.json", Uint8Array.of(1, 2, 3));
      await store.create(record("one", "2026-01-01T00:00:00Z"));
      expect(await store.dataNames()).toEqual(["names.json"]);
      expect(await store.data("names.json")).toEqual(Uint8Array.of(1, 2, 3));
      expect(await store.data("needles.jsonl")).toBeUndefined();
      expect(await store.list()).toHaveLength(1);
      await store.delete("names.json");
      expect(await store.dataNames()).toEqual([]);
    });
  });
}

describe("damaged records", () => {
  async function filled() {
    const records = new MemoryRecords();
    const store = new RunStore(records);
    const run = record("one", "2026-01-01T00:00:00Z");
    await store.create(run);
    for (const one of items) await store.save(run, failed(one, one.id));
    return { records, store };
  }

  async function flip(records: MemoryRecords, key: readonly [string, number, number], at: number) {
    const value = (await records.get("benchmarks", key))!;
    value[at]! ^= 1;
    await records.write([{ put: "benchmarks", key, value }]);
  }

  test("every flipped byte of a result makes it missing, never another result", async () => {
    const { records, store } = await filled();
    const length = (await records.get("benchmarks", ["one", 1, 1]))!.length;
    for (let at = 0; at < length; at++) {
      await flip(records, ["one", 1, 1], at);
      const { results } = await store.load("one");
      expect(results.map((result) => result.item.id)).toEqual(["a", "c"]);
      await flip(records, ["one", 1, 1], at);
    }
    expect((await store.load("one")).results).toHaveLength(3);
  });

  test("a result under another item's number is not taken for it", async () => {
    const { records, store } = await filled();
    const value = (await records.get("benchmarks", ["one", 1, 0]))!;
    await records.write([{ put: "benchmarks", key: ["one", 1, 2], value }]);
    expect((await store.load("one")).results.map((result) => result.item.id)).toEqual(["a", "b"]);
  });

  test("a damaged run is listed with its damage and can be deleted", async () => {
    const { records, store } = await filled();
    await flip(records, ["one", 0, 0], 40);
    await expect(store.load("one")).rejects.toMatchObject({ code: "run-damaged" });
    expect(await store.list()).toMatchObject([
      { id: "one", damage: expect.stringContaining("fails its check") as string },
    ]);
    await store.delete("one");
    expect(await store.list()).toEqual([]);
  });
});

test("a database from before benchmarks keeps its records", async () => {
  const factory = new IDBFactory();
  const old = factory.open("library", 1);
  old.onupgradeneeded = () => old.result.createObjectStore("documents");
  await new Promise((resolve) => (old.onsuccess = resolve));
  const put = old.result.transaction("documents", "readwrite").objectStore("documents");
  const written = put.put(Uint8Array.of(7), ["kept"]);
  await new Promise((resolve) => (written.onsuccess = resolve));
  old.result.close();
  const records = await IndexedDbRecords.open({ factory, keyRange: IDBKeyRange, name: "library" });
  expect(await records.get("documents", ["kept"])).toEqual(Uint8Array.of(7));
  const store = new RunStore(records);
  await store.create(record("one", "2026-01-01T00:00:00Z"));
  expect(await store.list()).toHaveLength(1);
});
