// A model that the site serves in parts: fetched, resumed, checked, repaired as one file.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BLOCK_BYTES } from "./block-digests.ts";
import { curatedModels } from "./curated-models.ts";
import { ModelCache } from "./model-cache.ts";
import { ModelLibrary } from "./model-library.ts";
import { placeOf, resolveSplitFile } from "./split-file.ts";
import { MemoryDirectory } from "./testing/memory-directory.ts";

const GGUF = new Uint8Array(
  readFileSync(new URL("../model/fixtures/models/qwen2-Q4_0.gguf", import.meta.url)),
);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const MANIFEST = "https://site.example/models/m.json";

/** A site with the file in parts of `partBytes`; answers can be cut, damaged or missing. */
function setUp(bytes = GGUF, partBytes = Math.ceil(GGUF.length / 3)) {
  const files = new Map<string, Uint8Array>();
  const parts: { file: string; bytes: number }[] = [];
  for (let at = 0; at < bytes.length; at += partBytes) {
    const part = bytes.slice(at, at + partBytes);
    const file = `m.${parts.length}.bin`;
    parts.push({ file, bytes: part.length });
    files.set(`https://site.example/models/${file}`, part);
  }
  const manifest = {
    version: 1,
    name: "m.gguf",
    bytes: bytes.length,
    sha256: sha256(bytes),
    parts,
  };
  const asked: string[] = [];
  const world = { cutAfter: Infinity, manifest: JSON.stringify(manifest) };
  const fetch = (url: string, init: RequestInit): Promise<Response> => {
    const range = /^bytes=(\d+)-(\d*)$/.exec(new Headers(init.headers).get("range") ?? "");
    asked.push(range ? `${url.split("/").pop()} ${range[0]}` : url.split("/").pop()!);
    if (url === MANIFEST) return Promise.resolve(new Response(world.manifest));
    const file = files.get(url);
    if (!file) return Promise.resolve(new Response(null, { status: 404 }));
    const start = Number(range?.[1] ?? 0);
    const end = range?.[2] ? Number(range[2]) + 1 : file.length;
    const sent = file.slice(start, Math.min(end, start + world.cutAfter));
    const headers = new Headers();
    if (range) headers.set("content-range", `bytes ${start}-${end - 1}/${file.length}`);
    return Promise.resolve(new Response(sent, { status: range ? 206 : 200, headers }));
  };
  const directory = new MemoryDirectory();
  const cache = new ModelCache({
    directory,
    lock: () => Promise.resolve(() => {}),
    freeBytes: () => Promise.resolve(undefined),
    pause: () => Promise.resolve(),
  });
  const access = { fetch };
  const download = async (onDone: (done: number) => void = () => {}) =>
    cache.download(
      {
        ...{ id: "m", name: "M", origin: "hub", address: "o/r/m.gguf", revision: "x" },
        files: [await resolveSplitFile(MANIFEST, access)],
      },
      access,
      (phase, done) => phase === "download" && onDone(done),
    );
  const read = async () => {
    const [source] = (await cache.sources("m")) ?? [];
    return source?.read(0, source.size);
  };
  return { files, asked, world, manifest, directory, cache, access, download, read };
}

test("the parts become one checked file, with progress over the whole", async () => {
  const { download, read, asked, directory } = setUp();
  const done: number[] = [];
  const record = await download((bytes) => done.push(bytes));
  expect(record.files).toHaveLength(1);
  expect(record.files[0]).toMatchObject({
    name: "m.gguf",
    size: GGUF.length,
    sha256: sha256(GGUF),
  });
  expect(sha256((await read())!)).toBe(sha256(GGUF));
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(done.at(-1)).toBe(GGUF.length);
  expect(asked).toEqual(["m.json", "m.0.bin", "m.1.bin", "m.2.bin"]);
  expect([...directory.files.keys()].sort()).toEqual(["m.0.bin", "m.json"]);
});

