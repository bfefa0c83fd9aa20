// What an index is bound to. Any difference makes it stale: refused by name, never used silently.
import { EngineError } from "../errors.ts";
import { isTextAlone } from "./text-alone.ts";
import type { Fingerprint, FingerprintValue } from "./types.ts";

/** JSON with sorted keys and no spaces; numbers must be finite. */
export function canonicalJson(value: FingerprintValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (isRecord(value)) {
    const fields = Object.keys(value).sort();
    return `{${fields.map((k) => `${JSON.stringify(k)}:${canonicalJson(value[k]!)}`).join(",")}}`;
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new EngineError("internal", `A fingerprint cannot hold the number ${value}.`);
  }
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new EngineError("internal", "A fingerprint field is undefined.");
  return json;
}

const MAX_DEPTH = 8;

/** No deeper than any fingerprint of ours; without recursion, because what is refused may be deep. */
export function isShallow(fingerprint: object): boolean {
  let level: unknown[] = [fingerprint];
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? (Object.values(value) as unknown[]) : [],
    );
    if (level.length === 0) return true;
  }
  return false;
}

/** SHA-256 of the canonical JSON, lower-case hex. */
export async function hashFingerprint(fingerprint: Fingerprint): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(fingerprint));
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** `stored` and `current` are canonical JSON, or undefined where the field is absent. */
export interface FingerprintDifference {
  readonly field: string; // dotted path
  readonly stored: string | undefined;
  readonly current: string | undefined;
}

export function compareFingerprint(
  stored: Fingerprint,
  current: Fingerprint,
): FingerprintDifference[] {
  const before = flatten(stored, "", new Map());
  const now = flatten(current, "", new Map());
  const fields = [...new Set([...before.keys(), ...now.keys()])].sort();
  return fields
    .map((field) => ({ field, stored: before.get(field), current: now.get(field) }))
    .filter((difference) => difference.stored !== difference.current);
}

/** Throws `index-stale` naming the differing fields and both values; `not-read-yet` where no model began to read. */
export function requireFingerprint(title: string, stored: Fingerprint, current: Fingerprint): void {
  if (isTextAlone(stored)) {
    throw new EngineError("not-read-yet", `"${title}" has not been read by a model yet.`);
  }
  const differences = compareFingerprint(stored, current);
  if (differences.length === 0) return;
  const list = differences
    .map((d) => `${d.field} was ${d.stored ?? "absent"} and is now ${d.current ?? "absent"}`)
    .join("; ");
  throw new EngineError(
    "index-stale",
    `The index of "${title}" was made differently: ${list}. Rebuild it from the stored text.`,
  );
}

function flatten(
  value: FingerprintValue,
  path: string,
  into: Map<string, string>,
): Map<string, string> {
  if (isRecord(value) && (path === "" || Object.keys(value).length > 0)) {
    for (const [key, child] of Object.entries(value)) {
      flatten(child, path === "" ? key : `${path}.${key}`, into);
    }
  } else {
    into.set(path, canonicalJson(value));
  }
  return into;
}

function isRecord(
  value: FingerprintValue,
): value is { readonly [field: string]: FingerprintValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
