// Export and import: the same bytes come back, and no file whatever leaves a broken document.
import { beforeAll, describe, expect, test, vi } from "vitest";
import { EngineError } from "../errors.ts";
import { type DocumentReader, RECORD_TABLES } from "./types.ts";
import { FileStream } from "./file-stream.ts";
import { openFile } from "./import-document.ts";
import type { DocumentRepository } from "./repository.ts";
import { join } from "./span-records.ts";
import { checkHeader } from "./file-header.ts";
import {
  changeRecords,
  DISAGREEMENTS,
  headerOf,
  mutantOf,
  withHeader,
} from "./testing/file-mutants.ts";
import { RECORD_KINDS } from "./envelope.ts";
import { newDisk, open as openDisk } from "./testing/memory-disk.ts";
import { randomSource, requireBytes, SampleStream } from "./testing/sample-stream.ts";
import { crashedDisk, emptyDisk, type Stores, storedBytes } from "./testing/write-log.ts";

vi.setConfig({ testTimeout: 120_000 }); // many small runs, on machines that do other work too

const stream = new SampleStream(1500);
const SECTIONS = [
  { start: 0, label: "Page 1" },
  { start: 900, label: "Page 2" },
];

function open(disk: Stores, prefix = "doc"): Promise<DocumentRepository> {
  let ids = 0;
  return openDisk(disk, { newId: () => `${prefix}${ids++}` });
}

/** `stops`: where the reading is interrupted and goes on in a new repository. */
async function ingested(
  disk: Stores,
  stops: readonly number[] = [],
  geometry = stream.document.geometry,
): Promise<DocumentRepository> {
  await (await open(disk)).create({ ...stream.document, geometry, sections: SECTIONS });
  for (const until of [...stops, Infinity]) {
    const writer = await (await open(disk)).openWriter("doc0");
    await stream.ingest(writer, until);
    await writer.close();
  }
  return open(disk, "more");
}

async function exported(repository: DocumentRepository, docId: string): Promise<Uint8Array> {
  const { bytes, pieces } = await repository.files.export(docId);
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  const file = join(all);
  expect(file.byteLength).toBe(bytes);
  return file;
}

/** Chunks of odd sizes, made only when they are asked for. */
function source(file: Uint8Array, chunk = 1777, pulled: { bytes: number } = { bytes: 0 }) {
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (pulled.bytes >= file.length) return controller.close();
        const end = Math.min(file.length, pulled.bytes + chunk);
        controller.enqueue(file.slice(pulled.bytes, end));
        pulled.bytes = end;
      },
    },
    { highWaterMark: 0 },
  );
}

async function imported(
  repository: DocumentRepository,
  file: Uint8Array,
  signal?: AbortSignal,
  onProgress: (bytes: number) => void = () => undefined,
): Promise<string> {
  const bytes = new FileStream(source(file), signal);
  const opened = await openFile(bytes);
  const { docId } = await repository.files.import(bytes, opened, onProgress, "https://host/a.ltri");
  return docId;
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "resolved",
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );

async function allBytes(disk: Stores, docId: string): Promise<number> {
  let sum = await disk.extents.size(docId);
  for (const table of RECORD_TABLES) {
    for (const [, value] of await disk.records.getAll(table, [])) sum += value.byteLength;
  }
  return sum;
}

let file: Uint8Array;
let origin: Stores;

beforeAll(async () => {
  origin = newDisk();
  file = await exported(await ingested(origin), "doc0");
});

