// The state of a recurrent model as a document's checkpoint keeps it (kind `rodimus-state`): where it
// stands, a checksum of the token ids it was made from, then the state itself. The store wraps it in its
// envelopes and binds it to model, tokenizer, prefix and parameters by the fingerprint.
// Layout: u32 header bytes, header JSON (UTF-8), state bytes.

import * as v from "valibot";
import { EngineError } from "../../errors.ts";
import { crc32c } from "../../store/envelope.ts";
import type { StreamState } from "./recurrent-stream.ts";

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const headerSchema = v.object({
  kind: v.literal("rodimus-state"),
  version: v.literal(1),
  /** Tokens of the stream in the state, the prompt's prefix included. */
  position: whole,
  /** CRC32C of those ids as u32. */
  ids: whole,
});

/** `stream`: ids of prefix and document. */
export function encodeState({ position, bytes }: StreamState, stream: Uint32Array): Uint8Array {
  const ids = crcOf(stream, position);
  const header = { kind: "rodimus-state", version: 1, position, ids };
  const head = new TextEncoder().encode(JSON.stringify(header));
  const record = new Uint8Array(4 + head.length + bytes.length);
  new DataView(record.buffer).setUint32(0, head.length, true);
  record.set(head, 4);
  record.set(bytes, 4 + head.length);
  return record;
}

/** Throws `index-damaged` for a state of other tokens. */
export function decodeState(record: Uint8Array, stream: Uint32Array): StreamState {
  const { position, ids, bytes } = split(record);
  if (position > stream.length || crcOf(stream, position) !== ids) {
    throw damagedState("it was made from other tokens");
  }
  return { position, bytes };
}

/** Tokens in the state. Throws `index-damaged`. */
export function statePosition(record: Uint8Array): number {
  return split(record).position;
}

function split(record: Uint8Array) {
  if (record.length < 4) throw damagedState("it has no header");
  const length = new DataView(record.buffer, record.byteOffset).getUint32(0, true);
  if (length > record.length - 4) throw damagedState("its header runs beyond its end");
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(record.subarray(4, 4 + length)));
  } catch (cause) {
    throw new EngineError("index-damaged", "The state of the document has no readable header.", {
      cause,
    });
  }
  const header = v.safeParse(headerSchema, json, { abortEarly: true });
  if (!header.success) throw damagedState("its header is not that of a recurrent state");
  return { ...header.output, bytes: record.subarray(4 + length) };
}

function crcOf(stream: Uint32Array, count: number): number {
  return crc32c(new Uint8Array(stream.buffer, stream.byteOffset, count * 4));
}

export function damagedState(what: string): EngineError {
  return new EngineError("index-damaged", `The stored state cannot be used: ${what}.`);
}
