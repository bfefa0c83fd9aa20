import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { curatedModels } from "./curated-models.ts";
import { ModelCache } from "./model-cache.ts";
import { ModelLibrary } from "./model-library.ts";
import { chooseFiles, resolveRemoteFiles } from "./remote-files.ts";
import { type DeviceFacts, judge, modelNeeds } from "./requirements.ts";
import { fakeServer, MemoryDirectory } from "./testing/memory-directory.ts";
import { TransferMeter } from "./transfer-meter.ts";
import type { ModelLibraryState } from "./types.ts";

const FIXTURES = new URL("../model/fixtures/", import.meta.url);
const GGUF = new Uint8Array(readFileSync(new URL("models/qwen2-Q4_0.gguf", FIXTURES)));
const DEVICE: DeviceFacts = {
  problem: null,
  kind: "webgpu",
  software: false,
  maxBufferBytes: 4e9,
  memoryBytes: 8 * 1024 ** 3,
  freeDiskBytes: 50e9,
};

function setUp(keeps = true) {
  const directory = new MemoryDirectory();
  const server = fakeServer(GGUF);
  const states: ModelLibraryState[] = [];
  const urls: string[] = [];
  const library = new ModelLibrary({
    cache: keeps
      ? new ModelCache({
          directory,
          lock: () => Promise.resolve(() => {}),
          freeBytes: () => Promise.resolve(undefined),
          pause: () => Promise.resolve(),
        })
      : undefined,
    embedded: [{ id: "nano", name: "Own" }],
    embeddedSources: (id) => Promise.reject(new Error(`embedded ${id}`)),
    fetch: (url, init) => {
      urls.push(url);
      return server.fetch(url, init);
    },
    device: () => Promise.resolve(DEVICE),
    siteUrl: (path) => `https://site.example/models/${path}`,
    now: () => 0,
    emit: (state) => states.push(state),
  });
  return { library, server, directory, states, urls };
}

test("the list has the embedded and the proposed models, cheapest index first", async () => {
  const { entries, canKeep } = await setUp().library.listModels();
  expect(canKeep).toBe(true);
  expect(entries[0]).toMatchObject({ id: "nano", state: "ready", verdict: { fit: "fits" } });
  const proposed = entries.filter((one) => one.curated);
  expect(proposed).toHaveLength(curatedModels.length);
  const costs = proposed.map((one) => one.figures?.kvBytesPerToken ?? 0);
  expect(costs).toEqual([...costs].sort((a, b) => a - b));
  for (const one of proposed) {
    expect(one).toMatchObject({ state: "remote", keptBytes: 0, verdict: { fit: "fits" } });
    expect(one.needs?.diskBytesPer100k).toBe(100_000 * (one.figures?.kvBytesPerToken ?? 0));
  }
});

test("files of this computer are described, and what is no model is refused", async () => {
  const { library } = setUp();
  const entry = await library.openModelFile([new File([GGUF], "a.gguf")]);
  expect(entry).toMatchObject({ origin: "file", state: "ready", fileBytes: GGUF.length });
  expect(entry.figures).toMatchObject({ architecture: "qwen2", quantisation: "Q4_0" });
  expect(await library.sources(entry.id, () => {})).toHaveLength(1);
  await library.deleteModel(entry.id);
  await expect(library.sources(entry.id, () => {})).rejects.toThrow("embedded");
  const text = new File(["no model"], "b.gguf");
  await expect(library.openModelFile([text])).rejects.toMatchObject({ code: "format-invalid" });
  await expect(library.openModelFile([])).rejects.toMatchObject({ code: "invalid-argument" });
});

test("an address is described by ranges, downloaded, kept for another library, deleted", async () => {
  const { library, server, states } = setUp();
  const entry = await library.openModelAddress("https://example.org/m.gguf", "", "secret");
  expect(entry).toMatchObject({ origin: "address", state: "remote", fileBytes: GGUF.length });
  expect(server.requests.every((one) => one.range !== null)).toBe(true);
  const done = await library.downloadModel(entry.id);
  expect(done).toMatchObject({ state: "ready", keptBytes: GGUF.length });
  expect(states.some((state) => state.entries.some((one) => one.state === "downloading"))).toBe(
    true,
  );
  const requests = server.requests.length;
  const [source] = await library.sources(entry.id, () => {});
  expect(await source?.read(0, 4)).toEqual(GGUF.slice(0, 4));
  expect(server.requests.length, "read from the device").toBe(requests);
  await library.deleteModel(entry.id);
  expect((await library.listModels()).entries.some((one) => one.id === entry.id)).toBe(false);
  await expect(library.downloadModel(entry.id)).rejects.toMatchObject({ code: "not-found" });
});

