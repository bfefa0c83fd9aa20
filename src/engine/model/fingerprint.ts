// Identity of a model file from its header and samples of its data, without reading all of it.
import type { ByteSource } from "./byte-source.ts";

const SAMPLES = 16;
const SAMPLE_BYTES = 4096;

/** Lower-case hexadecimal SHA-256. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Size, header hash and the hash of evenly spread samples of the data after `dataOffset`. */
export async function fingerprintSource(
  source: ByteSource,
  header: Uint8Array,
  dataOffset: number,
): Promise<string[]> {
  const span = source.size - dataOffset;
  const length = Math.min(SAMPLE_BYTES, span);
  const starts = Array.from({ length: SAMPLES }, (_, i) =>
    Math.floor(dataOffset + ((span - length) * i) / (SAMPLES - 1)),
  );
  const samples = new Uint8Array(SAMPLES * length);
  const parts = await Promise.all(starts.map((start) => source.read(start, length)));
  parts.forEach((part, i) => samples.set(part, i * length));
  return [`size ${source.size}`, `header ${await sha256(header)}`, `data ${await sha256(samples)}`];
}
