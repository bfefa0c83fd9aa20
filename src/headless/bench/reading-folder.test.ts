import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Fingerprint } from "../../engine/store/types.ts";
import type { ReadDocument } from "../read-document.ts";
import { ReadingFolder } from "./reading-folder.ts";

const reading = { tokens: 5, tokensPerSecond: 2, bytesOnDisk: 6, peakGpuBytes: 7 };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "readings-"));
});
afterEach(() => rm(folder, { recursive: true }));

function fingerprint(budget: number): Fingerprint {
  return { format: 1, model: {}, prefix: [1], engine: { budget } };
}

function document(text: string, pieces: () => AsyncGenerator<Uint8Array>): ReadDocument {
  return { document: { text }, pieces: () => Promise.resolve(pieces()) } as unknown as ReadDocument;
}

async function* twoPieces() {
  yield Uint8Array.of(1, 2, 3);
  yield Uint8Array.of(4);
}

test("a kept reading is found by its text and parameters, byte for byte", async () => {
  const readings = new ReadingFolder(path.join(folder, "new"));
  await readings.keep(fingerprint(320), document("a text", twoPieces), reading);
  const kept = await readings.find(fingerprint(320), "a text");
  expect(kept!.reading).toEqual(reading);
  expect(await new Response(kept!.file).bytes()).toEqual(Uint8Array.of(1, 2, 3, 4));
  expect(await readings.find(fingerprint(320), "another text")).toBeUndefined();
  expect(await readings.find(fingerprint(640), "a text")).toBeUndefined();
});

test("a reading that was cut off is not there", async () => {
  const readings = new ReadingFolder(folder);
  const cut = document("a text", async function* () {
    yield Uint8Array.of(1, 2, 3);
    throw new Error("disk full");
  });
  await expect(readings.keep(fingerprint(320), cut, reading)).rejects.toThrow("disk full");
  expect(await readdir(folder)).toHaveLength(1);
  expect(await readings.find(fingerprint(320), "a text")).toBeUndefined();
});
