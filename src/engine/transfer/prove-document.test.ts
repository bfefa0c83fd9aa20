import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import type { DocumentBinding } from "../attention/binding.ts";
import { openModel, type OpenModel } from "../model/open-model.ts";
import { sourceFromBlob } from "../model/byte-source.ts";
import type { DocumentReader, Manifest } from "../store/types.ts";
import { createTokenizer, type Tokenizer } from "../tokenizer/tokenizer.ts";
import { proveDocument } from "./prove-document.ts";

const GEOMETRY = { layers: 2, kvHeads: 1, headDim: 8, vectorBytes: 16, kvBytesPerToken: 32 };
const TEXT = "Blow the man down, said Öl the 🖋 of the Hispaniola.";
const POOL_BYTES = 16 * GEOMETRY.vectorBytes;
let model: OpenModel;
let tokenizer: Tokenizer;
let ids: Uint32Array;
let starts: Uint32Array;

beforeAll(async () => {
  const file = readFileSync(new URL("../../../public/models/nano.gguf", import.meta.url));
  model = await openModel([sourceFromBlob("nano.gguf", new Blob([file]))]);
  tokenizer = await createTokenizer(model.tokenizer);
  ({ ids, starts } = tokenizer.encodeWithOffsets(TEXT));
});

interface Changes {
  readonly ids?: Uint32Array;
  readonly starts?: Uint32Array;
  readonly text?: string;
  readonly header?: object;
  readonly sinks?: Uint8Array;
  readonly checkpoint?: Uint8Array;
  readonly model?: string;
}

function checkpointOf(header: object, sinks: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(4 + json.length + sinks.length);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  bytes.set(sinks, 4 + json.length);
  return bytes;
}

function prove(changes: Changes = {}, withModel = true): Promise<boolean> {
  const layer = { firstRing: 0, sealed: 3, pending: [], recalled: [], discoveryBytes: 0 };
  const header = { version: 1, now: 2 + ids.length, complete: true, layers: [layer, layer] };
  const sinks = changes.sinks ?? new Uint8Array(4 * POOL_BYTES).fill(1);
  const fingerprint = { model: model.fingerprintParts, prefix: [1, 2] };
  const manifest = {
    tokens: ids.length,
    geometry: GEOMETRY,
    fingerprint: changes.model ? { ...fingerprint, model: changes.model } : fingerprint,
  } as unknown as Manifest;
  const index = {
    manifest,
    spans: () => ({ count: 3 }),
    text: () => Promise.resolve(changes.text ?? TEXT),
    tokenIds: () => Promise.resolve(changes.ids ?? ids),
    tokenStarts: () => Promise.resolve(changes.starts ?? starts),
  } as unknown as DocumentReader;
  const checkpoint = changes.checkpoint ?? checkpointOf({ ...header, ...changes.header }, sinks);
  const binding = { tokenizer, fingerprint } as unknown as DocumentBinding;
  return proveDocument({ index, checkpoint }, withModel ? binding : undefined);
}

test("a document whose parts belong together is proven, with its model only", async () => {
  expect(await prove()).toBe(true);
  expect(await prove({}, false)).toBe(false);
  expect(await prove({ model: "another" })).toBe(false);
});

const lies: [string, () => Changes][] = [
  ["another text of the same length", () => ({ text: TEXT.replace("down", "town") })],
  ["ids that are all ones", () => ({ ids: new Uint32Array(ids.length).fill(0xffffffff) })],
  ["one other id", () => ({ ids: ids.map((id, i) => (i === 3 ? id ^ 1 : id)) })],
  ["starts that are all zero", () => ({ starts: new Uint32Array(ids.length) })],
  ["one other start", () => ({ starts: starts.map((at, i) => (i === 3 ? at + 1 : at)) })],
  ["a checkpoint of zeros", () => ({ checkpoint: new Uint8Array(4000) })],
  ["sinks of zeros", () => ({ sinks: new Uint8Array(4 * POOL_BYTES) })],
  ["sinks that are not numbers", () => ({ sinks: new Uint8Array(4 * POOL_BYTES).fill(0xff) })],
  ["sinks that are cut", () => ({ sinks: new Uint8Array(4 * POOL_BYTES - 8).fill(1) })],
  ["a checkpoint in the middle", () => ({ header: { complete: false } })],
  ["a checkpoint of another length", () => ({ header: { now: 7 } })],
  ["a checkpoint without layers", () => ({ header: { layers: [] } })],
];
test.each(lies)("%s is refused", async (_, changes) => {
  await expect(prove(changes())).rejects.toMatchObject({ code: "format-invalid" });
});
