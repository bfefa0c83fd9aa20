// Whether the checkpoint of a document from a file can be that of its index. Checksums only prove that the
// file is what its maker wrote.
import { PAGE_TOKENS } from "../../../../kernels/index.ts";
import { EngineError } from "../../errors.ts";
import { invalid } from "../../store/file-problems.ts";
import { isFiniteKv } from "../../store/finite.ts";
import type { DocumentReader } from "../../store/types.ts";
import { readFinished } from "./checkpoint.ts";

/** Its counts are those of the index, and its sinks hold keys and values. Throws `format-invalid`. */
export function proveCheckpoint(index: DocumentReader, checkpoint: Uint8Array): void {
  const { geometry, tokens, fingerprint } = index.manifest;
  const { now, sealed, sinks } = finishedOf(checkpoint, geometry.layers);
  const prefix = fingerprint["prefix"];
  if (now !== (Array.isArray(prefix) ? prefix.length : 0) + tokens) {
    throw invalid("its checkpoint stands at another token than its end");
  }
  if (sealed.some((count, layer) => count !== index.spans(layer).count)) {
    throw invalid("its checkpoint counts other spans");
  }
  if (!isFiniteKv(sinks, geometry)) throw invalid("its first keys and values are not all numbers");
  // K pages, then V pages, of every layer; the first token's rows are never empty.
  const poolBytes = sinks.byteLength / (2 * geometry.layers);
  if (poolBytes === 0) return;
  if (poolBytes % (PAGE_TOKENS * geometry.vectorBytes) !== 0) {
    throw invalid("its checkpoint has another size");
  }
  const rowBytes = geometry.vectorBytes / geometry.kvHeads;
  for (let pool = 0; pool < 2 * geometry.layers; pool++) {
    const row = sinks.subarray(pool * poolBytes, pool * poolBytes + rowBytes);
    if (row.every((byte) => byte === 0)) throw invalid("its first keys and values are missing");
  }
}

function finishedOf(checkpoint: Uint8Array, layers: number) {
  try {
    return readFinished(checkpoint, layers);
  } catch (error) {
    if (error instanceof EngineError) throw invalid("its checkpoint cannot be read");
    throw error;
  }
}
