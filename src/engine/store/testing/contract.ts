// One acceptance suite for every pair of backends: memory and fake IndexedDB in unit tests, the real
// ones in a browser page. Plain functions that throw, so that it runs with or without a test runner.
import type { ExtentStore, RecordKey, RecordStore } from "../types.ts";

export interface Backends {
  readonly records: RecordStore;
  readonly extents: ExtentStore;
  /** The same stored bytes through fresh objects, as after a reload. */
  reopen(): Promise<Backends>;
}

export interface ContractCase {
  readonly title: string;
  run(backends: Backends): Promise<void>;
}

const bytes = (...values: number[]) => Uint8Array.from(values);

export const STORE_CONTRACT: readonly ContractCase[] = [
  {
    title: "a record comes back as it was written, and nothing comes back from an empty key",
    async run({ records }) {
      await records.write([{ put: "spans", key: ["a", 1, 2], value: bytes(1, 2, 3) }], "relaxed");
      same(await records.get("spans", ["a", 1, 2]), bytes(1, 2, 3));
      same(await records.get("spans", ["a", 1, 3]), undefined);
      same(await records.get("vectors", ["a", 1, 2]), undefined);
    },
  },
  {
    title: "records are copied in and out, and a view stores only its own bytes",
    async run({ records }) {
      const buffer = bytes(9, 1, 2, 9);
      await records.write([{ put: "kv", key: ["a"], value: buffer.subarray(1, 3) }], "relaxed");
      buffer.fill(0);
      const first = await records.get("kv", ["a"]);
      same(first, bytes(1, 2));
      same(first!.buffer.byteLength, 2);
      first!.fill(7);
      same(await records.get("kv", ["a"]), bytes(1, 2));
    },
  },
  {
    title: "keys sort by number and a prefix selects only its own",
    async run({ records }) {
      const keys: RecordKey[] = [
        ["a", 10, 0],
        ["a", 2, 1],
        ["a", 2, 0],
        ["ab", 2, 0],
        ["b", 2, 0],
      ];
      await records.write(
        keys.map((key, i) => ({ put: "spans", key, value: bytes(i) })),
        "strict",
      );
      same(await records.keys("spans", ["a"]), [
        ["a", 2, 0],
        ["a", 2, 1],
        ["a", 10, 0],
      ]);
      same(await records.keys("spans", ["a", 2]), [
        ["a", 2, 0],
        ["a", 2, 1],
      ]);
      same(await records.getAll("spans", ["a", 10]), [[["a", 10, 0], bytes(0)]]);
      same((await records.keys("spans", [])).length, 5);
      same(await records.keys("spans", ["c"]), []);
    },
  },
  {
    title: "a batch spans tables, replaces and removes",
    async run({ records }) {
      await records.write([{ put: "commits", key: ["a", 0], value: bytes(1) }], "relaxed");
      await records.write(
        [
          { remove: "commits", key: ["a", 0] },
          { put: "commits", key: ["a", 1], value: bytes(2) },
          { put: "checkpoints", key: ["a", 1, 0], value: bytes(3) },
          { put: "checkpoints", key: ["a", 1, 0], value: bytes(4) },
        ],
        "strict",
      );
      same(await records.keys("commits", ["a"]), [["a", 1]]);
      same(await records.get("checkpoints", ["a", 1, 0]), bytes(4));
      await records.write([], "strict");
    },
  },
  {
    title: "a batch that cannot be written leaves nothing",
    async run({ records }) {
      const bad = { put: "spans", key: ["a", Number.NaN], value: bytes(2) } as const;
      const batch = [{ put: "spans", key: ["a", 1], value: bytes(1) } as const, bad];
      const refused = await records.write(batch, "strict").then(
        () => false,
        () => true,
      );
      same(refused, true);
      same(await records.keys("spans", []), []);
    },
  },
  {
    title: "deleting a document empties every table of it and of no other",
    async run({ records }) {
      for (const docId of ["a", "ab"]) {
        await records.write(
          [
            { put: "documents", key: [docId], value: bytes(1) },
            { put: "sources", key: [docId, 0, 0], value: bytes(1) },
            { put: "segments", key: [docId, 3], value: bytes(1) },
          ],
          "relaxed",
        );
      }
      await records.deleteDocument("a");
      for (const table of ["documents", "sources", "segments"] as const) {
        same(
          (await records.keys(table, [])).map((key) => key[0]),
          ["ab"],
        );
      }
    },
  },
  {
    title: "extents append at the end and read back from any place",
    async run({ extents }) {
      same(await extents.size("a"), 0);
      same(await extents.append("a", bytes(1, 2, 3)), 0);
      same(await extents.append("b", bytes(9)), 0);
      same(await extents.append("a", bytes(4, 5)), 3);
      same(await extents.size("a"), 5);
      same(await extents.read("a", 2, 2), bytes(3, 4));
      same(await extents.read("b", 0, 1), bytes(9));
    },
  },
  {
    title: "a range that is not in the file is refused as damage",
    async run({ extents }) {
      await extents.append("a", bytes(1, 2, 3));
      same(await codeOf(extents.read("a", 2, 2)), "index-damaged");
      same(await codeOf(extents.read("nothing", 0, 1)), "index-damaged");
    },
  },
  {
    title: "large appends keep every byte across segments",
    async run({ extents }) {
      const pieces = [700_001, 3, 524_288, 1_300_000].map((size, p) =>
        Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 9) + p * 7) & 255),
      );
      const offsets: number[] = [];
      for (const piece of pieces) offsets.push(await extents.append("a", piece));
      await extents.flush("a");
      for (const [i, piece] of pieces.entries()) {
        same(await extents.read("a", offsets[i]!, piece.length), piece);
      }
      same(
        await extents.size("a"),
        pieces.reduce((sum, piece) => sum + piece.length, 0),
      );
    },
  },
  {
    title: "truncating cuts the end, and an append continues there",
    async run({ extents }) {
      const long = new Uint8Array(1_200_000).fill(5);
      await extents.append("a", long);
      await extents.truncate("a", 2_000_000);
      same(await extents.size("a"), 1_200_000);
      await extents.truncate("a", 600_000);
      same(await extents.size("a"), 600_000);
      same(await extents.append("a", bytes(6, 7)), 600_000);
      same(await extents.read("a", 599_999, 3), bytes(5, 6, 7));
      await extents.truncate("a", 0);
      same(await extents.size("a"), 0);
      await extents.truncate("nothing", 0);
    },
  },
  {
    title: "flushed bytes and strict records are there for a second opening",
    async run(backends) {
      await backends.records.write([{ put: "documents", key: ["a"], value: bytes(1) }], "strict");
      await backends.extents.append("a", new Uint8Array(600_000).fill(3));
      await backends.extents.flush("a");
      await backends.extents.close("a");
      const again = await backends.reopen();
      same(await again.records.get("documents", ["a"]), bytes(1));
      same(await again.extents.size("a"), 600_000);
      same(await again.extents.append("a", bytes(4)), 600_000);
      same(await again.extents.read("a", 599_999, 2), bytes(3, 4));
      await again.extents.close("a");
      again.records.close();
    },
  },
  {
    title: "a deleted file is gone and can be begun again",
    async run({ extents }) {
      await extents.append("a", new Uint8Array(600_000));
      await extents.delete("a");
      same(await extents.size("a"), 0);
      same(await extents.append("a", bytes(1)), 0);
      await extents.delete("a");
      await extents.delete("never-there");
    },
  },
];

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "resolved",
    (error: unknown) => (error as { code?: unknown }).code,
  );
}

function same(actual: unknown, expected: unknown): void {
  const [left, right] = [show(actual), show(expected)];
  if (left !== right) throw new Error(`got ${left.slice(0, 200)}, expected ${right.slice(0, 200)}`);
}

function show(value: unknown): string {
  return JSON.stringify(value ?? null, (_, item: unknown) =>
    item instanceof Uint8Array ? `bytes ${item.length}: ${hash(item)}` : item,
  );
}

function hash(value: Uint8Array): string {
  if (value.length <= 16) return value.join(" ");
  let h = 2166136261;
  for (const byte of value) h = Math.imul(h ^ byte, 16777619);
  return (h >>> 0).toString(16);
}
