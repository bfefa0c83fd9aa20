// What a model needs on a device, computed before a byte of it is fetched, and the verdict in words.
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
import type { ModelFigures, ModelNeeds, ModelVerdict } from "./types.ts";

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

const gigabytes = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 1e6))} MB`;

/** `downloadBytes` is what is still to be kept on disk; 0 when nothing is. */
export function judge(
  needs: ModelNeeds | undefined,
  downloadBytes: number,
  device: DeviceFacts,
): ModelVerdict {
  if (device.problem !== null) return { fit: "does-not-fit", reason: device.problem };
  const { freeDiskBytes: free, memoryBytes, maxBufferBytes } = device;
  const isProcessor = device.kind === "cpu";
  const memory = isProcessor ? "memory" : "graphics memory";
  if (free !== undefined && downloadBytes > free) {
    return {
      fit: "does-not-fit",
      reason: `The download takes ${gigabytes(downloadBytes)}, and the browser has ${gigabytes(free)} left for this page.`,
    };
  }
  if (!needs) {
    return { fit: "unknown", reason: "What it needs is known once its header has been read." };
  }
  const graphics = needs.graphicsBytes + needs.indexBytesPer100k;
  if (memoryBytes !== undefined && memoryBytes < 8 * 1024 ** 3 && graphics > memoryBytes / 2) {
    return {
      fit: graphics > memoryBytes ? "does-not-fit" : "tight",
      reason: `It takes ${gigabytes(graphics)} of ${memory}, and this device has about ${gigabytes(memoryBytes)} of memory in all.`,
    };
  }
  if (isProcessor && graphics > maxBufferBytes) {
    return {
      fit: "does-not-fit",
      reason: `It takes ${gigabytes(graphics)} of memory; without a graphics card a page has at most ${gigabytes(maxBufferBytes)} for a model.`,
    };
  }
  if (graphics > 2 * maxBufferBytes) {
    return {
      fit: "tight",
      reason: `It takes ${gigabytes(graphics)} of graphics memory; the adapter's largest buffer is ${gigabytes(maxBufferBytes)}, the sign of a small one.`,
    };
  }
  if (free !== undefined && downloadBytes + needs.diskBytesPer100k > free) {
    return {
      fit: "tight",
      reason: `It can be kept, but ${gigabytes(free)} of storage are too little for a document of 100,000 tokens, which takes ${gigabytes(needs.diskBytesPer100k)}.`,
    };
  }
  if (device.software && needs.graphicsBytes > 300e6) {
    return {
      fit: "tight",
      reason:
        "There is only a software adapter here: it would work, but far too slowly to be of use.",
    };
  }
  if (isProcessor && needs.weightBytes > SLOW_WEIGHT_BYTES) {
    return {
      fit: "tight",
      reason: `It takes ${gigabytes(graphics)} of memory and works, but slowly: the processor computes here.`,
    };
  }
  const room = free === undefined ? "" : `, and ${gigabytes(free)} of storage are left`;
  return { fit: "fits", reason: `It takes ${gigabytes(graphics)} of ${memory}${room}.` };
}
