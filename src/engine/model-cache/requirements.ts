// What a model needs on a device, computed before a byte of it is fetched, and the verdict with what it rests on.
// Browsers do not tell how much graphics memory there is; the verdict works with what they do tell:
// the adapter's largest buffer, the memory class of the device, and the room left for this origin.
import { PAGE_TOKENS } from "../../../kernels/index.ts";
import { DEFAULT_ENGINE } from "../attention/engine-names.ts";
import { attentionEngine } from "../attention/engines.ts";
import { answerBudget, sessionTokens } from "../attention/ltri/sizes.ts";
import { EngineError } from "../errors.ts";
import { chooseLoadFormat, weightBudget } from "../model/load-format.ts";
import { kvLayout } from "../mixers/softmax/kv-layout.ts";
import { ringCapacityTokens } from "../attention/parameters.ts";
import type { ModelFigures, ModelNeeds, ModelVerdict, VerdictMemory } from "./types.ts";

export interface DeviceFacts {
  /** Why no model can run here; null when one can. */
  readonly problem: string | null;
  readonly kind: "webgpu" | "cpu";
  /** A software adapter. */
  readonly software: boolean;
  readonly maxBufferBytes: number;
  /** RAM class of the device in bytes, at most 8 GiB; undefined where the browser does not tell. */
  readonly memoryBytes: number | undefined;
  /** Undefined where the browser does not tell. */
  readonly freeDiskBytes: number | undefined;
}

const DOCUMENT_TOKENS = 100_000;
/** Average span of a book; each span has two index vectors, as many bytes as one token's KV. */
const SPAN_TOKENS = 48;
/** Activations, logits and staging of the models in question, an estimate, not a measurement. */
const WORKING_BYTES = 96 * 1024 * 1024;
/** Of a model that a processor reads a page of text with in more than about ten seconds. */
const SLOW_WEIGHT_BYTES = 300e6;

/** Undefined where the file's header has not been read. */
export function modelNeeds(
  figures: ModelFigures,
  fileBytes: number,
  maxBufferBytes: number,
): ModelNeeds | undefined {
  const { kvBytesPerToken, contextLength, stateBytes, loadedBytes } = figures;
  if (contextLength === 0) return undefined;
  const loadFormat = loadedBytes
    ? chooseLoadFormat(loadedBytes, weightBudget(maxBufferBytes))
    : "stored";
  const isConverted = loadedBytes !== undefined && loadFormat !== "stored";
  const weightBytes = isConverted ? loadedBytes[loadFormat] : fileBytes;
  const weights = { weightBytes, loadFormat };
  if (stateBytes !== undefined) {
    // A document is one state, on the device as on disk.
    return {
      ...weights,
      graphicsBytes: weightBytes + stateBytes + WORKING_BYTES,
      indexBytesPer100k: 0,
      diskBytesPer100k: stateBytes,
    };
  }
  if (kvBytesPerToken === 0) return undefined;
  return {
    ...weights,
    graphicsBytes: weightBytes + poolTokens(contextLength) * kvBytesPerToken + WORKING_BYTES,
    indexBytesPer100k: Math.round((DOCUMENT_TOKENS / SPAN_TOKENS) * kvBytesPerToken),
    diskBytesPer100k: DOCUMENT_TOKENS * kvBytesPerToken,
  };
}

/** Resident KV tokens of one document's state, the same for a document of any length. */
function poolTokens(contextLength: number): number {
  try {
    const p = attentionEngine(DEFAULT_ENGINE).parameters(contextLength, {});
    const budget = answerBudget(contextLength, p);
    const ring = Math.max(ringCapacityTokens(p), sessionTokens(contextLength));
    const recalled = budget * Math.max(PAGE_TOKENS / p.lMin, 2) + PAGE_TOKENS;
    return kvLayout(p.nSink, ring, Math.max(p.poolTokens, recalled)).totalPages * PAGE_TOKENS;
  } catch (error) {
    // A context too short for spans is refused at loading, with the reason.
    if (error instanceof EngineError) return contextLength;
    throw error;
  }
}

/** `downloadBytes` is what is still to be kept on disk; 0 when nothing is. */
export function judge(
  needs: ModelNeeds | undefined,
  downloadBytes: number,
  device: DeviceFacts,
): ModelVerdict {
  if (device.problem !== null) {
    return { fit: "does-not-fit", reason: { kind: "no-device", message: device.problem } };
  }
  const { freeDiskBytes: free, memoryBytes, maxBufferBytes } = device;
  const isProcessor = device.kind === "cpu";
  const of: VerdictMemory = isProcessor ? "memory" : "graphics-memory";
  if (free !== undefined && downloadBytes > free) {
    const reason = { kind: "download-too-large", download: downloadBytes, free } as const;
    return { fit: "does-not-fit", reason };
  }
  if (!needs) return { fit: "unknown", reason: { kind: "header-unread" } };
  const takes = needs.graphicsBytes + needs.indexBytesPer100k;
  if (memoryBytes !== undefined && memoryBytes < 8 * 1024 ** 3 && takes > memoryBytes / 2) {
    return {
      fit: takes > memoryBytes ? "does-not-fit" : "tight",
      reason: { kind: "device-memory", takes, of, device: memoryBytes },
    };
  }
  if (isProcessor && takes > maxBufferBytes) {
    return { fit: "does-not-fit", reason: { kind: "page-memory", takes, most: maxBufferBytes } };
  }
  if (takes > 2 * maxBufferBytes) {
    return { fit: "tight", reason: { kind: "small-adapter", takes, buffer: maxBufferBytes } };
  }
  if (free !== undefined && downloadBytes + needs.diskBytesPer100k > free) {
    const reason = { kind: "little-storage", document: needs.diskBytesPer100k, free } as const;
    return { fit: "tight", reason };
  }
  if (device.software && needs.graphicsBytes > 300e6) {
    return { fit: "tight", reason: { kind: "software-adapter" } };
  }
  if (isProcessor && needs.weightBytes > SLOW_WEIGHT_BYTES) {
    return { fit: "tight", reason: { kind: "slow-processor", takes } };
  }
  return { fit: "fits", reason: { kind: "room", takes, of, free } };
}
