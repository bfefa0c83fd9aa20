// Reads the header of GGUF files (versions 2 and 3): metadata and the list of tensors. The input is
// hostile: every count is checked against the bytes that are there before anything is allocated.
// Not here: what the metadata means (gguf-config.ts), tensor data (tensors.ts).
// Format: docs/gguf.md of the ggml project.
import { WEIGHT_FORMATS, type WeightFormat, blockLayouts } from "../../../kernels/weights/index.ts";
import { EngineError } from "../errors.ts";
import type { ByteSource } from "./byte-source.ts";

export type GgufValue = number | boolean | string | readonly string[] | Float64Array; // every numeric and boolean array

export interface GgufTensor {
  readonly name: string;
  readonly format: WeightFormat;
  readonly cols: number;
  readonly rows: number;
  /** True for tensors of one dimension (norms, biases). */
  readonly isVector: boolean;
  /** Absolute byte offset in the file. */
  readonly offsetBytes: number;
  readonly bytes: number;
}

export interface GgufHeader {
  readonly version: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly GgufTensor[];
  /** Where tensor data starts. */
  readonly dataOffset: number;
  /** The header itself, for the fingerprint. */
  readonly bytes: Uint8Array;
}

const LIMITS = {
  headerBytes: 96 * 2 ** 20,
  metadataEntries: 16_384,
  tensors: 65_536,
  keyBytes: 65_535,
  tensorNameBytes: 256,
  arrayLength: 4_194_304,
} as const;

// Ids of ggml_type. Supported ones map to a weight format; the others only give the error its name.
const TYPE_NAMES: readonly (string | undefined)[] = [
  "F32", "F16", "Q4_0", "Q4_1", undefined, undefined, "Q5_0", "Q5_1", "Q8_0", "Q8_1",
  "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "Q8_K", "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S",
  "IQ4_NL", "IQ3_S", "IQ2_S", "IQ4_XS", "I8", "I16", "I32", "I64", "F64", "IQ1_M",
  "BF16", undefined, undefined, undefined, "TQ1_0", "TQ2_0", undefined, undefined, undefined, "MXFP4",
]; // prettier-ignore

const VALUE_BYTES: Readonly<Record<number, number>> = {
  0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8,
}; // prettier-ignore
const TYPE_STRING = 8;
const TYPE_ARRAY = 9;

/** The bytes read so far are not the whole header. */
class NeedMore extends Error {}

export async function readGgufHeader(source: ByteSource): Promise<GgufHeader> {
  const limit = Math.min(source.size, LIMITS.headerBytes);
  let length = Math.min(limit, 2 ** 18);
  let bytes = await source.read(0, length);
  for (;;) {
    try {
      return parseHeader(bytes, source, limit);
    } catch (error) {
      if (!(error instanceof NeedMore)) throw error;
      if (length === limit) {
        throw invalid(
          source,
          source.size <= LIMITS.headerBytes
            ? "the file ends inside its header; it is truncated"
            : `the header is larger than ${LIMITS.headerBytes} bytes`,
        );
      }
      // Growth by a factor keeps the repeated parsing below the cost of the last pass.
      const next = Math.min(limit, length * 4);
      const grown = new Uint8Array(next);
      grown.set(bytes);
      grown.set(await source.read(length, next - length), length);
      bytes = grown;
      length = next;
    }
  }
}

