// The engine's one error type. Codes are stable and shared with the page through the protocol; each
// means one thing, because the page words its advice by the code alone. Messages say what happened, to
// which object, and what can be done.

export type EngineErrorCode =
  // The device.
  | "no-webgpu"
  | "no-adapter"
  | "no-wasm" // the processor's kernels cannot run: WebAssembly is missing or forbidden
  | "limit-exceeded" // the limits of the graphics adapter are below what is needed
  | "out-of-memory" // of the graphics device
  | "device-lost"
  // What was asked for.
  | "invalid-argument" // a value that the caller gave is not allowed
  | "not-found" // what the caller named is not here
  | "no-model" // no model is loaded
  | "not-read-yet" // the document has not been read to its end
  | "busy" // this tab itself is at work on the object
  | "locked-by-other-tab"
  | "context-overflow" // the prompt does not fit the model
  | "engine-limit" // the chosen attention engine cannot hold the document, or not work with the model
  | "cancelled"
  // Files from outside.
  | "download-failed"
  | "checksum-mismatch"
  | "format-unsupported"
  | "format-invalid"
  | "encrypted"
  | "no-text"
  | "too-large"
  | "timed-out" // reading the file took longer than it may
  // A model server that was asked.
  | "server-unreachable" // not running, or it does not let this page in
  | "server-silent" // it did not answer in time
  | "server-key" // it wants another key
  | "server-not-found" // it has no such model, or no such interface at this address
  | "server-busy" // it is full or loading its model
  | "server-context" // the prompt does not fit its model
  | "server-refused" // anything else that it said
  | "server-broke-off" // gone in the middle of its answer
  | "server-malformed" // what it sent is no answer
  // What is stored.
  | "no-storage" // the browser gives the page no place to keep anything
  | "quota-exceeded"
  | "storage-newer" // written by a newer version of Inkspan
  | "index-stale" // made by another model or other settings; the text can be read again
  | "index-damaged" // the text can be read again
  | "text-damaged" // the stored text itself is lost
  | "run-stale" // what a benchmark run was started with has changed
  | "run-damaged" // a stored record of a benchmark run cannot be read
  // The rest.
  | "not-finite" // the model computed numbers that are none
  | "internal";

export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: EngineErrorCode;
  constructor(code: EngineErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
