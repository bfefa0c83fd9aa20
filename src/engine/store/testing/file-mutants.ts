// Hostile versions of a document file: broken bytes, and files whose checksums were made to fit a
// change of their content. Tests only; every mutant follows from the random source.
import { Sha256 } from "../../model-cache/sha256.ts";
import { encodeTrailer, padded, PREAMBLE_BYTES, TRAILER_BYTES } from "../document-file.ts";
import { crc32c, ENVELOPE_BYTES, RECORD_KINDS } from "../envelope.ts";
import type { FileHeader } from "../file-header.ts";
import { join } from "../span-records.ts";

export interface Mutant {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Its checksums hold: it may be accepted, if then all of it can be read. */
  readonly sealed: boolean;
}

type Random = () => number;
type Json = Record<string, unknown>;

export function mutantOf(file: Uint8Array, random: Random): Mutant {
  const kinds = [
    flipBit,
    truncate,
    removeRange,
    insertRange,
    swapRanges,
    changeHeader,
    changeRecord,
    disagree,
  ];
  return kinds[Math.floor(random() * kinds.length)]!(file, random);
}

function below(limit: number, random: Random): number {
  return Math.floor(random() * limit);
}

function flipBit(file: Uint8Array, random: Random): Mutant {
  const bytes = file.slice();
  const at = below(bytes.length, random);
  bytes[at]! ^= 1 << below(8, random);
  return { name: `bit at ${at}`, bytes, sealed: false };
}

function truncate(file: Uint8Array, random: Random): Mutant {
  const length = below(file.length, random);
  return { name: `cut to ${length}`, bytes: file.slice(0, length), sealed: false };
}

function removeRange(file: Uint8Array, random: Random): Mutant {
  const at = below(file.length, random);
  const length = 1 + below(Math.min(4096, file.length - at), random);
  const bytes = join([file.subarray(0, at), file.subarray(at + length)]);
  return { name: `without ${at}+${length}`, bytes, sealed: false };
}

function insertRange(file: Uint8Array, random: Random): Mutant {
  const at = below(file.length + 1, random);
  const extra = Uint8Array.from({ length: 1 + below(64, random) }, () => random() * 256);
  const bytes = join([file.subarray(0, at), extra, file.subarray(at)]);
  return { name: `${extra.length} more at ${at}`, bytes, sealed: false };
}

function swapRanges(file: Uint8Array, random: Random): Mutant {
  const length = 8;
  const bytes = file.slice();
  const first = below(file.length - length, random);
  const second = below(file.length - length, random);
  bytes.set(file.subarray(second, second + length), first);
  bytes.set(file.subarray(first, first + length), second);
  const isSame = bytes.every((byte, i) => byte === file[i]);
  if (isSame) bytes[first]! ^= 1;
  return { name: `${first} and ${second} exchanged`, bytes, sealed: false };
}

const ODD: readonly unknown[] = [
  0,
  1,
  -1,
  2 ** 31,
  2 ** 53,
  1e308,
  0.5,
  null,
  "",
  "x",
  [],
  {},
  true,
  [[[]]],
  [1e9],
];

/** One value of the header replaced, or its key removed; checksums made anew. */
function changeHeader(file: Uint8Array, random: Random): Mutant {
  const { header, body } = split(file);
  const paths = pathsOf(header, []);
  const path = paths[below(paths.length, random)]!;
  const value = ODD[below(ODD.length, random)];
  let target = header as Json;
  for (const key of path.slice(0, -1)) target = target[key] as Json;
  const last = path.at(-1)!;
  const old = target[last];
  if (random() < 0.15) delete target[last];
  else if (typeof old === "number" && random() < 0.5)
    target[last] = old + (random() < 0.5 ? 1 : -1);
  else target[last] = value;
  const name = `${path.join(".")} ${JSON.stringify(old)} → ${JSON.stringify(target[last])}`;
  return { name, bytes: seal(header, body), sealed: true };
}

/** Bytes of one record's payload changed; its envelope, and the file, made to fit. */
function changeRecord(file: Uint8Array, random: Random): Mutant {
  const { header, body } = split(file);
  const starts = recordStarts(body);
  const at = starts[below(starts.length, random)]!;
  const bytes = body.slice();
  const view = new DataView(bytes.buffer);
  const payload = view.getUint32(at + 16, true);
  for (let i = 0; i < 1 + below(4, random) && payload > 0; i++) {
    bytes[at + ENVELOPE_BYTES + below(payload, random)] = below(256, random);
  }
  const first = at + ENVELOPE_BYTES;
  view.setUint32(at + 20, crc32c(bytes.subarray(first, first + payload)), true);
  view.setUint32(at + 24, crc32c(bytes.subarray(at, at + 24)), true);
  const kind = view.getUint16(at + 6, true);
  return { name: `record of kind ${kind} at ${at}`, bytes: seal(header, bytes), sealed: true };
}