function parseHeader(bytes: Uint8Array, source: ByteSource, limit: number): GgufHeader {
  const cursor = new Cursor(bytes, source, limit);
  if (source.size < 24) {
    throw invalid(
      source,
      `${source.size} bytes are too short for a GGUF file; it is empty or truncated`,
    );
  }
  if (cursor.u32() !== 0x46554747) throw invalid(source, "it does not start with the mark «GGUF»");
  const version = cursor.u32();
  if (version !== 2 && version !== 3) {
    const bigEndian = version === 0x02000000 || version === 0x03000000;
    throw new EngineError(
      "format-unsupported",
      `${source.name}: GGUF ${bigEndian ? "in big-endian byte order" : `version ${version}`} is not supported; versions 2 and 3 in little-endian order are.`,
    );
  }
  const tensorCount = cursor.count(LIMITS.tensors, 24, "tensors");
  const metadataCount = cursor.count(LIMITS.metadataEntries, 13, "metadata entries");

  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < metadataCount; i++) {
    const key = cursor.string(LIMITS.keyBytes);
    if (metadata.has(key)) throw invalid(source, `the metadata key ${quote(key)} appears twice`);
    metadata.set(key, cursor.value(cursor.u32(), key));
  }

  const entries: Omit<GgufTensor, "bytes">[] = [];
  const names = new Set<string>();
  for (let i = 0; i < tensorCount; i++) {
    const name = cursor.string(LIMITS.tensorNameBytes);
    if (names.has(name)) throw invalid(source, `the tensor ${quote(name)} appears twice`);
    names.add(name);
    const dimensions = cursor.u32();
    if (dimensions < 1 || dimensions > 4) {
      throw invalid(source, `the tensor ${quote(name)} has ${dimensions} dimensions`);
    }
    const shape: number[] = [];
    for (let d = 0; d < dimensions; d++) {
      const extent = cursor.u64();
      if (extent === 0) throw invalid(source, `the tensor ${quote(name)} is empty`);
      shape.push(extent);
    }
    const format = weightFormat(cursor.u32(), name, source);
    const rows = shape.slice(1).reduce((product, extent) => product * extent, 1);
    entries.push({
      name,
      format,
      cols: shape[0]!,
      rows,
      isVector: dimensions === 1,
      offsetBytes: cursor.u64(),
    });
  }

  const alignment = metadata.get("general.alignment") ?? 32;
  if (
    typeof alignment !== "number" ||
    !Number.isInteger(alignment) ||
    alignment < 1 ||
    alignment > 2 ** 20
  ) {
    throw invalid(source, `general.alignment is ${String(alignment)}`);
  }
  const dataOffset = Math.ceil(cursor.at / alignment) * alignment;
  const tensors = entries.map((entry) => placeTensor(entry, dataOffset, alignment, source));
  checkOverlap(tensors, source);
  return { version, metadata, tensors, dataOffset, bytes: bytes.subarray(0, cursor.at) };
}

function placeTensor(
  entry: Omit<GgufTensor, "bytes">,
  dataOffset: number,
  alignment: number,
  source: ByteSource,
): GgufTensor {
  const { weights, bytes: blockBytes } = blockLayouts[entry.format];
  const name = quote(entry.name);
  if (entry.cols % weights !== 0) {
    throw invalid(
      source,
      `${name} has rows of ${entry.cols}, not a multiple of ${weights} as ${entry.format} needs`,
    );
  }
  const bytes = (entry.cols / weights) * blockBytes * entry.rows;
  const offsetBytes = dataOffset + entry.offsetBytes;
  if (entry.offsetBytes % alignment !== 0) {
    throw invalid(source, `${name} starts at ${entry.offsetBytes}, not a multiple of ${alignment}`);
  }
  if (!Number.isSafeInteger(bytes) || !(offsetBytes + bytes <= source.size)) {
    throw invalid(
      source,
      `${name} ends at byte ${offsetBytes + bytes}, the file has only ${source.size}; it is truncated or damaged`,
    );
  }
  return { ...entry, offsetBytes, bytes };
}

function checkOverlap(tensors: readonly GgufTensor[], source: ByteSource): void {
  const sorted = [...tensors].sort((a, b) => a.offsetBytes - b.offsetBytes);
  for (let i = 1; i < sorted.length; i++) {
    const before = sorted[i - 1]!;
    const after = sorted[i]!;
    if (before.offsetBytes + before.bytes > after.offsetBytes) {
      throw invalid(source, `the tensors ${quote(before.name)} and ${quote(after.name)} overlap`);
    }
  }
}

function weightFormat(id: number, tensor: string, source: ByteSource): WeightFormat {
  const name = TYPE_NAMES[id];
  const format = WEIGHT_FORMATS.find((candidate) => candidate === name);
  if (format) return format;
  throw new EngineError(
    "format-unsupported",
    `${source.name}: the tensor ${quote(tensor)} is stored as ${name ?? `type ${id}`}, which is not supported. Supported: ${WEIGHT_FORMATS.join(", ")}.`,
  );
}