test("a model that is to be kept is fetched with progress, and repaired when damage was found", async () => {
  const { library, server, directory } = setUp();
  const { id } = await library.openModelAddress("https://example.org/m.gguf", "", "");
  const arrived: number[] = [];
  const [source] = await library.keptSources(id, (done) => arrived.push(done));
  expect(arrived.at(-1)).toBe(GGUF.length);
  expect(await source?.read(0, 4)).toEqual(GGUF.slice(0, 4));
  const requests = server.requests.length;
  await library.keptSources(id, () => {});
  expect(server.requests.length, "kept: nothing is asked for").toBe(requests);

  const bytes = [...directory.files.entries()].find(([name]) => name.endsWith(".bin"))![1];
  bytes[100]! ^= 1;
  const [damaged] = await library.keptSources(id, () => {});
  await expect(damaged?.read(0, 200)).rejects.toMatchObject({ code: "checksum-mismatch" });
  const [repaired] = await library.keptSources(id, () => {});
  expect(await repaired?.read(0, 200)).toEqual(GGUF.slice(0, 200));

  const name = [...directory.files.keys()].find((one) => one.endsWith(".bin"))!;
  directory.files.set(name, GGUF.slice(0, 5000));
  const [whole] = await library.keptSources(id, () => {});
  expect(await whole?.read(GGUF.length - 9, 9), "cut short on disk").toEqual(GGUF.slice(-9));
});

test("what is damaged on a server that gives only whole files is fetched whole", async () => {
  const { library, server, directory } = setUp();
  server.ranges = false;
  const { id } = await library.openModelAddress("https://example.org/m.gguf", "", "");
  await library.keptSources(id, () => {});
  const bytes = [...directory.files.entries()].find(([name]) => name.endsWith(".bin"))![1];
  bytes[100]! ^= 1;
  const [damaged] = await library.keptSources(id, () => {});
  await expect(damaged?.read(0, 200)).rejects.toMatchObject({ code: "checksum-mismatch" });
  const [sound] = await library.keptSources(id, () => {});
  expect(await sound?.read(0, 200)).toEqual(GGUF.slice(0, 200));
});

test("a model that cannot be kept is read from where it lies", async () => {
  const { library, directory } = setUp();
  directory.capacity = 2_000;
  const { id } = await library.openModelAddress("https://example.org/m.gguf", "", "");
  const [source] = await library.keptSources(id, () => {});
  expect(await source?.read(0, 4)).toEqual(GGUF.slice(0, 4));
});

test("a proposed model is at hand when it is kept or lies beside the page", async () => {
  const { library, server } = setUp();
  const [proposed] = curatedModels.filter(({ besidePage }) => besidePage !== undefined);
  expect(await library.isAtHand(proposed!.id), "some other answer of the host").toBe(false);
  server.status = 404;
  expect(await library.isAtHand(proposed!.id)).toBe(false);
  server.status = 200;
  const parts = [{ file: "m.0.bin", bytes: 9 }];
  const manifest = { version: 1, name: "m.gguf", bytes: 9, sha256: "0".repeat(64), parts };
  server.bytes = new TextEncoder().encode(JSON.stringify(manifest));
  expect(await library.isAtHand(proposed!.id)).toBe(true);
  expect(await library.isAtHand("nano")).toBe(false);
});

test("where the store of models cannot be read, none is at hand", async () => {
  const { library, server, directory } = setUp();
  const [proposed] = curatedModels.filter(({ besidePage }) => besidePage !== undefined);
  server.status = 404;
  directory.read = () => Promise.reject(new DOMException("gone", "InvalidStateError"));
  expect(await library.isAtHand(proposed!.id)).toBe(false);
});

test("the token is sent, and never written", async () => {
  const { library, directory } = setUp();
  const { id } = await library.openModelAddress("https://example.org/m.gguf", "", "secret-token");
  await library.downloadModel(id);
  for (const [name, bytes] of directory.files) {
    if (name.endsWith(".json")) expect(new TextDecoder().decode(bytes)).not.toContain("secret");
  }
});

test("a download that is no model does not take up the disk", async () => {
  const { library, server, directory } = setUp();
  server.bytes = new TextEncoder().encode("<html>no such page</html>");
  server.ranges = false;
  const { id } = await library.openModelAddress("https://example.org/m.gguf");
  await expect(library.downloadModel(id)).rejects.toMatchObject({ code: "format-invalid" });
  expect(directory.bytes).toBe(0);
});

test("without a place to keep models they are read by ranges only", async () => {
  const { library, server } = setUp(false);
  const { id } = await library.openModelAddress("https://example.org/m.gguf");
  const [source] = await library.sources(id, () => {});
  expect(await source?.read(0, 4)).toEqual(GGUF.slice(0, 4));
  await expect(library.downloadModel(id)).rejects.toMatchObject({ code: "no-storage" });
  server.ranges = false;
  await expect(library.openModelAddress("https://example.org/m.gguf")).rejects.toThrow(
    /open it from/,
  );
});

