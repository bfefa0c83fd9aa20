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

export interface Archive {
  readonly names: readonly string[];
  /** Undefined where there is no such entry. */
  read(
    name: string,
    onBytes?: (done: number, total: number) => void,
  ): Promise<Uint8Array | undefined>;
}

export async function openArchive(file: File): Promise<Archive> {
  const entries = new Map<string, Entry>();
  const naming = <T>(task: () => Promise<T>) => nameFailure(file.name, task);
  await naming(async () => {
    const reader = new ZipReader(new BlobReader(file));
    for await (const entry of reader.getEntriesGenerator()) {
      if (entries.size >= MAX_ENTRIES) {
        throw new EngineError("too-large", `"${file.name}" holds more than ${MAX_ENTRIES} files.`);
      }
      if (!entry.directory) entries.set(entry.filename, entry);
    }
  });
  let total = 0;

  return {
    names: [...entries.keys()],
    async read(name, onBytes) {
      const entry = entries.get(name);
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

function bomb(name: string): EngineError {
  return new EngineError(
    "too-large",
    `"${name}" unpacks to far more than a document can be (${MAX_TOTAL_BYTES >> 20} MB at most). It was not read.`,
  );
}

async function nameFailure<T>(name: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (thrown) {
    if (thrown instanceof EngineError) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const message = `"${name}" is damaged: its container cannot be unpacked (${reason}).`;
    throw new EngineError("format-invalid", message, { cause: thrown });
  }
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
