// Bytes to text where nobody says the encoding: a byte-order mark, then UTF-8 as long as it is valid,
// then UTF-16 by its zero bytes, then what the statistics of the bytes say.
import { EngineError } from "../engine/errors.ts";

const SAMPLE_BYTES = 64 * 1024;
const MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];
/** Bytes that no encoding of text uses, apart from tab, line ends, form feed and escape. */
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f]/g;

/** `declared`: what the format itself says, such as the charset of an HTML page. */
export async function decodeText(
  name: string,
  bytes: Uint8Array,
  declared?: string,
): Promise<string> {
  const marked = MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte));
  const encodings = marked ? [marked[0]] : [declared, "utf-8", zeroBytesSay(bytes)];
  for (const encoding of encodings) {
    const text = encoding && decodeStrictly(bytes, encoding);
    if (text) return requireText(name, text);
  }
  const { analyse } = await import("chardet");
  for (const guess of analyse(bytes.subarray(0, SAMPLE_BYTES))) {
    const text = decodeStrictly(bytes, guess.name);
    if (text) return requireText(name, text);
  }
  return requireText(name, new TextDecoder("windows-1252").decode(bytes));
}

function decodeStrictly(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined; // not valid in it, or an encoding the browser does not know
  }
}

/** Latin letters in UTF-16 have a zero in every second byte. */
function zeroBytesSay(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const zeros = [0, 0];
  sample.forEach((byte, i) => byte === 0 && zeros[i % 2]!++);
  const [even, odd] = zeros as [number, number];
  const many = sample.length / 8;
  if (odd > many && even < odd / 8) return "utf-16le";
  if (even > many && odd < even / 8) return "utf-16be";
  return undefined;
}

function requireText(name: string, text: string): string {
  const sample = text.slice(0, SAMPLE_BYTES);
  const controls = sample.match(CONTROL)?.length ?? 0;
  if (controls > sample.length / 200) {
    throw new EngineError("format-unsupported", `"${name}" holds binary data, not text.`);
  }
  return text;
}
