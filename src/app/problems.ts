// What an error code means to the reader (words/), and what a button can do about it. The engine's own
// sentence is shown below.
import type { ErrorCode } from "../../workers/protocol.ts";
import { words } from "./words/index.ts";

interface Remedy {
  /** What a button can do about it. */
  readonly remedy: "try-again" | "read-again" | "free-space" | "reload-page" | null;
  /** It was the graphics card's: the processor can do without it. */
  readonly ofGraphics?: true;
}

export interface Problem extends Remedy {
  readonly title: string;
  readonly advice: string;
}

const REMEDIES: Record<ErrorCode, Remedy> = {
  "no-webgpu": { remedy: "try-again", ofGraphics: true },
  "no-adapter": { remedy: "try-again", ofGraphics: true },
  "no-wasm": { remedy: "try-again" },
  "limit-exceeded": { remedy: "try-again", ofGraphics: true },
  "out-of-memory": { remedy: "try-again" },
  "device-lost": { remedy: "try-again", ofGraphics: true },
  "download-failed": { remedy: "try-again" },
  "checksum-mismatch": { remedy: "try-again" },
  "format-unsupported": { remedy: null },
  "format-invalid": { remedy: null },
  encrypted: { remedy: null },
  "no-text": { remedy: null },
  "too-large": { remedy: null },
  "quota-exceeded": { remedy: "free-space" },
  "index-stale": { remedy: "read-again" },
  "index-damaged": { remedy: "read-again" },
  "locked-by-other-tab": { remedy: "try-again" },
  "context-overflow": { remedy: null },
  "engine-limit": { remedy: null },
  "invalid-argument": { remedy: null },
  "not-found": { remedy: "reload-page" },
  "no-model": { remedy: "try-again" },
  "not-read-yet": { remedy: null },
  busy: { remedy: "try-again" },
  "no-storage": { remedy: null },
  "storage-newer": { remedy: "reload-page" },
  "text-damaged": { remedy: null },
  "run-stale": { remedy: null },
  "run-damaged": { remedy: null },
  "timed-out": { remedy: null },
  "server-unreachable": { remedy: "try-again" },
  "server-silent": { remedy: "try-again" },
  "server-key": { remedy: "try-again" },
  "server-not-found": { remedy: "try-again" },
  "server-busy": { remedy: "try-again" },
  "server-context": { remedy: "try-again" },
  "server-refused": { remedy: "try-again" },
  "server-broke-off": { remedy: "try-again" },
  "server-malformed": { remedy: "try-again" },
  "not-finite": { remedy: null },
  cancelled: { remedy: null },
  internal: { remedy: "reload-page" },
};

// Where a model's file wants another remedy than a document.
const MODEL_REMEDIES: Partial<Record<ErrorCode, Remedy>> = {
  "quota-exceeded": { remedy: "try-again" },
};

export function problemOf(code: ErrorCode, subject: "document" | "model" = "document"): Problem {
  const problem = { ...words.problemWords[code], ...REMEDIES[code] };
  return subject === "model"
    ? { ...problem, ...words.modelProblemWords[code], ...MODEL_REMEDIES[code] }
    : problem;
}
