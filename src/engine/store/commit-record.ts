// The commit record, and the checkpoint it refers to. A commit names every part of its checkpoint by
// checksum, so a slot that was overwritten since is recognised. Source: docs/ltri.md §12.
import * as v from "valibot";
import { damaged, openRecord, recordCrc, sealRecord, ENVELOPE_BYTES } from "./envelope.ts";
import type { RecordStore, RecordWrite } from "./types.ts";

export const CHECKPOINT_PART_BYTES = 8 * 1024 * 1024;

export type Slot = 0 | 1;

export interface Commit {
  readonly slot: Slot; // its own; not stored
  readonly recordBytes: number; // its own, envelope included; not stored
  readonly sequence: number;
  readonly tokensCommitted: number;
  readonly complete: boolean;
  readonly checkpointSlot: Slot;
  readonly checkpointCrcs: readonly number[]; // one per part
  readonly checkpointBytes: number; // stored, envelopes included
  readonly extentBytes: number; // committed length of the document's file
  readonly partBytes: number; // records in spans, vectors, kv
  readonly layers: readonly LayerMarks[];
}

/** High-water marks: what lies behind them does not exist. */
export interface LayerMarks {
  readonly spans: number;
  readonly extents: number;
  readonly parts: number;
}

export type CommitBody = Omit<Commit, "slot" | "recordBytes">;

export function encodeCommit(slot: Slot, body: CommitBody): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(body));
  return sealRecord({ kind: "commit", layer: 0, part: slot }, json);
}

/** Throws `index-damaged`. */
export function decodeCommit(slot: Slot, record: Uint8Array, layers: number): Commit {
  const payload = openRecord(record, { kind: "commit", layer: 0, part: slot });
  const parsed = v.safeParse(bodySchema, jsonOf(payload), { abortEarly: true });
  if (!parsed.success) throw damaged("commit record", "cannot be understood");
  const body = parsed.output as CommitBody;
  if (body.layers.length !== layers) throw damaged("commit record", "has other layers");
  return { ...body, slot, recordBytes: record.byteLength };
}

function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const bodySchema = v.object({
  sequence: count,
  tokensCommitted: count,
  complete: v.boolean(),
  checkpointSlot: v.picklist([0, 1]),
  checkpointCrcs: v.array(count),
  checkpointBytes: count,
  extentBytes: count,
  partBytes: count,
  layers: v.array(v.object({ spans: count, extents: count, parts: count })),
});

export interface CheckpointContent {
  readonly tail: Uint8Array; // tails of all layers
  readonly engine: Uint8Array; // the engine's own bytes
}

/** Payload over all parts: u32 tail bytes, u32 engine bytes, tail, engine. */
export function encodeCheckpoint(slot: Slot, content: CheckpointContent): Uint8Array[] {
  const { tail, engine } = content;
  const sizes = Uint32Array.of(tail.byteLength, engine.byteLength);
  const pieces = [new Uint8Array(sizes.buffer), tail, engine];
  const total = 8 + tail.byteLength + engine.byteLength;
  const records: Uint8Array[] = [];
  for (let at = 0; at < total; at += CHECKPOINT_PART_BYTES) {
    const address = { kind: "checkpoint", layer: slot, part: records.length } as const;
    records.push(sealRecord(address, ...window(pieces, at, at + CHECKPOINT_PART_BYTES)));
  }
  return records;
}

/** The bytes from..to of the concatenated pieces, as views. */
function window(pieces: readonly Uint8Array[], from: number, to: number): Uint8Array[] {
  let start = 0;
  return pieces.map((piece) => {
    const begin = Math.max(0, from - start);
    const end = Math.max(0, to - start);
    start += piece.byteLength;
    return piece.subarray(begin, end);
  });
}

/** Puts the parts into `slot` and removes parts of an older, longer checkpoint there. */
export async function checkpointWrites(
  records: RecordStore,
  docId: string,
  slot: Slot,
  parts: readonly Uint8Array[],
): Promise<RecordWrite[]> {
  const present = await records.keys("checkpoints", [docId, slot]);
  return [
    ...parts.map((value, part) => ({
      put: "checkpoints" as const,
      key: [docId, slot, part] as const,
      value,
    })),
    ...present
      .filter((key) => key[2]! >= parts.length)
      .map((key) => ({ remove: "checkpoints" as const, key })),
  ];
}

export function checkpointCrcs(parts: readonly Uint8Array[]): number[] {
  return parts.map(recordCrc);
}

/** Reads and verifies a commit's checkpoint. Throws `index-damaged`. */
export async function readCheckpoint(
  records: RecordStore,
  docId: string,
  commit: Commit,
): Promise<CheckpointContent> {
  const slot = commit.checkpointSlot;
  const payloads = await Promise.all(
    commit.checkpointCrcs.map(async (crc, part) => {
      const record = await records.get("checkpoints", [docId, slot, part]);
      const payload = openRecord(record, { kind: "checkpoint", layer: slot, part });
      if (recordCrc(record!) !== crc) throw damaged("checkpoint", "belongs to another commit");
      return payload;
    }),
  );
  const total = payloads.reduce((sum, payload) => sum + payload.byteLength, 0);
  if (total + payloads.length * ENVELOPE_BYTES !== commit.checkpointBytes || total < 8) {
    throw damaged("checkpoint", "has the wrong size");
  }
  const joined = new Uint8Array(total);
  let at = 0;
  for (const payload of payloads) {
    joined.set(payload, at);
    at += payload.byteLength;
  }
  const sizes = new Uint32Array(joined.buffer, 0, 2);
  if (8 + sizes[0]! + sizes[1]! !== total) throw damaged("checkpoint", "has the wrong size");
  return { tail: joined.subarray(8, 8 + sizes[0]!), engine: joined.subarray(8 + sizes[0]!) };
}

/** The valid commit with the highest sequence whose checkpoint and extent bytes are all there. */
export interface CommitState {
  readonly best: { readonly commit: Commit; readonly checkpoint: CheckpointContent } | undefined;
  /** The commit before `best`, if its record is in order; its checkpoint has not been looked at. */
  readonly older: Commit | undefined;
  /** Slots that hold a record which is not to be trusted or was passed over. */
  readonly unusable: readonly Slot[];
}

export async function resolveCommits(
  records: RecordStore,
  docId: string,
  layers: number,
  fileBytes: number,
): Promise<CommitState> {
  const { commits, broken } = await readCommits(records, docId, layers);
  const unusable = [...broken];
  for (const [i, commit] of commits.entries()) {
    if (commit.extentBytes <= fileBytes) {
      try {
        const checkpoint = await readCheckpoint(records, docId, commit);
        return { best: { commit, checkpoint }, older: commits[i + 1], unusable };
      } catch (error) {
        if (!isDamage(error)) throw error;
      }
    }
    unusable.push(commit.slot);
  }
  return { best: undefined, older: undefined, unusable };
}

/** Decodable commits, newest first, without looking at their checkpoints. */
export async function readCommits(
  records: RecordStore,
  docId: string,
  layers: number,
): Promise<{ commits: Commit[]; broken: Slot[] }> {
  const commits: Commit[] = [];
  const broken: Slot[] = [];
  for (const [key, record] of await records.getAll("commits", [docId])) {
    const slot = key[1] as Slot;
    try {
      commits.push(decodeCommit(slot, record, layers));
    } catch (error) {
      if (!isDamage(error)) throw error;
      broken.push(slot);
    }
  }
  commits.sort((a, b) => b.sequence - a.sequence);
  return { commits, broken };
}

export function isDamage(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === "index-damaged";
}
