// What the cache writes beside the bytes of a model, as JSON: where they come from, what they must be,
// and, once all are there and checked, the digest of every block. Tokens are never written.
import type { EngineErrorCode } from "../errors.ts";
import type { RemotePart } from "./remote-files.ts";
import type { ModelFigures } from "./types.ts";

export interface CachedFile {
  readonly name: string;
  readonly url: string;
  readonly size: number | null;
  readonly etag: string | null;
  readonly sha256: string | null;
  readonly ranges: boolean;
  /** Where a file that is served in parts comes from. */
  readonly parts?: readonly RemotePart[];
  /** SHA-256 of each block; empty until the file is whole. */
  readonly blocks: readonly string[];
}

export interface CacheRecord {
  readonly version: 1;
  readonly id: string;
  readonly name: string;
  readonly origin: "hub" | "address";
  readonly address: string;
  readonly revision: string;
  readonly figures: ModelFigures | null;
  readonly files: readonly CachedFile[];
  /** Why the model must not be loaded. */
  readonly problem: { readonly code: EngineErrorCode; readonly message: string } | null;
}

/** Undefined for what this version did not write. */
export function parseCacheRecord(value: unknown): CacheRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const record = value as Partial<CacheRecord>;
  const texts = [record.id, record.name, record.origin, record.address, record.revision];
  const fine =
    record.version === 1 &&
    texts.every((text) => typeof text === "string") &&
    Array.isArray(record.files) &&
    record.files.every(isFile);
  return fine ? (record as CacheRecord) : undefined;
}

function isFile(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { name, url, blocks, size, parts } = value as Partial<CachedFile>;
  return (
    typeof name === "string" &&
    typeof url === "string" &&
    Array.isArray(blocks) &&
    (parts === undefined || (Array.isArray(parts) && parts.every(isRemotePart))) &&
    (size === null || (typeof size === "number" && Number.isSafeInteger(size) && size >= 0))
  );
}

function isRemotePart(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { url, size } = value as Partial<RemotePart>;
  return typeof url === "string" && Number.isSafeInteger(size) && Number(size) > 0;
}
