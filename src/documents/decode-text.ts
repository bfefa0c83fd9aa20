// Bytes to text where nobody is to be believed: a byte-order mark, then UTF-8 where the bytes are that,
// then the most plausible of all encodings. What a file declares about itself is one voice among them.
import { EngineError } from "../engine/errors.ts";
import { countControls } from "./clean-text.ts";
import { CODE_PAGES, ENCODINGS } from "./encodings.ts";
import { implausibility } from "./plausibility.ts";
import {
  decodeUtf32,
  linesOfBytes,
  looksLikeUtf32,
  scanUtf8,
  withoutPadding,
} from "./unicode-bytes.ts";

const MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-32le", [0xff, 0xfe, 0, 0]],
  ["utf-32be", [0, 0, 0xfe, 0xff]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
  ["gb18030", [0x84, 0x31, 0x95, 0x33]],
];
/** What shells append to a file of bytes in UTF-16. */
const WIDE_RUN = /(?:[^\0]\0){4,}|(?:\0[^\0]){4,}/g;
const WINDOW_BYTES = 4096;
const WINDOWS = 16;
/** What a declaration is worth: it wins unless another encoding is clearly more plausible. */
const DECLARED_WEIGHT = 0.6;
/** Bad bytes in lines without a character of UTF-8, from which they are lines of another encoding. */
const LEAST_FOREIGN = 3;
/** As the rarity of an encoding. */
const MIXED_RARITY = 5;
/**
 * Of the bytes of UTF-16 in a script of letters half are small or zero; a text with a smaller share of them
 * has stray controls.
 */
const LEAST_LOW_OF_UTF16 = 0.3;

/** `declared`: what the format itself says, such as the charset of an HTML page. */
export function decodeText(name: string, bytes: Uint8Array, declared?: string): string {
  const encoding = encodingOf(bytes, declared);
  const text = decode(bytes, encoding).replace(WIDE_RUN, (run) => run.replaceAll("\0", ""));
  requireText(name, text, encoding);
  return text;
}

/** The label of the encoding that the bytes are most plausibly in. */
export function encodingOf(whole: Uint8Array, declared?: string): string {
  const marked = MARKS.find(([, mark]) => mark.every((byte, i) => whole[i] === byte));
  if (marked) return marked[0];
  const bytes = withoutPadding(whole);
  const { characters, faults, controls, low, escapes } = scanUtf8(bytes);
  if (controls > 0) {
    const wide = looksLikeUtf32(bytes);
    if (wide) return wide;
  }
  if (escapes && characters + faults === 0) return "iso-2022-jp";
  // Bytes of other encodings seldom form its characters by chance.
  const isUtf8 = characters > faults;
  const isNarrow = controls === 0 || low < LEAST_LOW_OF_UTF16 * bytes.length;
  if (isNarrow && (faults === 0 || isUtf8)) return "utf-8";
  const candidates: Candidate[] = [];
  const wide = sample(bytes, 2);
  for (const label of ["utf-16le", "utf-16be"]) {
    candidates.push([label, implausibility(decode(wide, label), undefined)]);
  }
  const plain = sample(bytes, 1);
  candidates.unshift(["utf-8", costOfUtf8(plain, characters > 0)]);
  if (faults > 0 && !isUtf8) {
    const own = declared && labelOf(declared);
    candidates.push(...otherEncodings(plain, own));
    // An encoding that is not in the list is judged by what it makes of the bytes.
    if (own && !own.startsWith("utf-16") && !candidates.some(([label]) => label === own)) {
      candidates.push([own, DECLARED_WEIGHT * implausibility(decode(plain, own), undefined)]);
    }
  }
  return cheapest(candidates);
}

function costOfUtf8(bytes: Uint8Array, isMixed: boolean): number {
  if (isMixed) return MIXED_RARITY + implausibility(decodeUtf8(bytes), undefined);
  return implausibility(new TextDecoder().decode(bytes), undefined);
}

type Candidate = readonly [label: string, cost: number];

/** The encodings of one script each, with what they cost. */
function otherEncodings(bytes: Uint8Array, own?: string): Candidate[] {
  return ENCODINGS.map(({ label, languages, rarity }) => {
    const cost = implausibility(decode(bytes, label), languages);
    return [label, label === own ? cost * DECLARED_WEIGHT : rarity + cost];
  });
}

function cheapest(candidates: readonly Candidate[]): string {
  return candidates.reduce((best, one) => (one[1] < best[1] ? one : best))[0];
}