describe("a document file", () => {
  test("brings the stored bytes back, under another id", async () => {
    const disk = newDisk();
    const repository = await open(disk, "other");
    const docId = await imported(repository, file);
    expect(docId).toBe("other0");
    await repository.words(docId); // not in the file: made from the text
    for (const table of ["sources", "spans", "vectors", "kv"] as const) {
      const before = await origin.records.getAll(table, ["doc0"]);
      const after = await disk.records.getAll(table, [docId]);
      expect(before.length).toBeGreaterThanOrEqual(2);
      expect(after.map(([key, value]) => [key.slice(1), value])).toEqual(
        before.map(([key, value]) => [key.slice(1), value]),
      );
    }
    const size = await origin.extents.size("doc0");
    const before = await origin.extents.read("doc0", 0, size);
    const after = await disk.extents.read(docId, 0, await disk.extents.size(docId));
    requireBytes(after, before, "extents");
    const opened = await (await open(disk)).open(docId);
    expect(opened).toMatchObject({ state: "complete", tokensCommitted: 1500 });
    expect(opened.checkpoint).toEqual(stream.checkpoint(1500));
    const reader = await repository.openReader(docId);
    await stream.verify(reader, 1500);
    expect(await reader.sections()).toEqual(SECTIONS);
    expect(await repository.bytesOnDisk(docId)).toBe(await storedBytes(disk, docId));
    requireBytes(await exported(repository, docId), file, "the file exported again");
  });

  test("is the same in whatever order the fields of the geometry were given", async () => {
    const { geometry } = stream.document;
    const turned = Object.fromEntries(Object.entries(geometry).reverse()) as typeof geometry;
    expect(Object.keys(turned)).not.toEqual(Object.keys(geometry));
    const repository = await ingested(newDisk(), [], turned);
    requireBytes(await exported(repository, "doc0"), file, "the file");
  });

  test("exported again is the same file", async () => {
    const repository = await open(newDisk());
    requireBytes(await exported(repository, await imported(repository, file)), file, "file");
  });

  test("does not depend on where the reading was interrupted", async () => {
    const repository = await ingested(newDisk(), [200, 700, 1100]);
    requireBytes(await exported(repository, "doc0"), file, "file");
  });

  test("is found in the library by its content and by its address", async () => {
    const repository = await ingested(newDisk());
    const { header } = await openFile(new FileStream(source(file)));
    expect(await repository.files.findSame(header)).toBe("doc0");
    expect(await repository.files.findImported("https://host/a.ltri")).toBeUndefined();
    const changed = { ...header, fingerprint: { ...header.fingerprint, model: "another" } };
    expect(await repository.files.findSame(changed)).toBeUndefined();
    await repository.delete("doc0");
    expect(await repository.files.findSame(header)).toBeUndefined();
    const docId = await imported(repository, file);
    expect(await repository.files.findImported("https://host/a.ltri")).toBe(docId);
  });

  test("is one document however often it comes, and no substitute for a file that differs", async () => {
    const disk = newDisk();
    const repository = await open(disk);
    // The same text, the same fingerprint, and other keys and values.
    const poisoned = changeRecords(file, RECORD_KINDS.extent, (payload) => payload.fill(1));
    const wrong = await imported(repository, poisoned);
    const right = await imported(repository, file);
    expect(right).not.toBe(wrong);
    await stream.verify(await repository.openReader(right), 1500);
    const [again, twice] = await Promise.all([
      imported(repository, file),
      imported(repository, file),
    ]);
    expect([again, twice]).toEqual([right, right]);
    expect((await repository.list()).map(({ docId }) => docId)).toEqual([wrong, right]);
    const { header } = await openFile(new FileStream(source(file)));
    expect(await repository.files.findSame(header)).toBeUndefined(); // no reading of our own
  });

  test("of which the engine says that it lies leaves nothing", async () => {
    const disk = newDisk();
    const repository = await open(disk);
    const bytes = new FileStream(source(file));
    const opened = await openFile(bytes);
    const seen: string[] = [];
    const refuse = async ({ index }: { index: DocumentReader }) => {
      seen.push(await index.text());
      throw new EngineError("format-invalid", "its tokens are not those of its text");
    };
    const taking = repository.files.import(bytes, opened, () => undefined, undefined, refuse);
    expect(await codeOf(taking)).toBe("format-invalid");
    expect(seen).toEqual([stream.document.text]);
    expect(await allBytes(disk, "doc0")).toBe(0);
  });

  test("is read as it is needed: the header alone, then no faster than it is stored", async () => {
    const pulled = { bytes: 0 };
    const bytes = new FileStream(source(file, 512, pulled));
    const opened = await openFile(bytes);
    expect(opened.bytes).toBe(file.length);
    expect(pulled.bytes).toBeLessThan(file.length / 20);
    const repository = await open(newDisk());
    const ahead: number[] = [];
    await repository.files.import(bytes, opened, (done) => ahead.push(pulled.bytes - done));
    expect(Math.max(...ahead)).toBeLessThanOrEqual(512);
  });

  test("is written only of a finished and sound document", async () => {
    const repository = await open(newDisk());
    const docId = await repository.create(stream.document);
    expect(await codeOf(repository.files.export(docId))).toBe("not-read-yet");
    const disk = newDisk();
    await ingested(disk);
    const [[key, value]] = (await disk.records.getAll("vectors", ["doc0"])) as [
      [readonly [string], Uint8Array],
    ];
    value[40]! ^= 1;
    await disk.records.write([{ put: "vectors", key, value }]);
    expect(await codeOf(exported(await open(disk), "doc0"))).toBe("index-damaged");
  });

  test("says that the document was deleted when that happens during the export", async () => {
    const repository = await ingested(newDisk());
    const { pieces } = await repository.files.export("doc0");
    const write = async () => {
      for await (const _ of pieces) await repository.delete("doc0").catch(() => undefined);
    };
    await expect(write()).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("was deleted"),
    });
    expect(await codeOf(exported(repository, "doc0"))).toBe("not-found");
  });

  test("can be given up while it is written and while it is taken in", async () => {
    const abort = new AbortController();
    const { pieces } = await (await ingested(newDisk())).files.export("doc0", abort.signal);
    const write = async () => {
      let count = 0;
      for await (const _ of pieces) if (++count === 3) abort.abort();
    };
    expect(await codeOf(write())).toBe("cancelled");
    const disk = newDisk();
    const again = new AbortController();
    const taking = imported(await open(disk), file, again.signal, () => again.abort());
    expect(await codeOf(taking)).toBe("cancelled");
    expect(await allBytes(disk, "doc0")).toBe(0);
  });
});

