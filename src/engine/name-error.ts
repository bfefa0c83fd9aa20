// What was thrown, as the engine's own error: GPU failures get their stable codes, the rest is
// `internal`.
import { DeviceFailure } from "../../kernels/index.ts";
import { EngineError } from "./errors.ts";

const GPU_CODES = {
  lost: "device-lost",
  "out-of-memory": "out-of-memory",
  validation: "internal",
} as const;

export function nameError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof DeviceFailure ? GPU_CODES[error.kind] : "internal";
  return new EngineError(code, message, { cause: error });
}
