// The header of a document file, checked: its form, and that its sizes can belong to one document. A
// hostile header costs its own length and no more: lists are measured before they are looked into, the
// first fault ends the check, and no two allowed numbers multiply to more than a device holds.
import * as v from "valibot";
import { KV_DTYPES, kvRowBytes } from "../../../kernels/shared/kv-row.ts";
import { CHECKPOINT_PART_BYTES } from "./commit-record.ts";
import { ENVELOPE_BYTES } from "./envelope.ts";
import { invalid } from "./file-problems.ts";
import { isShallow } from "./fingerprint.ts";
import { PART_SPANS } from "./layer-index.ts";
import { MAX_LAYERS, SOURCE_PART_BYTES } from "./manifest.ts";
import { EXTENT_BYTES, SPAN_BYTES } from "./span-records.ts";
import type { Fingerprint, IndexGeometry } from "./types.ts";

export const FILE_FORMAT = 1;
/** 20 bytes per 128 spans of a layer: 4 million tokens in 32 layers need a third of it. */
export const MAX_HEADER_BYTES = 4 * 1024 * 1024;
export const MAX_RECORD_BYTES = 32 * 1024 * 1024;
/** KV of one token in all layers; the largest open models need 5 MB in f32. */
const MAX_KV_BYTES_PER_TOKEN = 16 * 1024 * 1024;
/** Read as a whole to open a document. */
const MAX_CHECKPOINT_BYTES = 512 * 1024 * 1024;
const MAX_SECTIONS_BYTES = 64 * 1024 * 1024;
const MAX_LIST = MAX_HEADER_BYTES / 4;

export interface FileLayer {
  readonly spans: number;
  readonly extents: number;
  /** Bytes of the spans, vectors and locations record of each closed part. */
  readonly parts: readonly (readonly [spans: number, vectors: number, locations: number])[];
}

export interface FileHeader {
  readonly format: number;
  readonly title: string;
  readonly modelName: string;
  readonly characters: number; // UTF-16 units
  readonly tokens: number;
  readonly textHash: string; // SHA-256 of the UTF-8 text, hex
  readonly fingerprint: Fingerprint;
  readonly geometry: IndexGeometry;
  /** Bytes of the records of each source column. */
  readonly sources: readonly (readonly number[])[];
  readonly layers: readonly FileLayer[];
  readonly extentBytes: number;
  /** Bytes of the checkpoint's records. */
  readonly checkpoint: readonly number[];
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const atMost = (limit: number) => v.pipe(count, v.minValue(1), v.maxValue(limit));
/** With at least a byte in it. */
const record = v.pipe(count, v.minValue(ENVELOPE_BYTES + 1), v.maxValue(MAX_RECORD_BYTES));
/** Its length is checked before its items. */
const list = <T extends v.GenericSchema>(item: T, most: number) =>
  v.pipe(
    v.custom<unknown[]>(
      (value) => Array.isArray(value) && value.length <= most,
      `Invalid list: at most ${most} entries`,
    ),
    v.array(item),
  );

const schema = v.object({
  format: v.literal(FILE_FORMAT),
  title: v.pipe(v.string(), v.maxLength(4096)),
  modelName: v.pipe(v.string(), v.maxLength(4096)),
  characters: atMost(2 ** 31),
  tokens: atMost(2 ** 31),
  textHash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  fingerprint: v.custom<Fingerprint>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  ),
  geometry: v.object({
    layers: atMost(MAX_LAYERS),
    kvHeads: atMost(4096),
    headDim: atMost(4096),
    kvBytesPerToken: atMost(MAX_KV_BYTES_PER_TOKEN),
    vectorBytes: atMost(MAX_KV_BYTES_PER_TOKEN),
  }),
  sources: v.pipe(list(list(record, MAX_LIST), 4), v.length(4)),
  layers: list(
    v.object({
      spans: count,
      extents: count,
      parts: list(v.tuple([record, record, record]), MAX_LIST),
    }),
    MAX_LAYERS,
  ),
  extentBytes: count,
  checkpoint: v.pipe(list(record, MAX_CHECKPOINT_BYTES / CHECKPOINT_PART_BYTES), v.minLength(1)),
});

