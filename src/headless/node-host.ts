// What Node gives the engine in place of a browser: Dawn as the GPU, files as byte sources.
import { open, readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { ByteSource } from "../engine/model/byte-source.ts";
import { EngineError } from "../engine/errors.ts";

// Dawn's instance dies with its JavaScript wrapper, so the wrapper is kept for the whole process.
let instance: GPU | undefined;

/** Dawn's Vulkan back end; which driver answers is decided by the environment (src/cli). */
export async function nodeGpu(): Promise<GPU> {
  const { create, globals } = await import("webgpu");
  Object.assign(globalThis, globals);
  instance ??= create(["backend=vulkan"]);
  return instance;
}

export async function fileSource(file: string): Promise<ByteSource> {
  const handle = await open(file, "r").catch((cause: unknown) => {
    throw new EngineError("not-found", `Cannot open ${file}.`, { cause });
  });
  const { size } = await handle.stat();
  return {
    name: path.basename(file),
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) {
          throw new EngineError("format-invalid", `${file} ends at byte ${offset + done}.`);
        }
        done += bytesRead;
      }
      return bytes;
    },
  };
}

/** The files of a model: a GGUF file (with its split siblings), or every file of a folder. */
export async function modelSources(location: string): Promise<ByteSource[]> {
  const info = await stat(location).catch(() => undefined);
  if (!info) throw new EngineError("not-found", `There is no model at ${location}.`);
  if (info.isDirectory()) {
    const names = (await readdir(location)).filter((name) =>
      /\.(json|jinja|safetensors)$/.test(name),
    );
    return Promise.all(names.map((name) => fileSource(path.join(location, name))));
  }
  const split = /^(.*)-\d{5}-of-(\d{5})\.gguf$/.exec(location);
  if (!split) return [await fileSource(location)];
  const [, stem = "", total = ""] = split;
  const names = Array.from(
    { length: Number(total) },
    (_, i) => `${stem}-${String(i + 1).padStart(5, "0")}-of-${total}.gguf`,
  );
  return Promise.all(names.map((name) => fileSource(name)));
}
