// Whether the index of a document from a file can be that of its text. Checksums only prove that the
// file is what its maker wrote: here the finished checkpoint is read, and the text is tokenised again.
// What cannot be proven without reading the document is the KV itself.
import type { DocumentBinding } from "../attention/binding.ts";
import { DEFAULT_ENGINE, type EngineName, isEngineName } from "../attention/engine-names.ts";
import { attentionEngine } from "../attention/engines.ts";
import { canonicalJson } from "../store/fingerprint.ts";
import { invalid } from "../store/file-problems.ts";
import type { DocumentReader, Fingerprint } from "../store/types.ts";

/**
 * Throws `format-invalid`. False without the model that made the tokens: `binding` is of the loaded one.
 */
export async function proveDocument(
  document: { readonly index: DocumentReader; readonly checkpoint: Uint8Array },
  binding: DocumentBinding | undefined,
): Promise<boolean> {
  const { index, checkpoint } = document;
  const { fingerprint } = index.manifest;
  await attentionEngine(engineOf(fingerprint)).prove(index, checkpoint);
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

/** The engine that read it; a fingerprint that names none is compared with the loaded model's anyway. */
function engineOf({ engine }: Fingerprint): EngineName {
  const name = typeof engine === "object" && engine && "name" in engine ? engine.name : undefined;
  return isEngineName(name) ? name : DEFAULT_ENGINE;
}
