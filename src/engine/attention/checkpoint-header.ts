// The header that checkpoints of documents begin with: u32 bytes, then JSON (UTF-8) of so many bytes.

import * as v from "valibot";
import { EngineError } from "../errors.ts";

/**
 * The header, and where what follows it begins. Throws `index-damaged`: the bytes passed a checksum, so a
 * mismatch means another program wrote them, or another's file.
 */
export function readCheckpointHeader<Header>(
  bytes: Uint8Array,
  schema: v.GenericSchema<unknown, Header>,
): { readonly header: Header; readonly begin: number } {
  if (bytes.length < 4) throw damagedCheckpoint("no header");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (length > bytes.length - 4) throw damagedCheckpoint("header beyond the end");
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  } catch (cause) {
    throw new EngineError("index-damaged", "The checkpoint header is not JSON.", { cause });
  }
  const header = v.safeParse(schema, json, { abortEarly: true, abortPipeEarly: true });
  if (!header.success) {
    throw damagedCheckpoint(`its header is not valid (${header.issues[0].message})`);
  }
  return { header: header.output, begin: 4 + length };
}

export function damagedCheckpoint(what: string): EngineError {
  return new EngineError(
    "index-damaged",
    `The checkpoint of the document cannot be used: ${what}.`,
  );
}
