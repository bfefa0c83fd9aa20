// A repository on stores in memory, and the code of an error. Tests only.
import { freeLock, MemoryExtents, MemoryRecords } from "../memory.ts";
import { DocumentRepository, type RepositoryOptions } from "../repository.ts";
import type { Stores } from "./write-log.ts";

export interface Disk {
  readonly records: MemoryRecords;
  readonly extents: MemoryExtents;
}

export function newDisk(): Disk {
  return { records: new MemoryRecords(), extents: new MemoryExtents() };
}

/** Ids are doc0, doc1, … */
export function open(
  disk: Stores,
  more: Partial<RepositoryOptions> = {},
): Promise<DocumentRepository> {
  let ids = 0;
  return DocumentRepository.open({
    ...disk,
    lock: freeLock,
    cacheBytes: 1e6,
    now: () => 1234,
    newId: () => `doc${ids++}`,
    writeBytes: 8_000,
    ...more,
  });
}

export function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "resolved",
    (error: unknown) => (error as { code?: string }).code,
  );
}