test("a broken connection goes on inside a part, and no byte comes twice", async () => {
  const { download, read, world, asked } = setUp();
  world.cutAfter = 3000;
  await expect(download()).resolves.toMatchObject({ id: "m" });
  expect(sha256((await read())!)).toBe(sha256(GGUF));
  expect(asked).toContain("m.1.bin bytes=3000-");
});

test("a stopped download goes on with the part it had reached", async () => {
  const { download, read, files, asked, cache } = setUp();
  const last = [...files.keys()].at(-1)!;
  const part = files.get(last)!;
  files.delete(last);
  await expect(download()).rejects.toMatchObject({ code: "not-found" });
  expect(await cache.sources("m")).toBeUndefined();
  files.set(last, part);
  asked.length = 0;
  await download();
  expect(asked).toEqual(["m.json", "m.2.bin"]);
  expect(sha256((await read())!)).toBe(sha256(GGUF));
});

test("a damaged part is refused, and the next download fetches all again", async () => {
  const { download, read, files, cache } = setUp();
  const url = "https://site.example/models/m.1.bin";
  const sound = files.get(url)!;
  files.set(url, sound.with(5, sound[5]! ^ 1));
  await expect(download()).rejects.toMatchObject({ code: "checksum-mismatch" });
  expect(await cache.sources("m")).toBeUndefined();
  files.set(url, sound);
  await download();
  expect(sha256((await read())!)).toBe(sha256(GGUF));
});

test(
  "a kept file is repaired from the part that holds the damaged block",
  { timeout: 60_000 },
  async () => {
    const bytes = new Uint8Array(BLOCK_BYTES + 77).map((_, i) => (i * 7) ^ (i >> 9));
    const { download, read, directory, cache, access, asked } = setUp(bytes, BLOCK_BYTES);
    await download();
    directory.files.get("m.0.bin")![BLOCK_BYTES + 9]! ^= 1;
    await expect(read()).rejects.toMatchObject({ code: "checksum-mismatch" });
    asked.length = 0;
    await cache.verify("m", access, () => {});
    expect(asked).toEqual(["m.1.bin bytes=0-76"]);
    expect(sha256((await read())!)).toBe(sha256(bytes));
  },
);

test("a manifest that makes no sense is refused, a missing one is not found", async () => {
  const { world, manifest, access } = setUp();
  const wrong: unknown[] = [
    { ...manifest, bytes: manifest.bytes + 1 },
    { ...manifest, parts: [] },
    { ...manifest, parts: [{ file: "../nano.gguf", bytes: manifest.bytes }] },
    { ...manifest, parts: [{ file: "https://other.example/m", bytes: manifest.bytes }] },
    { ...manifest, parts: new Array(100_000).fill({ file: "m.bin", bytes: 1 }) },
    { ...manifest, sha256: "x" },
    { ...manifest, version: 2 },
    null,
  ];
  for (const one of wrong) {
    world.manifest = JSON.stringify(one);
    await expect(resolveSplitFile(MANIFEST, access)).rejects.toMatchObject({
      code: "format-invalid",
    });
  }
  world.manifest = "<!doctype html><title>App</title>";
  await expect(resolveSplitFile(MANIFEST, access)).rejects.toMatchObject({ code: "not-found" });
});

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Its site is the one of `setUp`. */
const libraryOf = (cache: ModelCache, fetch: Fetch) =>
  new ModelLibrary({
    cache,
    embedded: [],
    embeddedSources: () => Promise.reject(new Error("embedded")),
    fetch,
    device: () =>
      Promise.resolve({
        ...{ problem: null, kind: "webgpu" as const, software: false, maxBufferBytes: 4e9 },
        ...{ memoryBytes: undefined, freeDiskBytes: undefined },
      }),
    siteUrl: (path) =>
      path === "smollm2-135m-instruct.json" ? MANIFEST : `https://site.example/models/${path}`,
    now: () => 0,
    emit: () => {},
  });