/** The standard's name of an encoding; undefined for what no decoder knows or what decodes nothing. */
function labelOf(declared: string): string | undefined {
  try {
    const { encoding } = new TextDecoder(declared.trim());
    return encoding === "x-user-defined" ? undefined : encoding;
  } catch {
    return CODE_PAGES[declared.toLowerCase()] === undefined ? undefined : declared.toLowerCase();
  }
}

function decode(bytes: Uint8Array, label: string): string {
  const page = CODE_PAGES[label];
  if (page !== undefined) return decodePage(bytes, page);
  if (label.startsWith("utf-32")) return decodeUtf32(bytes, label === "utf-32le");
  return label === "utf-8" ? decodeUtf8(bytes) : new TextDecoder(label).decode(bytes);
}

/** A file that was put together of parts, some of them in an older encoding, is read line by line. */
function decodeUtf8(bytes: Uint8Array): string {
  const whole = () => new TextDecoder().decode(bytes);
  if (scanUtf8(bytes).faults < LEAST_FOREIGN) return whole();
  const lines = [...linesOfBytes(bytes)];
  const isForeign = lines.map((line) => {
    const { characters, faults } = scanUtf8(line);
    return characters === 0 && faults > 0;
  });
  const foreign = sample(join(lines.filter((_, i) => isForeign[i])), 1);
  if (scanUtf8(foreign).faults < LEAST_FOREIGN) return whole();
  const damaged: Candidate = ["", implausibility(new TextDecoder().decode(foreign), undefined)];
  const label = cheapest([damaged, ...otherEncodings(foreign)]);
  if (label === "") return whole();
  return lines
    .map((line, i) => (isForeign[i] ? decode(line, label) : new TextDecoder().decode(line)))
    .join("");
}

function decodePage(bytes: Uint8Array, page: string): string {
  const high = Array.from(page);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += WINDOW_BYTES) {
    const codes = Array.from(bytes.subarray(at, at + WINDOW_BYTES), (byte) =>
      byte < 0x80 ? byte : high[byte - 0x80]!.charCodeAt(0),
    );
    pieces.push(String.fromCharCode(...codes));
  }
  return pieces.join("");
}

/**
 * The places that tell something, from all over the file: windows with bytes that are not ASCII text.
 * `unit`: bytes of a unit of the encoding that the sample is for.
 */
function sample(bytes: Uint8Array, unit: 1 | 2): Uint8Array {
  if (bytes.length <= WINDOW_BYTES * WINDOWS) return bytes;
  const telling: number[] = [];
  for (let at = 0; at < bytes.length; at += WINDOW_BYTES) {
    const end = Math.min(bytes.length, at + WINDOW_BYTES);
    for (let i = at; i < end; i++) {
      const byte = bytes[i]!;
      if (byte >= 0x80 || (byte < 0x20 && (byte < 9 || byte > 13))) {
        telling.push(at);
        break;
      }
    }
  }
  const step = Math.max(1, telling.length / WINDOWS);
  const windows: Uint8Array[] = [];
  for (let i = 0; i < telling.length && windows.length < WINDOWS; i += step) {
    let at = telling[Math.floor(i)]!;
    const end = at + WINDOW_BYTES;
    // Characters of several bytes begin behind an ASCII character, where there is one.
    if (unit === 1) while (at > 0 && at < end - 256 && bytes[at - 1]! >= 0x40) at++;
    windows.push(bytes.subarray(at, end));
    if (unit === 1) windows.push(Uint8Array.of(0x0a));
  }
  return join(windows);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let length = 0;
  for (const part of parts) {
    joined.set(part, length);
    length += part.length;
  }
  return joined;
}

const SAMPLE_CHARACTERS = 64 * 1024;
/** Mean cost of a character that no text in a living language reaches; noise has more than 4. */
const NOISE = 3.4;

/** Throws `format-unsupported` where too much of a text is none. */
function requireText(name: string, text: string, encoding: string): void {
  const head = text.slice(0, SAMPLE_CHARACTERS);
  const lost = countControls(head) + (head.match(/\ufffd/g)?.length ?? 0);
  // Compressed and compiled data have all values of bytes; a list divided by zeros has letters.
  const isAscii = !/[\u0080-\uffff]/.test(head);
  const isBinary = lost > 2 && lost > head.length * (isAscii ? 0.3 : 0.06);
  const words = head.slice(0, WINDOW_BYTES);
  if (
    isBinary ||
    (encoding !== "utf-8" && implausibility(words, undefined) > NOISE * words.length)
  ) {
    throw new EngineError("format-unsupported", `"${name}" holds binary data, not text.`);
  }
}
