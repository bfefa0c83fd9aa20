// What a model file is, by its first bytes. Names are only believed where the bytes say nothing: a file
// that is saved under another name stays what it is, and a damaged one is reported as what it was to be.
import type { ByteSource } from "./byte-source.ts";

export type WeightFormat = "gguf" | "safetensors" | "pickle";

/** Undefined for descriptions (JSON, templates) and for whatever else lies beside the weights. */
export async function weightFormat(source: ByteSource): Promise<WeightFormat | undefined> {
  const head = await source.read(0, Math.min(9, source.size));
  return formatOfBytes(head, source.name) ?? formatOfName(source.name);
}

function formatOfBytes(head: Uint8Array, name: string): WeightFormat | undefined {
  if (startsWith(head, "GGUF")) return "gguf";
  // A length of 64 bits, of which the upper 32 are never needed, then the header: a JSON object.
  const isLength = head.length === 9 && head.subarray(4, 8).every((byte) => byte === 0);
  if (isLength && head[8] === 0x7b) return "safetensors";
  if (isPickle(head) || (startsWith(head, "PK\x03\x04") && PICKLE_NAME.test(name))) return "pickle";
  return undefined;
}

/** Zip archives of other programs are no pickles; those of PyTorch have these names. */
const PICKLE_NAME = /\.(bin|pt|pth|pkl|ckpt)$/i;

const isPickle = ([first, version = 0]: Uint8Array): boolean =>
  first === 0x80 && version >= 2 && version <= 5;

function formatOfName(name: string): WeightFormat | undefined {
  if (/\.safetensors$/i.test(name)) return "safetensors";
  return /\.gguf$/i.test(name) ? "gguf" : undefined;
}

function startsWith(bytes: Uint8Array, mark: string): boolean {
  return Array.from(mark, (letter) => letter.charCodeAt(0)).every(
    (byte, index) => bytes[index] === byte,
  );
}

/** The description of a checkpoint lies in files of these names. */
export const isDescription = (name: string): boolean => /\.(json|jinja)$/i.test(name);
