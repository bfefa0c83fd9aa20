import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { BLOCK_BYTES } from "./block-digests.ts";
import { ModelCache } from "./model-cache.ts";
import { resolveRemoteFiles } from "./remote-files.ts";
import { fakeServer, MemoryDirectory } from "./testing/memory-directory.ts";

const URL_OF_MODEL = "https://example.org/m.gguf";
const BYTES = Uint8Array.from({ length: 20_500 }, (_, i) => (i * 37 + (i >> 5)) & 255);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function setUp(bytes = BYTES) {
  const directory = new MemoryDirectory();
  const server = fakeServer(bytes);
  const held = new Set<string>();
  const cache = new ModelCache({
    directory,
    lock: (name) => {
      if (held.has(name)) return Promise.resolve(undefined);
      held.add(name);
      return Promise.resolve(() => void held.delete(name));
    },
    freeBytes: () => Promise.resolve(directory.capacity - directory.bytes),
    pause: () => Promise.resolve(),
  });
  const access = { fetch: server.fetch };
  const order = async () => ({
    id: "m",
    name: "M",
    origin: "address" as const,
    address: URL_OF_MODEL,
    revision: "",
    files: await resolveRemoteFiles({ kind: "url", url: URL_OF_MODEL }, access),
  });
  const download = async (signal?: AbortSignal) =>
    cache.download(await order(), signal ? { ...access, signal } : access, () => {});
  return { directory, server, held, cache, access, order, download };
}

const refused = (code: string): unknown => expect.objectContaining({ code });

async function readAll(cache: ModelCache): Promise<Uint8Array> {
  const [source] = (await cache.sources("m")) ?? [];
  if (!source) throw new Error("not kept");
  return source.read(0, source.size);
}

test("a download is checked, listed, read and deleted to the last byte", async () => {
  const { cache, directory, server, download } = setUp();
  server.linkedEtag = `"${sha256(BYTES)}"`;
  const record = await download();
  expect(record.files[0]?.sha256).toBe(sha256(BYTES));
  expect(await readAll(cache)).toEqual(BYTES);
  const [kept] = await cache.list();
  expect(kept).toMatchObject({ complete: true, keptBytes: BYTES.length });
  const requests = server.requests.length;
  await download();
  expect(server.requests.length, "only the probe").toBe(requests + 1);
  await cache.remove("m");
  expect(directory.bytes).toBe(0);
  expect(await cache.sources("m")).toBeUndefined();
});

test("a broken connection goes on from the last byte, in one download", async () => {
  const { cache, server, download } = setUp();
  server.cutAfter = 3000;
  await download();
  expect(await readAll(cache)).toEqual(BYTES);
  const sent = server.requests.slice(1).reduce((sum, one) => sum + one.sent, 0);
  expect(sent, "no byte twice").toBe(BYTES.length);
});

test("a stopped download is resumed later; a server that gives nothing ends it", async () => {
  const { cache, directory, server, download, order, access } = setUp();
  const abort = new AbortController();
  const signal = abort.signal;
  await expect(
    cache.download(await order(), { ...access, signal }, (_phase, done) => {
      if (done >= 5000) abort.abort();
    }),
  ).rejects.toEqual(refused("cancelled"));
  expect(directory.files.get("m.0.bin")?.length).toBeGreaterThanOrEqual(5000);
  expect((await cache.list())[0]).toMatchObject({ complete: false });
  expect(await cache.sources("m")).toBeUndefined();
  const resolved = await order();
  server.status = 503;
  await expect(cache.download(resolved, access, () => {})).rejects.toEqual(
    refused("download-failed"),
  );
  server.status = 200;
  await download();
  expect(server.requests.at(-1)?.range).toMatch(/^bytes=[5-9]\d\d\d-$/);
  expect(await readAll(cache)).toEqual(BYTES);
});

test("a changed file is a typed error, and the next download is clean", async () => {
  for (const change of ["etag", "size"] as const) {
    const { cache, server, download, order, access } = setUp();
    const abort = new AbortController();
    await cache
      .download(await order(), { ...access, signal: abort.signal }, () => abort.abort())
      .catch(() => {});
    const other = BYTES.map((byte) => byte ^ 1).slice(0, change === "size" ? 9000 : BYTES.length);
    server.bytes = other;
    server.etag = change === "etag" ? '"v2"' : null;
    await expect(download()).rejects.toThrow(/changed on the server/);
    expect(await cache.list()).toEqual([]);
    await download();
    expect(await readAll(cache)).toEqual(other);
  }
});

test("a change between two requests of one download is noticed", async () => {
  const { server, directory, download } = setUp();
  server.cutAfter = 3000;
  const fetch = server.fetch.bind(server);
  let count = 0;
  server.fetch = (url, init) => {
    if (++count === 2) server.etag = '"v2"';
    return fetch(url, init);
  };
  const resolved = await resolveRemoteFiles(
    { kind: "url", url: URL_OF_MODEL },
    { fetch: server.fetch },
  );
  const order = { id: "m", name: "M", origin: "address" as const, address: "", revision: "" };
  const { cache } = setUp();
  await expect(
    cache.download({ ...order, files: resolved }, { fetch: server.fetch }, () => {}),
  ).rejects.toThrow(/changed on the server/);
  expect(directory.bytes).toBe(0);
  await download();
});

