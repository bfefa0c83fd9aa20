// A library that a newer version of the app has taken over is left alone.
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { expect, test } from "vitest";
import { IndexedDbRecords } from "./indexed-db.ts";

const NAME = "library";

function openNewer(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(NAME, 9_999);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("refused"));
  });
}

test("a database of a newer version is refused in words", async () => {
  const factory = new IDBFactory();
  (await openNewer(factory)).close();
  const opening = IndexedDbRecords.open({ factory, keyRange: IDBKeyRange, name: NAME });
  await expect(opening).rejects.toMatchObject({ code: "storage-newer" });
});

test("an open database makes way for a newer version and says so from then on", async () => {
  const factory = new IDBFactory();
  const records = await IndexedDbRecords.open({ factory, keyRange: IDBKeyRange, name: NAME });
  const newer = await openNewer(factory); // would wait for ever if the older one stayed open
  await expect(
    records.write([{ put: "documents", key: "d", value: {} } as never], "relaxed"),
  ).rejects.toMatchObject({ code: "storage-newer" });
  newer.close();
});
