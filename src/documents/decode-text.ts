// Bytes to text where nobody is to be believed: a byte-order mark, then UTF-8 where the bytes are that,
// then the most plausible of all encodings. What a file declares about itself is one voice among them.
import { EngineError } from "../engine/errors.ts";
import { countControls } from "./clean-text.ts";
import { DOS_PAGES, ENCODINGS } from "./encodings.ts";
import { implausibility } from "./plausibility.ts";
import { looksLikeUtf32, decodeUtf32, scanUtf8 } from "./unicode-bytes.ts";

const MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-32le", [0xff, 0xfe, 0, 0]],
  ["utf-32be", [0, 0, 0xfe, 0xff]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
  ["gb18030", [0x84, 0x31, 0x95, 0x33]],
];
const WINDOW_BYTES = 4096;
const WINDOWS = 16;
/** What a declaration is worth: it wins unless another encoding is clearly more plausible. */
const DECLARED_WEIGHT = 0.6;
/** Valid characters for each bad byte from which a file is damaged UTF-8 and nothing else. */
const UTF8_CHARACTERS_PER_FAULT = 4;
/**
 * Of the bytes of UTF-16 in a script of letters half are small or zero; a text with a smaller share of them
 * has stray controls.
 */
const LEAST_LOW_OF_UTF16 = 0.3;

/** `declared`: what the format itself says, such as the charset of an HTML page. */
export function decodeText(name: string, bytes: Uint8Array, declared?: string): string {
  const encoding = encodingOf(bytes, declared);
  const text = decode(bytes, encoding);
  requireText(name, text, encoding);
  return text;
}

/** The label of the encoding that the bytes are most plausibly in. */
export function encodingOf(bytes: Uint8Array, declared?: string): string {
  const marked = MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte));
  if (marked) return marked[0];
  const { characters, faults, controls, low, escapes } = scanUtf8(bytes);
  if (controls > 0) {
    const wide = looksLikeUtf32(bytes);
    if (wide) return wide;
  }
  if (escapes && characters + faults === 0) return "iso-2022-jp";
  const isUtf8 = characters > 0 && characters >= UTF8_CHARACTERS_PER_FAULT * faults;
  const isNarrow = controls === 0 || low < LEAST_LOW_OF_UTF16 * bytes.length;
  if (isNarrow && (faults === 0 || isUtf8)) return "utf-8";
  const candidates: [label: string, cost: number][] = [];
  const wide = sample(bytes, 2);
  for (const label of ["utf-16le", "utf-16be"]) {
    candidates.push([label, implausibility(decode(wide, label), undefined)]);
  }
  const plain = sample(bytes, 1);
  candidates.unshift(["utf-8", implausibility(decode(plain, "utf-8"), undefined)]);
  if (faults > 0 && !isUtf8) {
    const own = declared && labelOf(declared);
    for (const { label, languages } of ENCODINGS) {
      const cost = implausibility(decode(plain, label), languages);
      candidates.push([label, label === own ? cost * DECLARED_WEIGHT : cost]);
    }
    // An encoding that is not in the list is judged by what it makes of the bytes.
    if (own && !own.startsWith("utf-16") && !candidates.some(([label]) => label === own)) {
      candidates.push([own, DECLARED_WEIGHT * implausibility(decode(plain, own), undefined)]);
    }
  }
  return candidates.reduce((best, one) => (one[1] < best[1] ? one : best))[0];
}

/** The standard's name of an encoding; undefined for what no decoder knows or what decodes nothing. */
function labelOf(declared: string): string | undefined {
  try {
    const { encoding } = new TextDecoder(declared.trim());
    return encoding === "x-user-defined" ? undefined : encoding;
  } catch {
    return DOS_PAGES[declared.toLowerCase()] === undefined ? undefined : declared.toLowerCase();
  }
}

function decode(bytes: Uint8Array, label: string): string {
  const page = DOS_PAGES[label];
  if (page !== undefined) return decodePage(bytes, page);
  if (label.startsWith("utf-32")) return decodeUtf32(bytes, label === "utf-32le");
  return new TextDecoder(label).decode(bytes);
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
  const joined = new Uint8Array(windows.reduce((sum, { length }) => sum + length, 0));
  let length = 0;
  for (const window of windows) {
    joined.set(window, length);
    length += window.length;
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
