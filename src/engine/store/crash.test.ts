// A crash at any operation and any byte leaves a clean miss or exactly one of the commits, and reading
// on gives the same bytes as an undisturbed run. INKSPAN_LONG=1 tries many more points.
import { beforeAll, describe, expect, test, vi } from "vitest";
import { freeLock } from "./memory.ts";
import { DocumentRepository } from "./repository.ts";
import { randomSource, SampleStream } from "./testing/sample-stream.ts";
import { crashedDisk, dump, emptyDisk, storedBytes, type Disk } from "./testing/write-log.ts";

vi.setConfig({ testTimeout: 60_000 }); // many small runs, on machines that do other work too

const SEEDS = process.env["INKSPAN_LONG"] ? 40 : 2;
const DOC = "doc";
const stream = new SampleStream(3000);
const commits = [0, 512, 1024, 1536, 2048, 2560, 3000];
let reference: Disk;
let finalBytes: string;

function open(disk: Disk): Promise<DocumentRepository> {
  return DocumentRepository.open({
    ...disk,
    lock: freeLock,
    cacheBytes: 20_000,
    now: () => 1,
    newId: () => DOC,
    writeBytes: 8_000,
  });
}

/** Creates the document unless it is there, and reads on to the end. */
async function finish(repository: DocumentRepository, until?: number): Promise<void> {
  if ((await repository.list()).length === 0) await repository.create(stream.document);
  const writer = await repository.openWriter(DOC);
  await stream.ingest(writer, until);
  await writer.close();
}

/** Returns the tokens of the state found, which is verified completely; -1 for no document. */
async function inspect(repository: DocumentRepository): Promise<number> {
  if ((await repository.list()).length === 0) return -1;
  const opened = await repository.open(DOC);
  const now = opened.tokensCommitted;
  expect(commits).toContain(now);
  expect(opened.state).toBe(now === stream.tokens ? "complete" : "ingesting");
  expect(opened.checkpoint).toEqual(now === 0 ? undefined : stream.checkpoint(now));
  const reader = await repository.openReader(DOC);
  await stream.verify(reader, now);
  await reader.close();
  return now;
}

beforeAll(async () => {
  reference = emptyDisk();
  await finish(await open(reference));
  finalBytes = await dump(reference, DOC);
});

describe("a crash during ingestion", () => {
  test("an undisturbed run writes in pieces and commits several times", () => {
    expect(reference.log.length).toBeGreaterThan(80);
    const closed = reference.records.keys("vectors", [DOC, 0]);
    return expect(closed).resolves.toHaveLength(2);
  });

  test("an undisturbed run flushes the file before every commit", () => {
    expect(reference.log.filter((op) => op.type === "flush")).toHaveLength(commits.length - 1);
  });

  test.each(Array.from({ length: SEEDS }, (_, i) => i + 1))(
    "leaves a commit and resumes to the same bytes from every operation, seed %i",
    async (seed) => {
      const random = randomSource(seed);
      const found = new Set<number>();
      for (let cut = 0; cut <= reference.log.length; cut++) {
        const disk = await crashedDisk(reference.log, cut, random);
        const repository = await open(disk);
        found.add(await inspect(repository));
        await finish(repository);
        expect(await dump(disk, DOC)).toBe(finalBytes);
      }
      expect([...found].sort((a, b) => a - b)).toEqual([-1, ...commits]);
    },
  );

  test(
    "survives a second and a third crash in the resumed runs",
    async () => {
      const random = randomSource(77);
      for (let round = 0; round < 10 * SEEDS; round++) {
        let disk = reference;
        for (let crash = 0; crash < 3; crash++) {
          const cut = Math.floor(random() * disk.log.length);
          disk = await crashedDisk(disk.log, cut, random);
          const repository = await open(disk);
          await inspect(repository);
          await finish(repository, random() < 0.5 ? 1024 : undefined);
        }
        const repository = await open(disk);
        await finish(repository);
        await inspect(repository);
        expect(await dump(disk, DOC)).toBe(finalBytes);
      }
    },
    20_000 * SEEDS,
  );
});

describe("a lost newest commit", () => {
  /** The disk just before the commit record with this number (from 0) is written. */
  async function before(commit: number): Promise<Disk> {
    const writes = reference.log.flatMap((op, i) =>
      op.type === "write" && op.batch.some((w) => "put" in w && w.put === "commits") ? [i] : [],
    );
    return crashedDisk(reference.log, writes[commit]!, () => 1);
  }

  test("does not pair the older one with the checkpoint that was written over its own", async () => {
    const disk = await before(2); // the third checkpoint stands where the first commit's stood
    await disk.records.write([{ remove: "commits", key: [DOC, 1] }]);
    const repository = await open(disk);
    expect(await inspect(repository)).toBe(0);
    await finish(repository);
    expect(await dump(disk, DOC)).toBe(finalBytes);
  });

  test("gives way to the older one when the file is shorter than it says", async () => {
    const disk = await crashedDisk(reference.log, reference.log.length, () => 1);
    await disk.extents.truncate(DOC, (await disk.extents.size(DOC)) - 1);
    const repository = await open(disk);
    expect(await inspect(repository)).toBe(2560);
    await disk.extents.truncate(DOC, 100);
    expect(await inspect(repository)).toBe(0);
    await finish(repository);
    expect(await dump(disk, DOC)).toBe(finalBytes);
  });
});

describe("a crash during deletion", () => {
  test("leaves the whole document, or nothing after the next open", async () => {
    const random = randomSource(5);
    const before = reference.log.length;
    const disk = await crashedDisk(reference.log, before, () => 1);
    await (await open(disk)).delete(DOC);
    expect(await storedBytes(disk, DOC)).toBe(0);
    expect(disk.log.length).toBeGreaterThan(before);
    const found = new Set<number>();
    for (let cut = before; cut <= disk.log.length; cut++) {
      const crashed = await crashedDisk(disk.log, cut, random);
      const state = await inspect(await open(crashed));
      found.add(state);
      expect(await storedBytes(crashed, DOC)).toBe(
        state < 0 ? 0 : await storedBytes(reference, DOC),
      );
    }
    expect(found).toContain(-1);
    expect(found).toContain(stream.tokens);
  });
});

describe("a crash during a rebuild", () => {
  test("leaves the old index or none, and ends at the same bytes", async () => {
    const random = randomSource(6);
    const before = reference.log.length;
    const disk = await crashedDisk(reference.log, before, () => 1);
    await (await open(disk)).rebuild(DOC, stream.document);
    for (let cut = before; cut <= disk.log.length; cut++) {
      const crashed = await crashedDisk(disk.log, cut, random);
      const repository = await open(crashed);
      expect([0, stream.tokens]).toContain(await inspect(repository));
      await finish(repository);
      expect(await dump(crashed, DOC)).toBe(finalBytes);
    }
  });
});
