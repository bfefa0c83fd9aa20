// The engine's one error type. Codes are stable and shared with the page through the protocol;
// messages say what happened, to which object, and what can be done.

export type EngineErrorCode =
  | "no-webgpu"
  | "no-adapter"
  | "no-wasm"
  | "limit-exceeded"
  | "out-of-memory"
  | "device-lost"
  | "download-failed"
  | "checksum-mismatch"
  | "format-unsupported"
  | "format-invalid"
  | "encrypted"
  | "no-text"
  | "too-large"
  | "quota-exceeded"
  | "index-stale"
  | "index-damaged"
  | "locked-by-other-tab"
  | "context-overflow"
  | "not-found"
  | "cancelled"
  | "internal";

export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: EngineErrorCode;
  constructor(code: EngineErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
