// A model file that a site serves in parts, because many static hosts refuse large files. A manifest
// beside the parts names them; kept on the device the file is one again.
//
//   { "version": 1, "name": "m.gguf", "bytes": 98362432, "sha256": "…",
//     "parts": [{ "file": "m.0.bin", "bytes": 20971520, "sha256": "…" }, …] }
import * as v from "valibot";
import { boundedList, isObject, isText } from "../bounded-list.ts";
import { EngineError } from "../errors.ts";
import { type ByteSource, checkRange } from "../model/byte-source.ts";
import { BLOCK_BYTES } from "./block-digests.ts";
import { downloadFile, type DownloadHooks } from "./download-file.ts";
import type { ModelFileWriter } from "./model-directory.ts";
import {
  failed,
  type RemoteAccess,
  type RemoteFile,
  request,
  statusProblem,
} from "./remote-files.ts";

const PARTS_LIMIT = 1024;
const MANIFEST_LIMIT = 1024 * 1024;
const HASH = /^[0-9a-f]{64}$/;

interface StatedPart {
  readonly file: string;
  readonly bytes: number;
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) > 0;
// A name of a file beside the manifest, never a path or an address.
const isPart = (value: unknown): value is StatedPart =>
  isObject(value) &&
  isText(value["file"]) &&
  /^[\w][\w.-]*$/.test(value["file"]) &&
  isCount(value["bytes"]);

const manifestSchema = v.object({
  version: v.literal(1),
  name: v.pipe(v.string(), v.regex(/^[\w][\w.-]*\.gguf$/)),
  bytes: v.custom<number>(isCount),
  sha256: v.pipe(v.string(), v.regex(HASH)),
  parts: boundedList(isPart, PARTS_LIMIT),
});

/** Throws `not-found` where there is no manifest, `format-invalid` where it makes no sense. */
export async function resolveSplitFile(url: string, access: RemoteAccess): Promise<RemoteFile> {
  const response = await request(url, {}, access);
  const problem = statusProblem("The model beside this page", response.status);
  if (problem) {
    await response.body?.cancel();
    throw problem;
  }
  const text = await response.text();
  const parsed = v.safeParse(
    manifestSchema,
    text.length > MANIFEST_LIMIT ? null : parseJson(text),
    {
      abortEarly: true,
    },
  );
  // Hosts of apps answer with a page where there is no file.
  if (!parsed.success && text.trimStart().startsWith("<")) {
    throw new EngineError("not-found", "There is no model beside this page.");
  }
  const sum = parsed.success ? parsed.output.parts.reduce((all, { bytes }) => all + bytes, 0) : -1;
  if (!parsed.success || sum !== parsed.output.bytes) {
    throw new EngineError(
      "format-invalid",
      "The description of the model beside this page is damaged. Build the page again.",
    );
  }
  const { name, bytes, sha256, parts } = parsed.output;
  return {
    name,
    url,
    size: bytes,
    etag: null,
    sha256,
    ranges: true,
    parts: parts.map((part) => ({ url: new URL(part.file, url).href, size: part.bytes })),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Fetches every part into its place, from where it stopped. Resolves with the size of the whole. */
export async function downloadParts(
  file: RemoteFile,
  writer: ModelFileWriter,
  access: RemoteAccess,
  hooks: Pick<DownloadHooks, "onProgress" | "pause">,
): Promise<number> {
  let start = 0;
  for (const [index, part] of (file.parts ?? []).entries()) {
    const name = `${file.name}, part ${index + 1}`;
    const place = start;
    const one: RemoteFile = { name, ...part, etag: null, sha256: null, ranges: true };
    if (writer.size() < place + part.size || index + 1 === file.parts?.length) {
      await downloadFile(one, windowOf(writer, place), access, {
        pause: hooks.pause,
        onProgress: (bytes) => hooks.onProgress(place + bytes),
        onVersion: () => Promise.resolve(),
      });
    }
    start += part.size;
  }
  return start;
}

/** The rest of a file from `start` on, as a file of its own. */
function windowOf(writer: ModelFileWriter, start: number): ModelFileWriter {
  return {
    size: () => Math.max(0, writer.size() - start),
    write: (bytes, offset) => writer.write(bytes, start + offset),
    truncate: (size) => writer.truncate(start + size),
    flush: () => writer.flush(),
    close: () => undefined,
  };
}

/** Where bytes of a kept file are fetched again: its address, and the offset there. */
export function placeOf(
  file: Pick<RemoteFile, "name" | "url" | "parts">,
  offset: number,
  length: number,
): { readonly url: string; readonly offset: number } {
  let start = 0;
  for (const { url, size } of file.parts ?? []) {
    if (offset + length <= start + size && offset >= start) return { url, offset: offset - start };
    start += size;
  }
  if (!file.parts) return { url: file.url, offset };
  throw failed(file.name, `a part does not begin at a multiple of ${BLOCK_BYTES} bytes.`);
}

/** Sources one after the other as one. */
export function joinedSource(name: string, sources: readonly ByteSource[]): ByteSource {
  const whole: ByteSource = {
    name,
    size: sources.reduce((sum, { size }) => sum + size, 0),
    read: async (offset, length) => {
      checkRange(whole, offset, length);
      const bytes = new Uint8Array(length);
      let start = 0;
      for (const source of sources) {
        const from = Math.max(offset, start);
        const to = Math.min(offset + length, start + source.size);
        if (to > from) bytes.set(await source.read(from - start, to - from), from - offset);
        start += source.size;
      }
      return bytes;
    },
  };
  return whole;
}
