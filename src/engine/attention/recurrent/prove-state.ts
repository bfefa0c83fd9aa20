// Whether the state in a document file can be that of its text: it stands at the end, and was made from
// the tokens of the file. What its numbers mean only its model knows.

import { EngineError } from "../../errors.ts";
import { invalid } from "../../store/file-problems.ts";
import type { DocumentReader } from "../../store/types.ts";
import { decodeState } from "./state-record.ts";

/** Throws `format-invalid`. */
export async function proveState(reader: DocumentReader, checkpoint: Uint8Array): Promise<void> {
  const { prefix } = reader.manifest.fingerprint;
  const prefixIds = Array.isArray(prefix) ? prefix.map(Number) : [];
  const stream = Uint32Array.from([...prefixIds, ...(await reader.tokenIds())]);
  try {
    const { position, bytes } = decodeState(checkpoint, stream);
    if (position === stream.length && bytes.length > 0) return;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
  }
  throw invalid("its state is not that of its tokens");
}