/** Throws `format-invalid`. `value` is parsed JSON of at most `MAX_HEADER_BYTES`. */
export function checkHeader(value: unknown): FileHeader {
  const result = v.safeParse(schema, value, { abortEarly: true, abortPipeEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    const what = issue.message.slice(0, 200);
    throw invalid(`its header is not valid (${v.getDotPath(issue) ?? "root"}: ${what})`);
  }
  const header = result.output as FileHeader;
  if (!isShallow(header.fingerprint)) throw invalid("its fingerprint cannot be read");
  checkGeometry(header.geometry);
  checkSources(header);
  checkLayers(header);
  if (!arePieces(header.checkpoint, CHECKPOINT_PART_BYTES)) {
    throw invalid("its checkpoint is cut into other parts");
  }
  return header;
}

function checkGeometry(geometry: IndexGeometry): void {
  const { layers, kvHeads, headDim, vectorBytes, kvBytesPerToken } = geometry;
  const isVector = KV_DTYPES.some((dtype) => vectorBytes === kvHeads * kvRowBytes(dtype, headDim));
  if (!isVector || kvBytesPerToken !== 2 * vectorBytes) {
    throw invalid("the sizes of its heads and vectors disagree");
  }
  if (layers * kvBytesPerToken > MAX_KV_BYTES_PER_TOKEN) {
    throw invalid(
      `${layers} layers of ${kvBytesPerToken} bytes a token are more than any model has`,
    );
  }
}

/** Payload bytes of records cut at `partBytes`: every one but the last is full. */
function arePieces(records: readonly number[], partBytes: number): boolean {
  return records.every((bytes, i) => {
    const payload = bytes - ENVELOPE_BYTES;
    return i + 1 < records.length ? payload === partBytes : payload <= partBytes;
  });
}

const payloadOf = (records: readonly number[]): number =>
  records.reduce((sum, bytes) => sum + bytes - ENVELOPE_BYTES, 0);

function checkSources({ sources, characters, tokens }: FileHeader): void {
  for (const column of sources) {
    if (!arePieces(column, SOURCE_PART_BYTES)) throw invalid("its text is cut into other parts");
  }
  const [text, ids, starts, sections] = sources as [number[], number[], number[], number[]];
  // A UTF-16 unit takes one to three bytes of UTF-8.
  if (payloadOf(text) < characters || payloadOf(text) > 3 * characters) {
    throw invalid("its text has another length");
  }
  if (payloadOf(ids) !== 4 * tokens || payloadOf(starts) !== 4 * tokens) {
    throw invalid("it has another token count");
  }
  if (payloadOf(sections) > MAX_SECTIONS_BYTES) throw invalid("it has too many sections");
}

function checkLayers({ geometry, layers, tokens, extentBytes }: FileHeader): void {
  if (layers.length !== geometry.layers) throw invalid("it lists other layers");
  let extents = 0;
  for (const layer of layers) {
    let [spans, closed] = [0, 0];
    for (const [spanBytes, vectorBytes, locationBytes] of layer.parts) {
      const rows = (spanBytes - ENVELOPE_BYTES) / SPAN_BYTES;
      const places = (locationBytes - ENVELOPE_BYTES) / EXTENT_BYTES;
      const fits =
        Number.isInteger(rows) &&
        rows >= PART_SPANS &&
        vectorBytes === ENVELOPE_BYTES + 2 * rows * geometry.vectorBytes &&
        Number.isInteger(places) &&
        places >= 1 &&
        places <= rows;
      if (!fits) throw invalid("the parts of a layer have impossible sizes");
      spans += rows;
      closed += places;
    }
    const isPossible =
      spans <= layer.spans &&
      closed <= layer.extents &&
      layer.extents <= layer.spans &&
      layer.spans <= tokens;
    if (!isPossible) throw invalid("a layer counts other spans than it has");
    extents += layer.extents;
  }
  const most = extents * ENVELOPE_BYTES + layers.length * tokens * geometry.kvBytesPerToken;
  if (extentBytes > most || extentBytes < extents * (ENVELOPE_BYTES + 1)) {
    throw invalid("its KV has another size than its spans");
  }
}
