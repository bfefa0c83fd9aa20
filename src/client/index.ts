import { createEngineClient, type EngineClient } from "./engine-client.ts";
import { type EngineFiles, shippedFiles } from "./engine-files.ts";
import { startEngineWorker } from "./start-worker.ts";

export type { EngineClient } from "./engine-client.ts";
export { type EngineFiles, shippedFiles } from "./engine-files.ts";
export { type Extraction, startExtraction } from "./extraction.ts";
export { EngineCallError, toErrorData } from "./errors.ts";
export { browserTabLocks, type TabLocks } from "./tab-locks.ts";
export { requestPersistence } from "./persistence.ts";

/** The engine in its own worker, restarted when it dies. */
export function connectEngine(files: EngineFiles = {}): EngineClient {
  return createEngineClient(() => startEngineWorker({ ...shippedFiles(), ...files }));
}
