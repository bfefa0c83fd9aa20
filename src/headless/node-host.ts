// What Node gives the engine in place of a browser: Dawn as the GPU, files as byte sources.
import { type FileHandle, open, readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { joinedSource, resolveSplitFile } from "../engine/model-cache/split-file.ts";
import { type ByteSource, checkRange } from "../engine/model/byte-source.ts";
import { EngineError } from "../engine/errors.ts";
import { isDescription, weightFormat } from "../engine/model/weight-format.ts";

// Dawn's instance dies with its JavaScript wrapper, so the wrapper is kept for the whole process.
let instance: GPU | undefined;

/** Dawn's Vulkan back end; which driver answers is decided by the environment (src/cli). */
export async function nodeGpu(): Promise<GPU> {
  const { create, globals } = await import("webgpu");
  Object.assign(globalThis, globals);
  instance ??= create(["backend=vulkan"]);
  return instance;
}

/** Opened for each read: nobody tells when a model is no longer read from. */
export async function fileSource(file: string): Promise<ByteSource> {
  const missing = (cause: unknown) => {
    throw new EngineError("not-found", `Cannot open ${file}.`, { cause });
  };
  const { size } = await stat(file).catch(missing);
  const source: ByteSource = {
    name: path.basename(file),
    size,
    async read(offset, length) {
      checkRange(source, offset, length);
      const handle = await open(file, "r").catch(missing);
      try {
        return await readExactly(handle, offset, length);
      } finally {
        await handle.close();
      }
    },
  };
  return source;

  async function readExactly(handle: FileHandle, offset: number, length: number) {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) {
        throw new EngineError(
          "format-invalid",
          `${file} ends at byte ${offset + done}; it is truncated.`,
        );
      }
      done += bytesRead;
    }
    return bytes;
  }
}

/**
 * The files of a model: a GGUF file (with its split siblings), a safetensors file (with its siblings and
 * the descriptions beside it), the description of a file in parts (`.json`), or the weights and descriptions
 * of a folder. Weights are known by their
 * first bytes, so their names do not matter.
 */
export async function modelSources(location: string): Promise<ByteSource[]> {
  const info = await stat(location).catch(() => undefined);
  if (!info) throw new EngineError("not-found", `There is no model at ${location}.`);
  if (info.isDirectory()) return folderSources(location);
  if (location.endsWith(".json")) return [await partedSource(location)];
  const parts = await Promise.all(partNames(location).map(fileSource));
  if ((await weightFormat(parts[0]!)) !== "safetensors") return parts;
  const folder = path.dirname(location);
  const names = (await readdir(folder)).filter(isDescription);
  const beside = names.map((name) => fileSource(path.join(folder, name)));
  return [...parts, ...(await Promise.all(beside))];
}

async function partedSource(manifest: string): Promise<ByteSource> {
  const read = async (url: string) => new Response(await readFile(fileURLToPath(url)));
  const { name, parts = [] } = await resolveSplitFile(pathToFileURL(manifest).href, {
    fetch: read,
  });
  const sources = parts.map(({ url }) => fileSource(fileURLToPath(url)));
  return joinedSource(name, await Promise.all(sources));
}

async function folderSources(folder: string): Promise<ByteSource[]> {
  const wanted: ByteSource[] = [];
  let others = 0;
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    if (!(await stat(file)).isFile()) continue;
    const source = await fileSource(file);
    if (isDescription(name) || (await weightFormat(source))) wanted.push(source);
    else others++;
  }
  if (wanted.length > 0) return wanted;
  throw new EngineError(
    "not-found",
    `There is no model in ${folder}: none of its ${others} files holds weights in GGUF or safetensors.`,
  );
}

/** All parts of a split file; of any other file itself. */
function partNames(location: string): string[] {
  const split = /^(.*)-\d{5}-of-(\d{5})(\.[^./\\]+)?$/.exec(location);
  if (!split) return [location];
  const [, stem = "", total = "", extension = ""] = split;
  return Array.from(
    { length: Number(total) },
    (_, index) => `${stem}-${String(index + 1).padStart(5, "0")}-of-${total}${extension}`,
  );
}
