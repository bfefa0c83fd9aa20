// Everything an exact resume needs beside the appended spans: sinks and ring of every layer, votes,
// band ring, discovery state, pending spans, the recalled sets. Source: docs/ltri.md §12.
// Layout: u32 header bytes, header JSON (UTF-8), then the sections in the order of the header.

import * as v from "valibot";
import type { Backend } from "../../../../kernels/index.ts";
import type { PagedKv } from "../../mixers/softmax/paged-kv.ts";
import { damagedCheckpoint, readCheckpointHeader } from "../checkpoint-header.ts";
import type { SpanBuilder } from "./span-builder.ts";

interface LayerHeader {
  readonly firstRing: number;
  /** Spans sealed so far: what the store must hold. */
  readonly sealed: number;
  readonly pending: readonly (readonly [start: number, length: number, score: number])[];
  readonly recalled: readonly number[];
  readonly discoveryBytes: number;
}

interface Header {
  readonly version: number;
  readonly now: number;
  readonly complete: boolean;
  readonly layers: readonly LayerHeader[];
}

export interface RestoredState {
  readonly now: number;
  readonly complete: boolean;
  readonly sealed: readonly number[];
  readonly recalled: readonly (readonly number[])[];
}

/** What stands at the start of the pools of a document that is being read, or is complete. */
function resident(isComplete: boolean): "sinks" | "sinks and ring" {
  return isComplete ? "sinks" : "sinks and ring";
}

/** `builder` undefined: the document is complete, its ring is empty. */
export async function saveCheckpoint(
  backend: Backend,
  kv: PagedKv,
  builder: SpanBuilder | undefined,
  recalled: readonly (readonly number[])[],
  sealed: readonly number[],
): Promise<Uint8Array> {
  const recorder = backend.record();
  const size = kv.residentBytes(resident(builder === undefined));
  const reads: Promise<ArrayBuffer>[] = [];
  const layers = kv.config.layerConfigs;
  layers.forEach((_, layer) => {
    if (size > 0) reads.push(...kv.readResident(recorder, layer, size));
    const state = builder?.layers[layer];
    if (!state) return;
    for (const buffer of [state.votes, state.own, state.bandRing]) {
      reads.push(recorder.readback(buffer, 0, buffer.size));
    }
  });
  recorder.submit();
  const discovery = layers.map(
    (_, layer) => builder?.layers[layer]?.stream.serialise() ?? new Uint8Array(0),
  );
  const header: Header = {
    version: 1,
    now: kv.now,
    complete: builder === undefined,
    layers: layers.map((_, layer) => ({
      firstRing: kv.firstRing(layer),
      sealed: sealed[layer] ?? 0,
      pending: (builder?.layers[layer]?.pending ?? []).map((s) => [s.start, s.length, s.score]),
      recalled: recalled[layer] ?? [],
      discoveryBytes: discovery[layer]?.length ?? 0,
    })),
  };
  const head = new TextEncoder().encode(JSON.stringify(header));
  const sections = [...(await Promise.all(reads)).map((b) => new Uint8Array(b)), ...discovery];
  const total = sections.reduce((sum, s) => sum + s.length, 4 + head.length);
  const bytes = new Uint8Array(total);
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  let at = 4 + head.length;
  for (const section of sections) {
    bytes.set(section, at);
    at += section.length;
  }
  return bytes;
}

/** Puts the state back. Throws `index-damaged` when the bytes do not fit this kv. */
export function restoreCheckpoint(
  backend: Backend,
  kv: PagedKv,
  builder: SpanBuilder | undefined,
  bytes: Uint8Array,
): RestoredState {
  const header = readHeader(bytes, kv.config.layers);
  if (header.complete !== (builder === undefined)) {
    throw damagedCheckpoint(header.complete ? "it is already complete" : "it is not complete");
  }
  const size = kv.residentBytes(resident(header.complete));
  const states = builder?.layers.map(({ votes, own, bandRing }) => [votes, own, bandRing]) ?? [];
  const sizes = header.layers.map(
    (layer, index) =>
      2 * size + (states[index] ?? []).reduce((sum, one) => sum + one.size, layer.discoveryBytes),
  );
  let at = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const expected = sizes.reduce((sum, one) => sum + one, at);
  if (expected !== bytes.length)
    throw damagedCheckpoint(`${bytes.length} bytes, expected ${expected}`);
  const take = (length: number) => bytes.subarray(at, (at += length));
  for (const index of header.layers.keys()) {
    if (size > 0) kv.writeResident(index, take(size), take(size));
    for (const buffer of states[index] ?? []) backend.upload(buffer, 0, take(buffer.size));
  }
  header.layers.forEach((layer, index) => {
    kv.leaveRing(index, layer.firstRing);
    const discovery = take(layer.discoveryBytes);
    const state = builder?.layers[index];
    if (!state) return;
    state.stream.restore(discovery);
    state.pending = layer.pending.map(([start, length, score]) => ({ start, length, score }));
  });
  kv.now = header.now;
  return {
    now: header.now,
    complete: header.complete,
    sealed: header.layers.map(({ sealed }) => sealed),
    recalled: header.layers.map(({ recalled }) => recalled),
  };
}

/** A finished document's checkpoint without its sequence: where it stands, and all its bytes of KV. */
export function readFinished(
  bytes: Uint8Array,
  layers: number,
): { readonly now: number; readonly sealed: readonly number[]; readonly sinks: Uint8Array } {
  const header = readHeader(bytes, layers);
  if (!header.complete) throw damagedCheckpoint("it is not complete");
  const begin = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const sealed = header.layers.map((layer) => layer.sealed);
  return { now: header.now, sealed, sinks: bytes.subarray(begin) };
}

/** KV of a layer's sinks as its pages hold them. */
export interface SinkPages {
  readonly k: Uint8Array; // [page][K][16][row]
  readonly v: Uint8Array; // [page][K][16][row]
}

/** What a complete document's checkpoint holds: its sinks, and how many spans were sealed per layer. */
export function readSinks(
  kv: PagedKv,
  bytes: Uint8Array,
): { readonly sinks: readonly SinkPages[]; readonly sealed: readonly number[] } {
  const header = readHeader(bytes, kv.config.layers);
  if (!header.complete) throw damagedCheckpoint("it is not complete");
  const size = kv.residentBytes("sinks");
  let at = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const expected = at + 2 * size * header.layers.length;
  if (expected !== bytes.length)
    throw damagedCheckpoint(`${bytes.length} bytes, expected ${expected}`);
  const take = () => bytes.subarray(at, (at += size));
  const sinks = header.layers.map(() => ({ k: take(), v: take() }));
  return { sinks, sealed: header.layers.map(({ sealed }) => sealed) };
}

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const headerSchema = v.object({
  version: v.literal(1),
  now: whole,
  complete: v.boolean(),
  layers: v.array(
    v.object({
      firstRing: whole,
      sealed: whole,
      pending: v.array(v.tuple([whole, whole, v.number()])),
      recalled: v.array(whole),
      discoveryBytes: whole,
    }),
  ),
});

function readHeader(bytes: Uint8Array, layers: number): Header {
  const { header } = readCheckpointHeader(bytes, headerSchema);
  if (header.layers.length !== layers)
    throw damagedCheckpoint(`it has ${header.layers.length} layers`);
  return header;
}