/** Parts that are sound by themselves and cannot belong together; checksums made anew. */
export const DISAGREEMENTS = {
  "ids that are all ones": (file) => fillRecords(file, RECORD_KINDS.tokenIds, 0xff),
  "starts that are all zero": (file) => fillRecords(file, RECORD_KINDS.tokenStarts, 0),
  "KV that is not a number": (file) => fillRecords(file, RECORD_KINDS.extent, 0xff),
  "infinite KV": (file) => changeHalf(file, RECORD_KINDS.extent, 0x7c00),
  "vectors that are not numbers": (file) => fillRecords(file, RECORD_KINDS.vectors, 0xff),
  "an empty table of spans": (file) => fillRecords(file, RECORD_KINDS.spans, 0),
  "an empty checkpoint": (file) => fillRecords(file, RECORD_KINDS.checkpoint, 0),
  "1,024 layers of a mebibyte a token": (file) =>
    withHeader(file, (header) => {
      header["geometry"] = {
        ...(header["geometry"] as Json),
        layers: 1024,
        kvBytesPerToken: 2 ** 20,
        vectorBytes: 2 ** 19,
      };
      header["layers"] = Array.from({ length: 1024 }, () => ({ spans: 0, extents: 0, parts: [] }));
    }),
  "KV of another size than two vectors": (file) =>
    withHeader(file, (header) => {
      header["geometry"] = { ...(header["geometry"] as Json), kvBytesPerToken: 64 };
    }),
  "40,000 parts without spans": (file) =>
    withHeader(file, (header) => {
      const parts = Array.from({ length: 40_000 }, () => [32, 32, 32]);
      (header["layers"] as Json[])[0]!["parts"] = parts;
    }),
  "40,000 parts of more spans than tokens": (file) =>
    withHeader(file, (header) => {
      const parts = Array.from({ length: 40_000 }, () => [32 + 128 * 18, 32 + 128 * 32, 44]);
      (header["layers"] as Json[])[0]!["parts"] = parts;
    }),
  "a text record without text": (file) =>
    withHeader(file, (header) => {
      (header["sources"] as number[][])[0]!.push(32);
    }),
  "more KV than its spans can have": (file) =>
    withHeader(file, (header) => {
      header["extentBytes"] = Number(header["extentBytes"]) + 2 ** 30;
    }),
} satisfies Record<string, (file: Uint8Array) => Uint8Array>;

function disagree(file: Uint8Array, random: Random): Mutant {
  const names = Object.keys(DISAGREEMENTS) as (keyof typeof DISAGREEMENTS)[];
  const name = names[below(names.length, random)]!;
  return { name, bytes: DISAGREEMENTS[name](file), sealed: false };
}

export function withHeader(file: Uint8Array, change: (header: Json) => void): Uint8Array {
  const { header, body } = split(file);
  change(header as Json);
  return seal(header, body);
}

export function headerOf(file: Uint8Array): FileHeader {
  return split(file).header as FileHeader;
}

/** Every payload byte of the records of a kind; checksums made anew. */
function fillRecords(file: Uint8Array, kind: number, byte: number): Uint8Array {
  return changeRecords(file, kind, (payload) => payload.fill(byte));
}

/** The first half of the first record of a kind. */
function changeHalf(file: Uint8Array, kind: number, half: number): Uint8Array {
  return changeRecords(file, kind, (payload) =>
    new DataView(payload.buffer, payload.byteOffset).setUint16(0, half, true),
  );
}

export function changeRecords(
  file: Uint8Array,
  kind: number,
  change: (payload: Uint8Array) => void,
): Uint8Array {
  const { header, body } = split(file);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  for (const at of recordStarts(body)) {
    if (view.getUint16(at + 6, true) !== kind) continue;
    const first = at + ENVELOPE_BYTES;
    const payload = body.subarray(first, first + view.getUint32(at + 16, true));
    change(payload);
    view.setUint32(at + 20, crc32c(payload), true);
    view.setUint32(at + 24, crc32c(body.subarray(at, at + 24)), true);
  }
  return seal(header, body);
}

function split(file: Uint8Array): { header: unknown; body: Uint8Array } {
  const length = new DataView(file.buffer, file.byteOffset).getUint32(8, true);
  const json = file.subarray(PREAMBLE_BYTES, PREAMBLE_BYTES + length);
  const begin = PREAMBLE_BYTES + padded(length);
  return {
    header: JSON.parse(new TextDecoder().decode(json)),
    body: file.slice(begin, file.length - TRAILER_BYTES),
  };
}

export function seal(header: unknown, body: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const head = new Uint8Array(PREAMBLE_BYTES + padded(json.length));
  head.set(new TextEncoder().encode("LTRIDOC1"));
  const view = new DataView(head.buffer);
  view.setUint32(8, json.length, true);
  view.setUint32(12, crc32c(json), true);
  head.set(json, PREAMBLE_BYTES);
  const all = join([head, body]);
  return join([all, encodeTrailer(all.length, new Sha256().update(all).hex())]);
}

function pathsOf(value: unknown, path: readonly string[]): string[][] {
  if (typeof value !== "object" || value === null) return [[...path]];
  const inner = Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]));
  return path.length > 0 ? [[...path], ...inner] : inner;
}

function recordStarts(body: Uint8Array): number[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const starts: number[] = [];
  for (let at = 0; at + ENVELOPE_BYTES <= body.length;) {
    if (view.getUint32(at, true) !== 0x5252544c) {
      at += 4; // padding
      continue;
    }
    starts.push(at);
    at += ENVELOPE_BYTES + view.getUint32(at + 16, true);
    if (at % 4 !== 0) at += 4 - (at % 4);
  }
  return starts;
}