/** Reads little-endian values; throws NeedMore past the bytes read so far. */
class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #source: ByteSource;
  readonly #limit: number;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  at = 0;

  constructor(bytes: Uint8Array, source: ByteSource, limit: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#source = source;
    this.#limit = limit;
  }

  #take(length: number): number {
    const at = this.at;
    // Beyond the limit no further read can help: the same error as a file that ends there.
    if (at + length > this.#bytes.length) throw new NeedMore();
    this.at += length;
    return at;
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): number {
    const value = this.#view.getBigUint64(this.#take(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw invalid(this.#source, `a length or offset of ${value} is impossible`);
    }
    return Number(value);
  }

  /** A count of things of at least `leastBytes` each, checked against the limit and the file. */
  count(most: number, leastBytes: number, what: string): number {
    const value = this.u64();
    if (value > most) {
      throw invalid(this.#source, `it claims ${value} ${what}, more than the limit of ${most}`);
    }
    if (this.at + value * leastBytes > this.#limit) {
      throw invalid(
        this.#source,
        `it claims ${value} ${what}, more than the file holds; it is truncated or damaged`,
      );
    }
    return value;
  }

  string(most: number): string {
    const length = this.u64();
    if (length > most || this.at + length > this.#limit) {
      throw invalid(this.#source, `a text of ${length} bytes does not fit into the header`);
    }
    const at = this.#take(length);
    return this.#decoder.decode(this.#bytes.subarray(at, at + length));
  }

  value(type: number, key: string): GgufValue {
    if (type === TYPE_STRING) return this.string(this.#limit);
    if (type === TYPE_ARRAY) return this.#array(key);
    return type === 7 ? this.#number(type, key) !== 0 : this.#number(type, key);
  }

  #array(key: string): GgufValue {
    const type = this.u32();
    if (type === TYPE_ARRAY) {
      throw invalid(this.#source, `the metadata key ${quote(key)} holds arrays of arrays`);
    }
    const leastBytes = type === TYPE_STRING ? 8 : this.#valueBytes(type, key);
    const length = this.count(LIMITS.arrayLength, leastBytes, `values in ${quote(key)}`);
    // Nothing is allocated for values that are not there yet.
    if (this.at + length * leastBytes > this.#bytes.length) throw new NeedMore();
    if (type === TYPE_STRING) {
      const strings: string[] = [];
      for (let i = 0; i < length; i++) strings.push(this.string(this.#limit));
      return strings;
    }
    const numbers = new Float64Array(length);
    for (let i = 0; i < length; i++) numbers[i] = this.#number(type, key);
    return numbers;
  }

  #valueBytes(type: number, key: string): number {
    const bytes = VALUE_BYTES[type];
    if (bytes === undefined) {
      throw invalid(this.#source, `the metadata key ${quote(key)} has the unknown type ${type}`);
    }
    return bytes;
  }

  #number(type: number, key: string): number {
    const at = this.#take(this.#valueBytes(type, key));
    const view = this.#view;
    switch (type) {
      case 0:
      case 7:
        return view.getUint8(at);
      case 1:
        return view.getInt8(at);
      case 2:
        return view.getUint16(at, true);
      case 3:
        return view.getInt16(at, true);
      case 4:
        return view.getUint32(at, true);
      case 5:
        return view.getInt32(at, true);
      case 6:
        return view.getFloat32(at, true);
      case 10:
        return Number(view.getBigUint64(at, true));
      case 11:
        return Number(view.getBigInt64(at, true));
      default:
        return view.getFloat64(at, true);
    }
  }
}

/** Names from files are shown shortened, so that a message stays a sentence. */
export const quote = (text: string): string =>
  `«${text.length > 80 ? `${text.slice(0, 80)}…` : text}»`;

const invalid = (source: ByteSource, what: string): EngineError =>
  new EngineError(
    "format-invalid",
    `${source.name}: ${what}. This is no intact GGUF file; fetch it again or choose another.`,
  );
