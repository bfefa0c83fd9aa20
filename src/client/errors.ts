// Errors as the page sees them. Comlink keeps only an Error's message, so the worker puts
// {code, message} there as JSON; this file takes it out again.
import type { EngineErrorData, ErrorCode } from "../../workers/protocol.ts";

const CODES: Record<ErrorCode, true> = {
  "no-webgpu": true,
  "no-adapter": true,
  "no-wasm": true,
  "limit-exceeded": true,
  "out-of-memory": true,
  "device-lost": true,
  "download-failed": true,
  "checksum-mismatch": true,
  "format-unsupported": true,
  "format-invalid": true,
  encrypted: true,
  "no-text": true,
  "too-large": true,
  "quota-exceeded": true,
  "index-stale": true,
  "index-damaged": true,
  "locked-by-other-tab": true,
  "context-overflow": true,
  "engine-limit": true,
  "invalid-argument": true,
  "not-found": true,
  "no-model": true,
  "not-read-yet": true,
  busy: true,
  "no-storage": true,
  "storage-newer": true,
  "text-damaged": true,
  "run-stale": true,
  "run-damaged": true,
  "timed-out": true,
  "server-unreachable": true,
  "server-silent": true,
  "server-key": true,
  "server-not-found": true,
  "server-busy": true,
  "server-context": true,
  "server-refused": true,
  "server-broke-off": true,
  "server-malformed": true,
  "not-finite": true,
  cancelled: true,
  internal: true,
};

export class EngineCallError extends Error {
  override readonly name = "EngineCallError";
  readonly code: ErrorCode;
  constructor(data: EngineErrorData) {
    super(data.message);
    this.code = data.code;
  }
}

function isErrorData(value: unknown): value is EngineErrorData {
  if (typeof value !== "object" || value === null) return false;
  const { code, message } = value as Record<string, unknown>;
  return typeof code === "string" && Object.hasOwn(CODES, code) && typeof message === "string";
}

/** Whatever was thrown, as a code and a sentence; what is not understood is `internal`. */
export function toErrorData(thrown: unknown): EngineErrorData {
  if (thrown instanceof EngineCallError) return { code: thrown.code, message: thrown.message };
  if (isErrorData(thrown)) return { code: thrown.code, message: thrown.message };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  try {
    const parsed: unknown = JSON.parse(message);
    if (isErrorData(parsed)) return parsed;
  } catch {
    // not JSON: an error the worker did not foresee
  }
  return { code: "internal", message };
}
