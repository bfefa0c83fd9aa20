// Compiles the kernels for the processor. Two modules, equal but for fused and relaxed instructions: one that a
// host does not know would spoil the whole module. Only the chosen one is loaded.
import { LinearMemory } from "./linear-memory.ts";
import { CONTROL_BYTES } from "./thread-loop.mjs";
import { type HelperThread, OneThread, SharedThreads, type StartThread } from "./threads.ts";
import { WasmBackend } from "./wasm-backend.ts";
import { WasmRefused } from "./wasm-refused.ts";

export { chooseProducts } from "./product-trial.ts";

/** The functions of assembly/index.ts: addresses, integers, f32 and booleans as numbers. */
export type KernelExports = Readonly<Record<ExportName, (...values: number[]) => number>>;

export type ExportName =
  | "attentionDecode"
  | "attentionDecodeScratch"
  | "attentionMass"
  | "attentionMerge"
  | "attentionPrefill"
  | "attentionPrefillScratch"
  | "attentionPrefillUnits"
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
  | "quantise"
  | "quantisedBytes"
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
  | "appendRows"
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

/** Where threads can be had: how many compute in all, and how another one is started. */
export interface ThreadHost {
  readonly count: number;
  readonly start: StartThread;
  /** Calls of fewer multiplications are left to one thread; tests divide them all. */
  readonly leastWork?: number;
}

/** One thread computes where no more can be had. Throws `WasmRefused`. */
export async function openWasmBackend(
  flavour: WasmFlavour = bestFlavour(),
  host?: ThreadHost,
): Promise<WasmBackend> {
  const { default: text } =
    flavour === "relaxed"
      ? await import("./assembly/index.ts?assemblyscript=relaxed")
      : await import("./assembly/index.ts?assemblyscript=plain");
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const shared = host && host.count > 1 ? await openShared(bytes, host) : undefined;
  if (shared) return shared;
  const memory = new LinearMemory(false);
  const module = await WebAssembly.compile(bytes);
  const exports = await instantiate(module, memory);
  memory.reserve(exports.dataEnd(), 0);
  return new WasmBackend(memory, exports, new OneThread(exports));
}

async function openShared(
  bytes: Uint8Array<ArrayBuffer>,
  { count, start, leastWork }: ThreadHost,
): Promise<WasmBackend | undefined> {
  const started: HelperThread[] = [];
  try {
    const memory = new LinearMemory(true);
    const module = await WebAssembly.compile(withSharedMemory(bytes));
    const exports = await instantiate(module, memory);
    const control = memory.reserve(exports.dataEnd(), CONTROL_BYTES);
    const asked = Array.from({ length: count - 1 }, async (_, i) => {
      started.push(await start({ module, memory: memory.memory, control, index: i + 1 }));
    });
    const results = await Promise.allSettled(asked);
    const failed = results.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
    return new WasmBackend(
      memory,
      exports,
      new SharedThreads(exports, memory.memory, control, started, leastWork),
    );
  } catch {
    // No room for shared memory, or a policy that forbids threads: one computes as well.
    for (const thread of started) thread.terminate();
    return undefined;
  }
}

async function instantiate(
  module: WebAssembly.Module,
  { memory }: LinearMemory,
): Promise<KernelExports> {
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  return instance.exports as unknown as KernelExports;
}

const IMPORT_SECTION = 2;
const MEMORY = 2;
const HAS_MAXIMUM = 1;
const IS_SHARED = 2;

/** The same module with its one import, a memory, declared as shared: one bit of difference. */
export function withSharedMemory(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const result = bytes.slice();
  let at = 8;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = result[at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < result.length) {
    const section = number();
    const end = number() + at;
    if (section === IMPORT_SECTION) {
      const count = number();
      for (let name = 0; name < 2; name++) at = number() + at;
      if (count === 1 && result[at] === MEMORY && result[at + 1] === HAS_MAXIMUM) {
        result[at + 1] = HAS_MAXIMUM | IS_SHARED;
        return result;
      }
      break;
    }
    at = end;
  }
  throw new Error("the module does not import one memory with a maximum");
}
