// Everything an exact resume needs beside the appended spans: sinks and ring of every layer, votes,
// band ring, discovery state, pending spans, the recalled sets. Source: specification §11.1.
// Layout: u32 header bytes, header JSON (UTF-8), then the sections in the order of the header.

import * as v from "valibot";
import { type Backend, kvRowBytes, type DeviceBuffer } from "../../../../kernels/index.ts";
import { EngineError } from "../../errors.ts";
import { PAGE_TOKENS } from "../../mixers/softmax/kv-layout.ts";
import type { Sequence } from "../../mixers/softmax/paged-kv.ts";
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

/** Bytes of sinks and ring (or of the sinks alone) at the start of one pool. */
function poolBytes(sequence: Sequence, complete: boolean): number {
  const { layout, kvDtype } = sequence.shape;
  const { kvHeads, headDim } = sequence.config;
  const pages = complete ? layout.firstRingPage : layout.firstSpanPage;
  return pages * PAGE_TOKENS * kvHeads * kvRowBytes(kvDtype, headDim);
}

/** `builder` undefined: the document is complete, its ring is empty. */
export async function saveCheckpoint(
  backend: Backend,
  sequence: Sequence,
  builder: SpanBuilder | undefined,
  recalled: readonly (readonly number[])[],
  sealed: readonly number[],
): Promise<Uint8Array> {
  const recorder = backend.record();
  const size = poolBytes(sequence, builder === undefined);
  const reads: Promise<ArrayBuffer>[] = [];
  sequence.layers.forEach(({ kPool, vPool }, layer) => {
    if (size > 0) {
      reads.push(recorder.readback(kPool, 0, size), recorder.readback(vPool, 0, size));
    }
    const state = builder?.layers[layer];
    if (!state) return;
    for (const buffer of [state.votes, state.own, state.bandRing]) {
      reads.push(recorder.readback(buffer, 0, buffer.size));
    }
  });
  recorder.submit();
  const discovery = sequence.layers.map(
    (_, layer) => builder?.layers[layer]?.stream.serialise() ?? new Uint8Array(0),
  );
  const header: Header = {
    version: 1,
    now: sequence.now,
    complete: builder === undefined,
    layers: sequence.layers.map(({ firstRing }, layer) => ({
      firstRing,
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

/** Puts the state back. Throws `index-damaged` when the bytes do not fit this sequence. */
export function restoreCheckpoint(
  backend: Backend,
  sequence: Sequence,
  builder: SpanBuilder | undefined,
  bytes: Uint8Array,
): RestoredState {
  const header = readHeader(bytes, sequence.layers.length);
  if (header.complete !== (builder === undefined)) {
    throw damaged(header.complete ? "it is already complete" : "it is not complete");
  }
  const size = poolBytes(sequence, header.complete);
  const targets: [DeviceBuffer, number][] = [];
  sequence.layers.forEach(({ kPool, vPool }, layer) => {
    if (size > 0) targets.push([kPool, size], [vPool, size]);
    const state = builder?.layers[layer];
    if (!state) return;
    for (const buffer of [state.votes, state.own, state.bandRing]) {
      targets.push([buffer, buffer.size]);
    }
  });
  const discoveryBytes = header.layers.reduce((sum, layer) => sum + layer.discoveryBytes, 0);
  let at = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const expected = targets.reduce((sum, [, length]) => sum + length, at + discoveryBytes);
  if (expected !== bytes.length) throw damaged(`${bytes.length} bytes, expected ${expected}`);
  for (const [buffer, length] of targets) {
    backend.upload(buffer, 0, bytes.subarray(at, at + length));
    at += length;
  }
  header.layers.forEach((layer, index) => {
    sequence.layer(index).firstRing = layer.firstRing;
    const state = builder?.layers[index];
    if (state) {
      state.stream.restore(bytes.subarray(at, at + layer.discoveryBytes));
      state.pending = layer.pending.map(([start, length, score]) => ({ start, length, score }));
    }
    at += layer.discoveryBytes;
  });
  sequence.now = header.now;
  return {
    now: header.now,
    complete: header.complete,
    sealed: header.layers.map(({ sealed }) => sealed),
    recalled: header.layers.map(({ recalled }) => recalled),
  };
}

/** KV of a layer's sinks as its pages hold them. */
export interface SinkPages {
  readonly k: Uint8Array; // [page][K][16][row]
  readonly v: Uint8Array; // [page][K][16][row]
}

/** What a complete document's checkpoint holds: its sinks, and how many spans were sealed per layer. */
export function readSinks(
  sequence: Sequence,
  bytes: Uint8Array,
): { readonly sinks: readonly SinkPages[]; readonly sealed: readonly number[] } {
  const header = readHeader(bytes, sequence.layers.length);
  if (!header.complete) throw damaged("it is not complete");
  const size = poolBytes(sequence, true);
  let at = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const expected = at + 2 * size * header.layers.length;
  if (expected !== bytes.length) throw damaged(`${bytes.length} bytes, expected ${expected}`);
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

/** The bytes passed a checksum, so a mismatch means another program wrote them: or another's file. */
function readHeader(bytes: Uint8Array, layers: number): Header {
  if (bytes.length < 4) throw damaged("no header");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (length > bytes.length - 4) throw damaged("header beyond the end");
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  } catch (cause) {
    throw new EngineError("index-damaged", "The checkpoint header is not JSON.", { cause });
  }
  const header = v.safeParse(headerSchema, json);
  if (!header.success) throw damaged(`its header is not valid (${header.issues[0].message})`);
  if (header.output.layers.length !== layers) {
    throw damaged(`it has ${header.output.layers.length} layers`);
  }
  return header.output;
}

function damaged(what: string): EngineError {
  return new EngineError(
    "index-damaged",
    `The checkpoint of the document cannot be used: ${what}.`,
  );
}