describe("a hostile file", () => {
  const CODES = ["format-invalid", "format-unsupported", "checksum-mismatch"];

  test("is refused by name and leaves nothing, or is sound to its last byte: 1,000 mutants", async () => {
    const random = randomSource(20_261_122);
    const counts = { refused: 0, accepted: 0 };
    for (let i = 0; i < 1000; i++) {
      const mutant = mutantOf(file, random);
      const disk = newDisk();
      const repository = await open(disk);
      const outcome = await imported(repository, mutant.bytes).then(
        (docId) => ({ docId }),
        (error: unknown) => ({ error }),
      );
      if ("error" in outcome) {
        const { code, message } = outcome.error as { code?: string; message: string };
        expect(CODES, `${mutant.name}: ${message}`).toContain(code);
        expect(await allBytes(disk, "doc0"), mutant.name).toBe(0);
        counts.refused += 1;
        continue;
      }
      expect(mutant.sealed, mutant.name).toBe(true);
      const reader = await repository.openReader(outcome.docId);
      const { layers } = reader.manifest.geometry;
      for (let layer = 0; layer < layers; layer++) {
        const ordinals = Array.from({ length: reader.spans(layer).count }, (_, n) => n);
        await reader.readSpanKv(layer, ordinals);
        await reader.vectors(layer);
      }
      expect((await reader.text()).length, mutant.name).toBe(reader.manifest.characters);
      counts.accepted += 1;
    }
    expect(counts.refused).toBeGreaterThan(800);
    expect(counts.accepted).toBeGreaterThan(20); // titles, vectors, KV: content, not structure
  });

  test.each(Object.entries(DISAGREEMENTS))(
    "with %s is refused and leaves nothing",
    async (_, make) => {
      const disk = newDisk();
      const code = await codeOf(imported(await open(disk), make(file)));
      expect(CODES).toContain(code);
      expect(await allBytes(disk, "doc0")).toBe(0);
    },
  );

  test("of four million wrong items is refused at the first of them", () => {
    let looked = 0;
    const items = (length: number) =>
      new Proxy(new Array<number>(length).fill(-1), {
        get(target, key, receiver) {
          if (typeof key === "string" && /^\d+$/.test(key)) looked += 1;
          return Reflect.get(target, key, receiver) as unknown;
        },
      });
    const header = headerOf(file);
    const [text, ...others] = header.sources;
    for (const length of [1000, 2000, 4_000_000]) {
      looked = 0;
      expect(() => checkHeader({ ...header, sources: [items(length), ...others] })).toThrow();
      expect(looked).toBeLessThan(5);
      looked = 0;
      expect(() => checkHeader({ ...header, checkpoint: items(length) })).toThrow();
      expect(looked).toBeLessThan(5);
    }
    expect(checkHeader({ ...header, sources: [text, ...others] })).toBeDefined();
  });

  test("whose header is longer than any document needs is not read to its end", async () => {
    const long = withHeader(file, (header) => (header["fingerprint"] = { a: "x".repeat(5e6) }));
    const pulled = { bytes: 0 };
    const stream = new FileStream(source(long, 1777, pulled));
    expect(await codeOf(openFile(stream))).toBe("format-invalid");
    expect(pulled.bytes).toBeLessThan(10_000);
    const deep = withHeader(file, (header) => {
      header["fingerprint"] = JSON.parse(`${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`);
    });
    expect(await codeOf(openFile(new FileStream(source(deep))))).toBe("format-invalid");
  });

  test("with another version, another start or nothing in it is refused for that", async () => {
    const repository = await open(newDisk());
    const version = file.slice();
    version[7] = "2".charCodeAt(0);
    expect(await codeOf(imported(repository, version))).toBe("format-unsupported");
    const text = new TextEncoder().encode("Once upon a time there was a text file.".repeat(9));
    expect(await codeOf(imported(repository, text))).toBe("format-invalid");
    expect(await codeOf(imported(repository, new Uint8Array(0)))).toBe("format-invalid");
  });
});

describe("an import that ends early", () => {
  test("by a crash at any operation leaves nothing, or the whole document", async () => {
    const disk = emptyDisk();
    await imported(await open(disk), file);
    const random = randomSource(3);
    const found = new Set<string>();
    for (let cut = 0; cut <= disk.log.length; cut++) {
      const crashed = await crashedDisk(disk.log, cut, random);
      const repository = await open(crashed);
      const [info] = await repository.list();
      found.add(info?.state ?? "none");
      if (info) await stream.verify(await repository.openReader(info.docId), 1500);
      else expect(await allBytes(crashed, "doc0")).toBe(0);
    }
    expect([...found].sort()).toEqual(["complete", "none"]);
  });

  test("by a full disk leaves nothing and says so", async () => {
    const disk = newDisk();
    const full = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
    disk.extents.append = full;
    expect(await codeOf(imported(await open(disk), file))).toBe("quota-exceeded");
    expect(await allBytes(disk, "doc0")).toBe(0);
  });
});
