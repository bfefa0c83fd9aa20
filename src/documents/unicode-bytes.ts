// What bytes say about being one of the encodings of Unicode.

export interface Utf8Scan {
  /** Characters of several bytes. */
  readonly characters: number;
  /** Bytes that belong to no character; a character that the end cuts behind others is none. */
  readonly faults: number;
  /** Zero bytes and controls that are not white space. */
  readonly controls: number;
  /** Bytes below the blank, white space included. */
  readonly low: number;
  /** Whether it switches to the character set of ISO-2022-JP. */
  readonly escapes: boolean;
}

export function scanUtf8(bytes: Uint8Array): Utf8Scan {
  let characters = 0;
  let faults = 0;
  let controls = 0;
  let low = 0;
  let escapes = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte < 0x80) {
      if (byte < 0x20) low++;
      if (byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d)) continue;
      if (byte === 0x1b && isKanji(bytes[i + 1], bytes[i + 2])) escapes = true;
      controls++;
      continue;
    }
    const length = sequenceLength(bytes, i);
    if (length > 0) {
      characters++;
      i += length - 1;
    } else if (length === 0) faults++;
    else {
      if (characters === 0) faults++; // a letter of another encoding that ends the text
      break;
    }
  }
  return { characters, faults, controls, low, escapes };
}

function isKanji(second: number | undefined, third: number | undefined): boolean {
  return second === 0x24 && (third === 0x40 || third === 0x42);
}

/** Bytes of the character that begins at `at`; 0 where none does, -1 where the end cuts it. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return -1;
    let low = 0x80;
    let high = 0xbf;
    if (i === 1 && lead === 0xe0) low = 0xa0;
    if (i === 1 && lead === 0xed) high = 0x9f; // halves of surrogate pairs
    if (i === 1 && lead === 0xf0) low = 0x90;
    if (i === 1 && lead === 0xf4) high = 0x8f;
    if (byte < low || byte > high) return 0;
  }
  return length;
}

/** Of the four bytes of a unit one is always zero and the next at most 16. */
export function looksLikeUtf32(bytes: Uint8Array): "utf-32le" | "utf-32be" | undefined {
  const units = Math.min(bytes.length >> 2, 4096);
  if (units === 0 || bytes.length % 4 !== 0) return undefined;
  let little = 0;
  let big = 0;
  for (let i = 0; i < units; i++) {
    const at = 4 * i;
    if (bytes[at + 3] === 0 && bytes[at + 2]! <= 16 && (bytes[at] || bytes[at + 1])) little++;
    if (bytes[at] === 0 && bytes[at + 1]! <= 16 && (bytes[at + 2] || bytes[at + 3])) big++;
  }
  if (little >= 0.98 * units && little > big) return "utf-32le";
  return big >= 0.98 * units && big > little ? "utf-32be" : undefined;
}

export function decodeUtf32(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces: string[] = [];
  let codes: number[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, littleEndian);
    if (at === 0 && code === 0xfeff) continue;
    codes.push(code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? 0xfffd : code);
    if (codes.length === 4096) {
      pieces.push(String.fromCodePoint(...codes));
      codes = [];
    }
  }
  return pieces.join("") + String.fromCodePoint(...codes);
}

/** More zeros in a row than UTF-32 has in text. */
const LEAST_PADDING = 8;

/** Zeros that fill a field or a block say nothing; as many go as are whole units of any encoding. */
export function withoutPadding(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(0)) return bytes;
  const kept = new Uint8Array(bytes.length);
  let length = 0;
  let zeros = 0;
  for (const byte of bytes) {
    zeros = byte === 0 ? zeros + 1 : 0;
    kept[length++] = byte;
    if (zeros < LEAST_PADDING) continue;
    length -= 4;
    zeros -= 4;
  }
  return length === bytes.length ? bytes : kept.subarray(0, length);
}

const LINE_FEED = 0x0a;
const RETURN = 0x0d;

/** The lines, with their ends, in order. */
export function* linesOfBytes(bytes: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  for (let i = 0; i < bytes.length; i++) {
    const isEnd = bytes[i] === LINE_FEED || (bytes[i] === RETURN && bytes[i + 1] !== LINE_FEED);
    if (!isEnd) continue;
    yield bytes.subarray(start, i + 1);
    start = i + 1;
  }
  if (start < bytes.length) yield bytes.subarray(start);
}
