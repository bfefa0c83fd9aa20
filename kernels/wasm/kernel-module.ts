// Compiles the kernels for the processor. Two modules, equal but for fused and relaxed instructions: one that a
// host does not know would spoil the whole module. Only the chosen one is loaded.
import { LinearMemory } from "./linear-memory.ts";
import { WasmBackend } from "./wasm-backend.ts";
import { WasmRefused } from "./wasm-refused.ts";

/** The functions of assembly/index.ts: addresses, integers, f32 and booleans as numbers. */
export type KernelExports = Readonly<Record<ExportName, (...values: number[]) => number>>;

type ExportName =
  | "attentionDecode"
  | "attentionDecodeScratch"
  | "attentionMass"
  | "attentionMerge"
  | "attentionPrefill"
  | "attentionPrefillScratch"
  | "band"
  | "bandKeep"
  | "bandRows"
  | "bandScratch"
  | "bandVotes"
  | "chunkLandmarks"
  | "convTail"
  | "copySpanPages"
  | "dataEnd"
  | "embed"
  | "gatedActivation"
  | "gatedNorm"
  | "gatherRope"
  | "keyGram"
  | "inputGate"
  | "keyMatch"
  | "keyMatchScratch"
  | "keyMean"
  | "kvAppend"
  | "landmarkScores"
  | "landmarkStats"
  | "landmarkVotes"
  | "matmul"
  | "matmulScratch"
  | "meanQuery"
  | "mixerGates"
  | "ownMass"
  | "packExtent"
  | "placeValues"
  | "rebuildKeys"
  | "rmsNorm"
  | "ropeRows"
  | "sample"
  | "sampleChunks"
  | "scatterPages"
  | "sealVectors"
  | "shortConv"
  | "softCap"
  | "spanScore"
  | "spanSelect"
  | "stateScan"
  | "topChunks"
  | "unpackValues"
  | "voteFinish"
  | "voteHeads"
  | "voteSpans"
  | "voteStats"
  | "windowAppend"
  | "windowAttention"
  | "windowAttentionScratch";

export type WasmFlavour = "relaxed" | "plain";

// (module (func (result v128) OP)): i32x4.splat 0 three times, then f32x4.relaxed_madd; or one splat.
const HEAD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10];
const SPLAT = [65, 0, 253, 17];
const PLAIN_PROBE = Uint8Array.from([...HEAD, 8, 1, 6, 0, ...SPLAT, 11]);
const RELAXED_PROBE = Uint8Array.from([
  ...[...HEAD, 19, 1, 17, 0],
  ...[...SPLAT, ...SPLAT, ...SPLAT],
  ...[253, 133, 2, 11],
]);

/** The best module the host can run. Throws `WasmRefused` where it can run none. */
export function bestFlavour(): WasmFlavour {
  if (typeof WebAssembly !== "object" || !WebAssembly.validate(PLAIN_PROBE)) {
    throw new WasmRefused("missing", "WebAssembly with SIMD is missing");
  }
  try {
    // A policy does not keep from validating, only from compiling.
    new WebAssembly.Module(PLAIN_PROBE);
  } catch (cause) {
    throw new WasmRefused("forbidden", "WebAssembly may not be compiled here", { cause });
  }
  return WebAssembly.validate(RELAXED_PROBE) ? "relaxed" : "plain";
}

/** Throws `WasmRefused`. */
export async function openWasmBackend(flavour: WasmFlavour = bestFlavour()): Promise<WasmBackend> {
  const { default: text } =
    flavour === "relaxed"
      ? await import("./assembly/index.ts?assemblyscript=relaxed")
      : await import("./assembly/index.ts?assemblyscript=plain");
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const memory = new LinearMemory();
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory: memory.memory } });
  const exports = instance.exports as unknown as KernelExports;
  memory.reserve(exports.dataEnd());
  return new WasmBackend(memory, exports);
}
