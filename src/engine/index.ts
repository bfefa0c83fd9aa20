// Public index of the engine. Workers and the headless commands import from here.
export * from "./api.ts";
export { EngineError, type EngineErrorCode } from "./errors.ts";
export { Engine, type EngineHost } from "./engine.ts";
export { EMBEDDED_ID, LARGER_ID, RECURRENT_ID } from "./host/model-ids.ts";
export type { DeviceChoice } from "./host/device-choice.ts";