test("the hub's list gives sizes and hashes; a folder gives the files of its model", async () => {
  const oid = "ab".repeat(32);
  const tree = [
    { type: "file", path: "config.json", size: 10 },
    { type: "file", path: "tokenizer.json", size: 20 },
    { type: "file", path: "README.md", size: 5 },
    { type: "file", path: "model-00001-of-00002.safetensors", size: 30, lfs: { oid } },
    { type: "file", path: "model-00002-of-00002.safetensors", size: 40, lfs: { oid } },
  ];
  const urls: string[] = [];
  const fetch = (url: string, init: RequestInit) => {
    urls.push(`${url} ${new Headers(init.headers).get("authorization")}`);
    return Promise.resolve(Response.json(tree));
  };
  const address = { kind: "hub", repository: "o/r", revision: "main", path: "" } as const;
  const files = await resolveRemoteFiles(address, { fetch, token: "t" });
  expect(urls).toEqual(["https://huggingface.co/api/models/o/r/tree/main Bearer t"]);
  expect(files.map((file) => [file.name, file.size])).toEqual([
    ["model-00001-of-00002.safetensors", 30],
    ["model-00002-of-00002.safetensors", 40],
    ["config.json", 10],
    ["tokenizer.json", 20],
  ]);
  expect(files[0]).toMatchObject({
    url: "https://huggingface.co/o/r/resolve/main/model-00001-of-00002.safetensors",
    sha256: oid,
    ranges: true,
  });
});

test("which files of a folder are the model", () => {
  const split = ["a-00001-of-00002.gguf", "a-00002-of-00002.gguf"];
  expect(chooseFiles("o/r", split, undefined)).toEqual(split);
  expect(chooseFiles("o/r", [...split, "b.gguf"], "b.gguf")).toEqual(["b.gguf"]);
  expect(() => chooseFiles("o/r", ["a.gguf", "b.gguf"], undefined)).toThrow(/a\.gguf, b\.gguf/);
  expect(() => chooseFiles("o/r", ["README.md"], undefined)).toThrow(/no \.gguf/);
  expect(() => chooseFiles("o/r", ["b.gguf"], "c.gguf")).toThrow(/no file c\.gguf/);
  expect(() => chooseFiles("o/r", split.slice(0, 1), split[0])).toThrow(/00002/);
  expect(() => chooseFiles("o/r", ["model.safetensors"], undefined)).toThrow(/config\.json/);
  expect(() => chooseFiles("o/r", [], "a-00001-of-99999.gguf")).toThrow(/at most/);
});

test("the verdict names what is short", () => {
  const { figures, bytes } = curatedModels[0]!;
  const needs = modelNeeds(figures, bytes, 4e9)!;
  expect(needs.weightBytes).toBe(bytes);
  expect(needs.graphicsBytes).toBeGreaterThan(bytes);
  const verdict = (change: Partial<DeviceFacts>, download = bytes) =>
    judge(needs, download, { ...DEVICE, ...change });
  expect(verdict({}).fit).toBe("fits");
  expect(verdict({ freeDiskBytes: undefined, memoryBytes: undefined }).fit).toBe("fits");
  expect(verdict({ problem: "No adapter." })).toEqual({
    fit: "does-not-fit",
    reason: { kind: "no-device", message: "No adapter." },
  });
  expect(verdict({ freeDiskBytes: 1e8 })).toMatchObject({ fit: "does-not-fit" });
  expect(verdict({ freeDiskBytes: 1e9 })).toMatchObject({ fit: "tight" });
  expect(verdict({ maxBufferBytes: 256e6 })).toMatchObject({ fit: "tight" });
  expect(verdict({ memoryBytes: 1024 ** 3 })).toMatchObject({ fit: "tight" });
  expect(verdict({ memoryBytes: 1024 ** 3 / 2 })).toMatchObject({ fit: "does-not-fit" });
  expect(verdict({ software: true })).toMatchObject({ fit: "tight" });
  expect(verdict({ kind: "cpu" })).toMatchObject({
    fit: "tight",
    reason: { kind: "slow-processor" },
  });
  expect(verdict({ kind: "cpu", maxBufferBytes: 100e6 })).toMatchObject({ fit: "does-not-fit" });
  expect(judge(undefined, 0, DEVICE).fit).toBe("unknown");
});

test("the meter tells rate and time left, a few times a second", () => {
  let now = 0;
  const meter = new TransferMeter(() => now);
  expect(meter.count("download", 0, 10_000)).toBe(true);
  now = 100;
  expect(meter.count("download", 100, 10_000)).toBe(false);
  now = 1000;
  expect(meter.count("download", 1000, 10_000)).toBe(true);
  expect(meter.reading).toMatchObject({ bytesPerSecond: 1000, secondsLeft: 9 });
  meter.count("verify", 0, 0);
  expect(meter.reading).toMatchObject({ bytesPerSecond: 0, secondsLeft: Infinity });
});
