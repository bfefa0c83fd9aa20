// Whether the index of a document from a file can be that of its text. Checksums only prove that the
// file is what its maker wrote: here the finished checkpoint is read, and the text is tokenised again.
// What cannot be proven without reading the document is the KV itself.
import type { DocumentBinding } from "../attention/binding.ts";
import { readFinished } from "../attention/ltri/checkpoint.ts";
import { EngineError } from "../errors.ts";
import { canonicalJson } from "../store/fingerprint.ts";
import { invalid } from "../store/file-problems.ts";
import { isFiniteKv } from "../store/finite.ts";
import type { DocumentReader } from "../store/types.ts";

const PAGE_TOKENS = 16;

/**
 * Throws `format-invalid`. False without the model that made the tokens: `binding` is of the loaded one.
 */
export async function proveDocument(
  document: { readonly index: DocumentReader; readonly checkpoint: Uint8Array },
  binding: DocumentBinding | undefined,
): Promise<boolean> {
  const { index, checkpoint } = document;
  proveCheckpoint(index, checkpoint);
  const { fingerprint } = index.manifest;
  const model = binding?.fingerprint["model"];
  const own = fingerprint["model"];
  if (!binding || model === undefined || own === undefined) return false;
  if (canonicalJson(model) !== canonicalJson(own)) return false;
  const steps = binding.tokenizer.encodeSteps(await index.text());
  let step = steps.next();
  for (; !step.done; step = steps.next()) await new Promise((resolve) => setTimeout(resolve, 0));
  const { ids, starts } = step.value;
  if (!isSame(ids, await index.tokenIds()) || !isSame(starts, await index.tokenStarts())) {
    throw invalid("its tokens are not those of its text");
  }
  return true;
}

function isSame(one: Uint32Array, other: Uint32Array): boolean {
  return one.length === other.length && one.every((value, i) => value === other[i]);
}

/** Its counts are those of the index, and its sinks hold keys and values. */
function proveCheckpoint(index: DocumentReader, checkpoint: Uint8Array): void {
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
