// One line of the list of models, from what is known about it.
import type { CuratedModel } from "./curated-models.ts";
import { showAddress } from "./model-address.ts";
import type { KeptModel } from "./model-cache.ts";
import type { RemoteFile } from "./remote-files.ts";
import { type DeviceFacts, judge, modelNeeds } from "./requirements.ts";
import type { ModelEntry, ModelFigures, ModelTransfer } from "./types.ts";

export interface EmbeddedModel {
  readonly id: string;
  readonly name: string;
}

export interface EntryFacts {
  readonly id: string;
  readonly embedded?: EmbeddedModel;
  readonly curated?: CuratedModel;
  readonly kept?: KeptModel;
  readonly opened?: {
    readonly name: string;
    readonly origin: "hub" | "address";
    readonly address: string;
    readonly files: readonly RemoteFile[];
    readonly figures: ModelFigures | null;
  };
  readonly files?: {
    readonly name: string;
    readonly figures: ModelFigures;
    readonly sources: readonly { readonly size: number }[];
  };
  readonly transfer?: ModelTransfer | null;
}

export function buildEntry(facts: EntryFacts, device: DeviceFacts, canKeep: boolean): ModelEntry {
  const { embedded, curated, kept, opened, files } = facts;
  const record = kept?.record;
  const figures = record?.figures ?? opened?.figures ?? curated?.figures ?? files?.figures ?? null;
  const keptFiles = kept?.complete ? record?.files : undefined;
  const sizes = keptFiles ?? opened?.files ?? files?.sources ?? record?.files;
  const known = sum(sizes?.map(({ size }) => size) ?? []);
  const fileBytes = known || (curated?.bytes ?? 0);
  const keptBytes = kept?.keptBytes ?? 0;
  const state = stateOf(facts);
  const toKeep = canKeep && state !== "ready" ? Math.max(0, fileBytes - keptBytes) : 0;
  const needs = figures ? modelNeeds(figures, fileBytes, device.maxBufferBytes) : undefined;
  return {
    id: facts.id,
    name: nameOf(facts),
    origin: embedded
      ? "embedded"
      : files
        ? "file"
        : (opened?.origin ?? record?.origin ?? (curated ? "hub" : "address")),
    state,
    curated: curated !== undefined,
    licence: curated?.licence ?? (embedded ? "Apache-2.0" : ""),
    address: curated ? showAddress(curated.address) : (opened?.address ?? record?.address ?? ""),
    fileBytes,
    keptBytes,
    figures,
    needs: needs ?? null,
    verdict: embedded && !device.problem ? EMBEDDED : judge(needs, toKeep, device),
    transfer: facts.transfer ?? null,
    problem: record?.problem ?? null,
  };
}

const EMBEDDED = { fit: "fits", reason: { kind: "embedded" } } as const;

function stateOf({ embedded, files, kept, transfer }: EntryFacts): ModelEntry["state"] {
  if (embedded || files) return "ready";
  if (transfer) return transfer.phase === "download" ? "downloading" : "verifying";
  if (kept?.record.problem) return "damaged";
  if (kept?.complete) return "ready";
  return kept ? "partial" : "remote";
}

function nameOf({ id, embedded, curated, kept, opened, files }: EntryFacts): string {
  // Of a whole file the header is known, also where the address gave only a file name.
  const own = kept?.complete ? kept.record.name : (opened?.name ?? kept?.record.name);
  return embedded?.name ?? curated?.name ?? own ?? files?.name ?? id;
}

/** 0 when one is unknown. */
function sum(sizes: readonly (number | null)[]): number {
  let total = 0;
  for (const size of sizes) {
    if (size === null) return 0;
    total += size;
  }
  return total;
}
