// The zip container of EPUB and DOCX, read entry by entry with the browser's own decompression. An
// archive made to fill memory is refused while it is read: sizes in its headers prove nothing.
import {
  BlobReader,
  configure,
  type Entry,
  ZipReader,
} from "@zip.js/zip.js/lib/zip-core-native.js";
import { EngineError } from "../engine/errors.ts";

// The extraction already runs apart from the page; the library's own workers would need a blob URL.
configure({ useWebWorkers: false });

const MAX_ENTRIES = 20_000;
const MAX_TOTAL_BYTES = 512 * 1024 * 1024;
/** Markup shrinks to a tenth, tables of zeros to a hundredth; deflate's best is a thousandth. */
const MAX_RATIO = 250;
/** Below this a ratio says nothing. */
const RATIO_FREE_BYTES = 4 * 1024 * 1024;
/** Signature of the directory's end, which stands before a comment of at most 64 KiB. */
const END_MARK = [0x50, 0x4b, 0x05, 0x06];
const END_BYTES = 22 + 0xffff;
/** What macOS packs beside files: their attributes, under their names. */
const APPLE_DOUBLE = /^__MACOSX\/|(?:^|\/)\._/;

export interface Archive {
  /** With forward slashes. */
  readonly names: readonly string[];
  /** Whether `read` would find it. */
  has(name: string): boolean;
  /**
   * Undefined where there is no such entry. A name matches as it is, else in another case, else with
   * its percent codes resolved. Throws `format-invalid` for a damaged entry.
   */
  read(
    name: string,
    onBytes?: (done: number, total: number) => void,
  ): Promise<Uint8Array | undefined>;
}

export async function openArchive(file: File): Promise<Archive> {
  const entries = new Map<string, Entry>();
  const loose = new Map<string, Entry>();
  const naming = <T>(task: () => Promise<T>) => nameFailure(file, task);
  await naming(async () => {
    const reader = new ZipReader(new BlobReader(file));
    for await (const entry of reader.getEntriesGenerator()) {
      if (entries.size >= MAX_ENTRIES) {
        throw new EngineError("too-large", `"${file.name}" holds more than ${MAX_ENTRIES} files.`);
      }
      if (entry.directory) continue;
      const name = plainName(entry.filename);
      if (APPLE_DOUBLE.test(name)) continue;
      entries.set(name, entry);
      if (!loose.has(looseName(name))) loose.set(looseName(name), entry);
    }
  });
  let total = 0;
  const find = (name: string): Entry | undefined =>
    entries.get(plainName(name)) ?? loose.get(looseName(plainName(name)));

  return {
    names: [...entries.keys()],
    has: (name) => find(name) !== undefined,
    async read(name, onBytes) {
      const entry = find(name);
      if (!entry || entry.directory) return undefined;
      if (entry.encrypted) {
        throw new EngineError("encrypted", `"${file.name}" is protected with a password.`);
      }
      const pieces: Uint8Array[] = [];
      let size = 0;
      const sink = new WritableStream<Uint8Array>({
        write(piece) {
          size += piece.byteLength;
          total += piece.byteLength;
          const swollen = size > RATIO_FREE_BYTES && size > MAX_RATIO * entry.compressedSize;
          if (swollen || total > MAX_TOTAL_BYTES) throw bomb(file.name);
          pieces.push(piece);
          onBytes?.(size, Math.max(size, entry.uncompressedSize));
        },
      });
      await naming(() => entry.getData(sink));
      return join(pieces, size);
    },
  };
}

/** A path inside the archive: forward slashes, no root, no `.` and `..`. */
export function plainName(name: string): string {
  const parts: string[] = [];
  for (const part of name.replaceAll("\\", "/").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** Equal for names that mean one file: of another case, or with percent codes. */
export function looseName(name: string): string {
  return decodePercent(name).normalize("NFC").toLowerCase();
}

/** Percent codes as characters; a percent sign that begins no code stays one. */
export function decodePercent(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => {
    try {
      return decodeURIComponent(codes);
    } catch {
      return codes;
    }
  });
}

function bomb(name: string): EngineError {
  return new EngineError(
    "too-large",
    `"${name}" unpacks to far more than a document can be (${MAX_TOTAL_BYTES >> 20} MB at most). It was not read.`,
  );
}

async function nameFailure<T>(file: File, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (thrown) {
    if (thrown instanceof EngineError) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const message = (await isTruncated(file))
      ? `"${file.name}" is truncated: the end of its container is missing. Fetch or copy it again.`
      : `"${file.name}" is damaged: its container cannot be unpacked (${reason}).`;
    throw new EngineError("format-invalid", message, { cause: thrown });
  }
}

async function isTruncated(file: File): Promise<boolean> {
  const start = Math.max(0, file.size - END_BYTES);
  const bytes = new Uint8Array(await file.slice(start).arrayBuffer());
  for (let at = bytes.length - 4; at >= 0; at--) {
    if (END_MARK.every((byte, i) => bytes[at + i] === byte)) return false;
  }
  return true;
}

function join(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}