test("wrong bytes are put aside, never read, and can be fetched again", async () => {
  const { cache, server, download } = setUp();
  server.linkedEtag = "0".repeat(64);
  await expect(download()).rejects.toEqual(refused("checksum-mismatch"));
  const [kept] = await cache.list();
  expect(kept).toMatchObject({
    complete: false,
    record: { problem: { code: "checksum-mismatch" } },
  });
  expect(await cache.sources("m")).toBeUndefined();
  server.linkedEtag = sha256(BYTES);
  await download();
  expect(await readAll(cache)).toEqual(BYTES);
});

test("a server without ranges gives the whole file, after an interruption again", async () => {
  const { cache, server, download } = setUp();
  server.ranges = false;
  server.cutAfter = 4000;
  await expect(download()).rejects.toEqual(refused("download-failed"));
  server.cutAfter = Infinity;
  await download();
  expect(await readAll(cache)).toEqual(BYTES);
});

test("a full disk keeps what arrived", async () => {
  const { cache, directory, order, access, download } = setUp();
  directory.capacity = 15_000;
  await expect(download(), "known before the first byte").rejects.toEqual(
    refused("quota-exceeded"),
  );
  const unknown = (await order()).files.map((file) => ({ ...file, size: null }));
  await expect(
    cache.download({ ...(await order()), files: unknown }, access, () => {}),
  ).rejects.toEqual(refused("quota-exceeded"));
  expect(directory.files.get("m.0.bin")?.length).toBeGreaterThan(10_000);
  directory.capacity = Infinity;
  await download();
  expect(await readAll(cache)).toEqual(BYTES);
});

test("a disk without room for a line says so, and what is whole stays whole", async () => {
  const { cache, directory, order, access, download } = setUp();
  directory.capacity = 10;
  const unknown = (await order()).files.map((file) => ({ ...file, size: null }));
  await expect(
    cache.download({ ...(await order()), files: unknown }, access, () => {}),
  ).rejects.toEqual(refused("quota-exceeded"));
  directory.capacity = Infinity;
  const record = await download();
  directory.capacity = directory.bytes;
  const figures = {
    architecture: "a very long name of it",
    quantisation: "",
    parameters: 1,
    contextLength: 1,
    kvBytesPerToken: 1,
  };
  await expect(cache.describe(record, { name: "M", figures })).rejects.toEqual(
    refused("quota-exceeded"),
  );
  expect(await readAll(cache)).toEqual(BYTES);
  // Damage that cannot be written down is found at each reading.
  directory.files.get("m.0.bin")![5]! ^= 1;
  for (const _ of [1, 2]) await expect(readAll(cache)).rejects.toThrow(/damaged/);
});

test("room is counted when what is given up has gone", async () => {
  const { cache, directory, server, download } = setUp();
  server.linkedEtag = "0".repeat(64);
  await expect(download()).rejects.toEqual(refused("checksum-mismatch"));
  server.linkedEtag = sha256(BYTES);
  directory.capacity = 15_000;
  const requests = server.requests.length;
  await expect(download()).rejects.toEqual(refused("quota-exceeded"));
  expect(server.requests.length, "only the probe").toBe(requests + 1);
  directory.capacity = Infinity;
  await download();
  expect(await readAll(cache)).toEqual(BYTES);
});

test("refusals of a server say what to do", async () => {
  const { server, order } = setUp();
  for (const [status, words] of [
    [401, /token/],
    [403, /terms/],
    [404, /no such file/],
    [500, /500/],
  ] as const) {
    server.status = status;
    await expect(order()).rejects.toThrow(words);
  }
});

test("two tabs do not fetch the same model twice", async () => {
  const { held, download } = setUp();
  held.add("inkspan-model:m");
  await expect(download()).rejects.toEqual(refused("locked-by-other-tab"));
  held.clear();
  await download();
});

test("damage on disk is refused at reading and repaired", { timeout: 60_000 }, async () => {
  const big = new Uint8Array(2 * BLOCK_BYTES + 777).map((_, i) => (i * 31) ^ (i >> 8));
  const { cache, directory, server, access, download } = setUp(big);
  await download();
  directory.files.get("m.0.bin")![BLOCK_BYTES + 5]! ^= 1;
  const [source] = (await cache.sources("m"))!;
  await expect(source!.read(10, 100)).resolves.toHaveLength(100);
  await expect(source!.read(BLOCK_BYTES, 10)).rejects.toEqual(refused("checksum-mismatch"));
  await new Promise((resolve) => setTimeout(resolve, 0));
  await expect(cache.sources("m")).rejects.toEqual(refused("checksum-mismatch"));

  server.status = 500;
  await expect(cache.verify("m", access, () => {})).rejects.toEqual(refused("checksum-mismatch"));
  server.status = 200;
  await cache.verify("m", access, () => {});
  expect(server.requests.at(-1)).toEqual({
    range: `bytes=${BLOCK_BYTES}-${2 * BLOCK_BYTES - 1}`,
    sent: BLOCK_BYTES,
  });
  expect(sha256(await readAll(cache))).toBe(sha256(big));
  directory.files.set("m.0.bin", big.slice(0, BLOCK_BYTES + 3));
  await expect(cache.sources("m")).rejects.toEqual(refused("checksum-mismatch"));
  await cache.verify("m", access, () => {});
  expect(sha256(await readAll(cache))).toBe(sha256(big));
});

test("what this version did not write is left alone", async () => {
  const { cache, directory } = setUp();
  const text = (value: string) => new TextEncoder().encode(value);
  directory.files.set("x.json", text('{"version":2}'));
  directory.files.set("y.json", text('{"version":1,"id":"y"'));
  directory.files.set("z.part.json", text("null"));
  expect(await cache.list()).toEqual([]);
});
