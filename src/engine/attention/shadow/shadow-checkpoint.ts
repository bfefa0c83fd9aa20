// The checkpoint of a document that ShadowKV reads: the layers that are done, and, until all are, the hidden
// states of all tokens in front of the next layer.
// Layout: u32 header bytes, header JSON (UTF-8), then per layer head, basis, mean, outliers, their keys and
// values, then the hidden states.

import * as v from "valibot";
import { EngineError } from "../../errors.ts";
import { invalid } from "../../store/file-problems.ts";
import { isFiniteKv } from "../../store/finite.ts";
import type { DocumentReader } from "../../store/types.ts";
import { damagedCheckpoint, readCheckpointHeader } from "../checkpoint-header.ts";
import type { StoredLayer } from "./layer-keys.ts";

export interface ShadowState {
  /** S, prefix and document. */
  readonly tokens: number;
  /** Layers that are done, from the first on. */
  readonly layers: readonly StoredLayer[];
  /** f32 [S, E] in front of layer `layers.length`; absent when the document is complete. */
  readonly hidden?: Uint8Array;
}

const SECTIONS = [
  "head",
  "basis",
  "mean",
  "outliers",
  "outlierKeys",
  "outlierValues",
] as const satisfies readonly (keyof StoredLayer)[];

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const headerSchema = v.object({
  version: v.literal(1),
  tokens: whole,
  hiddenBytes: whole,
  layers: v.array(
    v.object({
      rank: whole,
      energy: v.number(),
      bytes: v.pipe(v.array(whole), v.length(SECTIONS.length)),
    }),
  ),
});

export function saveShadowState({ tokens, layers, hidden }: ShadowState): Uint8Array {
  const sections = layers.map((layer) => SECTIONS.map((name) => bytesOf(layer[name])));
  const header = {
    version: 1,
    tokens,
    hiddenBytes: hidden?.byteLength ?? 0,
    layers: layers.map(({ rank, energy }, i) => ({
      rank,
      energy,
      bytes: sections[i]?.map(({ byteLength }) => byteLength) ?? [],
    })),
  };
  const head = new TextEncoder().encode(JSON.stringify(header));
  const pieces = [head, ...sections.flat(), ...(hidden ? [hidden] : [])];
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 4));
  new DataView(bytes.buffer).setUint32(0, head.byteLength, true);
  let at = 4;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}

/** Throws `index-damaged` for what is no such checkpoint; sizes of layers are checked where they are used. */
export function readShadowState(bytes: Uint8Array): ShadowState {
  const { header, begin } = readCheckpointHeader(bytes, headerSchema);
  const sizes = header.layers.flatMap((layer) => layer.bytes);
  const total = sizes.reduce((sum, size) => sum + size, begin + header.hiddenBytes);
  if (total !== bytes.length) throw damagedCheckpoint(`${bytes.length} bytes, expected ${total}`);
  let at = begin;
  const take = (size: number): Uint8Array => bytes.slice(at, (at += size)); // own buffer: aligned
  const layers = header.layers.map(({ rank, energy, bytes: own }): StoredLayer => {
    const [head, basis, mean, outliers, outlierKeys, outlierValues] = own.map(take) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    if (mean.byteLength % 4 !== 0 || outliers.byteLength % 4 !== 0)
      throw damagedCheckpoint("a broken row");
    return {
      rank,
      energy,
      head,
      basis,
      mean: new Float32Array(mean.buffer),
      outliers: new Uint32Array(outliers.buffer),
      outlierKeys,
      outlierValues,
    };
  });
  const hidden = header.hiddenBytes > 0 ? { hidden: take(header.hiddenBytes) } : {};
  return { tokens: header.tokens, layers, ...hidden };
}

/** Whether the checkpoint of a document from a file can be that of its index. Throws `format-invalid`. */
export function proveShadowState(reader: DocumentReader, checkpoint: Uint8Array): void {
  const { geometry, tokens, fingerprint } = reader.manifest;
  const { tokens: total, layers, hidden } = finishedOf(checkpoint);
  const prefix = fingerprint["prefix"];
  if (hidden || total !== (Array.isArray(prefix) ? prefix.length : 0) + tokens) {
    throw invalid("its checkpoint stands at another token than its end");
  }
  if (layers.length !== geometry.layers) throw invalid("its checkpoint has other layers");
  for (const { head, basis, outlierKeys, outlierValues, mean } of layers) {
    const rows = [head, basis, outlierKeys, outlierValues];
    if (!rows.every((bytes) => isFiniteKv(bytes, geometry)) || !mean.every(Number.isFinite)) {
      throw invalid("its first keys and values are not all numbers");
    }
  }
}

function finishedOf(checkpoint: Uint8Array): ShadowState {
  try {
    return readShadowState(checkpoint);
  } catch (error) {
    if (error instanceof EngineError) throw invalid("its checkpoint cannot be read");
    throw error;
  }
}

function bytesOf(column: ArrayBufferView): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