test("the proposed model comes from beside the page, read by ranges or downloaded", async () => {
  const { access, cache, world, files } = setUp();
  const proposed = curatedModels.find(({ besidePage }) => besidePage !== undefined)!;
  const urls: string[] = [];
  const library = libraryOf(cache, (url, init) => {
    urls.push(url);
    return access.fetch(url, init);
  });
  const beside = new Uint8Array(proposed.adapter!.bytes).fill(7);
  files.set(`https://site.example/models/${proposed.adapter!.file}`, beside);
  const [source, adapter] = await library.sources(proposed.id, () => {});
  expect(await adapter!.read(0, 3)).toEqual(Uint8Array.of(7, 7, 7));
  expect(source?.size).toBe(GGUF.length);
  const half = Math.floor(GGUF.length / 2);
  expect(await source!.read(half - 5000, 10_000)).toEqual(GGUF.slice(half - 5000, half + 5000));
  // The digest of the list binds: this site's file is another one.
  await expect(library.downloadModel(proposed.id)).rejects.toMatchObject({
    code: "checksum-mismatch",
  });
  // A site without it: the hub is asked.
  world.manifest = "<html>";
  urls.length = 0;
  await expect(library.downloadModel(proposed.id)).rejects.toMatchObject({ code: "not-found" });
  expect(urls.at(-1)).toContain("huggingface.co/api/models/QuantFactory");
});

test("a further file joins a whole model without fetching that again; other bytes replace it", async () => {
  const { cache, access, download, asked, read, files } = setUp();
  await download();
  const adapter = Uint8Array.from({ length: 3000 }, (_, i) => i & 255);
  const url = "https://site.example/models/reader.gguf";
  files.set(url, adapter);
  const further = {
    ...{ name: "reader.gguf", url, size: 3000, etag: null, ranges: true },
    sha256: sha256(adapter),
  };
  const order = async (extra: typeof further) => ({
    ...{ id: "m", name: "M", origin: "hub" as const, address: "o/r/m.gguf", revision: "x" },
    files: [await resolveSplitFile(MANIFEST, access), extra],
  });
  asked.length = 0;
  await cache.download(await order(further), access, () => {});
  expect(asked).toEqual(["m.json", "reader.gguf"]);
  const [model, kept] = (await cache.sources("m")) ?? [];
  expect(model?.size).toBe(GGUF.length);
  expect(await kept!.read(0, 3000)).toEqual(adapter);
  // The next release brings another one.
  const other = adapter.with(0, 9);
  files.set(url, other);
  const newer = { ...further, sha256: sha256(other) };
  await cache.download(await order(newer), access, () => {});
  expect(await (await cache.sources("m"))![1]!.read(0, 3000)).toEqual(other);
  expect(await read()).toEqual(GGUF);
});

test("what was kept without the adapter of now works where this site has none, and asks no other", async () => {
  const proposed = curatedModels.find(({ adapter }) => adapter !== undefined)!;
  for (const isOnline of [false, true]) {
    const { access, cache, world } = setUp();
    await cache.download(
      {
        ...{ id: proposed.id, name: "M", origin: "hub", address: "o/r/m.gguf", revision: "x" },
        files: [await resolveSplitFile(MANIFEST, access)],
      },
      access,
      () => {},
    );
    world.manifest = "<html>";
    const urls: string[] = [];
    const library = libraryOf(cache, (url, init) => {
      urls.push(url);
      return isOnline ? access.fetch(url, init) : Promise.reject(new TypeError("no network"));
    });
    expect(await library.keptSources(proposed.id, () => {})).toHaveLength(1);
    expect(urls).toEqual([MANIFEST]);
  }
});

test("a place in the file is a place in one part", () => {
  const file = {
    name: "m",
    url: "u",
    parts: [
      { url: "a", size: 10 },
      { url: "b", size: 5 },
    ],
  };
  expect(placeOf(file, 4, 6)).toEqual({ url: "a", offset: 4 });
  expect(placeOf(file, 10, 5)).toEqual({ url: "b", offset: 0 });
  expect(() => placeOf(file, 8, 4)).toThrow(/multiple/);
  expect(placeOf({ name: "m", url: "u" }, 8, 4)).toEqual({ url: "u", offset: 8 });
});
