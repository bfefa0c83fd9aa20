// Which function of the module computes a kernel, and what it is given. Every variant of an operation (direct,
// tiled, …) is the same function here. Arguments: a number is a binding's address; a name is a parameter or
// constant of the kernel, or one of the words of `Call`.
import type { Kernel } from "../define-kernel.ts";
import { KV_DTYPES } from "../shared/kv-pool.ts";
import { WEIGHT_FORMATS } from "../weights/formats.ts";
import {
  align,
  division,
  getter,
  runOf,
  type Implementation,
  type RunKernel,
} from "./run-kernel.ts";

/** Two calls where weights are integers: the activations are rounded, all of them, before any row of the weights is read. */
const matmul: RunKernel = (x, call) => {
  const get = getter(call);
  const [input = 0, weights = 0, bias = 0, y = 0] = call.at;
  const [type, tokens, rows, depth] = [get("type"), get("tokens"), get("rows"), get("depth")];
  const from = input + get("xRow") * depth * 4;
  const quantisedBytes = x.quantisedBytes(type, tokens, depth, Number(call.hasFloatPanels)) >>> 0;
  const scratchBytes = align(x.matmulScratch(depth) >>> 0);
  const quantised = call.scratch(quantisedBytes + scratchBytes * call.threads.count);
  if (quantisedBytes > 0) {
    call.threads.run({
      run: "quantise",
      args: [from, type, tokens, depth, quantised, 0, 0],
      division: division([5, 6, -1], tokens, 1, 4 * depth), // a number takes as long as four products
    });
  }
  call.threads.run({
    run: "matmul",
    args: [
      ...[from, weights, get("hasBias") === 1 ? bias + get("biasBegin") * 4 : 0],
      ...[y + get("yBegin") * 4, type, tokens, 0, 0, depth],
      ...[get("weightRowWords") * 4, get("yStride") * 4, get("accumulate")],
      ...[quantisedBytes > 0 ? quantised : 0, quantised + quantisedBytes],
    ],
    division: division([6, 7, 13], rows, 8, tokens * depth, scratchBytes),
  });
};

const embed: RunKernel = (x, call) => {
  const get = getter(call);
  const [ids = 0, weights = 0, out = 0] = call.at;
  x.embed(
    ...[ids, weights, out, get("type"), get("tokens"), get("width")],
    ...[get("rowBegin"), get("rowCount"), get("weightRowWords") * 4, get("scale")],
    call.scratch(get("width") * 4),
  );
};

const rmsNorm: Implementation = {
  run: "rmsNorm",
  args: [0, 1, 2, "begin", "end", "width", "epsilon", "accumulate"],
  units: (get) => get("rows"),
  work: (get) => 3 * get("width"),
};

const attentionPrefill: Implementation = {
  run: "attentionPrefill",
  args: [
    ...[0, 1, 2, 3, 4, 5],
    ...["tokens", "heads", "kvHeads", "headDim", "setCapacity", "setCount", "visibleBase"],
    ...["clampedCount", "window", "scale", "softCap", "begin", "end", "scratch"],
  ],
  units: (get, x) => x.attentionPrefillUnits(get("tokens"), get("kvHeads")),
  work: (get) => (get("heads") / get("kvHeads")) * get("headDim") * get("setCount") * 36,
  scratchBytes: (get, x) =>
    x.attentionPrefillScratch(get("tokens"), get("heads") / get("kvHeads"), get("headDim")),
};

const attentionDecode: Implementation = {
  run: "attentionDecode",
  args: [
    ...[0, 1, 2, 3, 4, 5, 6, 7],
    ...["type", "heads", "kvHeads", "setCapacity", "entryBegin", "entryCount", "splits"],
    ...["entriesPerSplit", "scale", "softCap", "HEAD_DIM", "ROTARY_DIMS", "ADJACENT"],
    ...["begin", "end", "scratch"],
  ],
  // One KV head of one split.
  units: (get) => get("splits") * get("kvHeads"),
  work: (get) =>
    (get("heads") / get("kvHeads") + 2) * 2 * get("HEAD_DIM") * get("entriesPerSplit") * 16,
  scratchBytes: (get, x) => x.attentionDecodeScratch(get("heads"), get("HEAD_DIM")),
};

const gatedNorm: Implementation = {
  run: "gatedNorm",
  args: [0, 1, 2, 3, "rows", "width", "epsilon"],
};

const windowAttention: Implementation = {
  run: "windowAttention",
  args: [
    ...[0, 1, 2, 3, 4, 5],
    ...["type", "tokens", "heads", "headQuads", "lookBack", "slots", "slotBase", "ringLength"],
    ...["splits", "scale", "scratch"],
  ],
  scratchBytes: (get, x) => x.windowAttentionScratch(get("heads"), get("headQuads")),
};

const implementations: Readonly<Record<string, Implementation | RunKernel>> = {
  embed,
  "matmul-vector": matmul,
  "matmul-direct": matmul,
  "matmul-wide": matmul,
  "matmul-reduce": matmul,
  "matmul-tiled": matmul,
  "rms-norm": rmsNorm,
  "rms-norm-reduce": rmsNorm,
  "gated-activation": {
    run: "gatedActivation",
    args: [0, 1, 2, "begin", "end", "GELU"],
    units: (get) => get("quads"),
    work: () => 64,
  },
  "soft-cap": { run: "softCap", args: [0, "count", "cap"] },
  "rope-rows": {
    run: "ropeRows",
    args: [
      ...[0, 1, 2],
      ...["tokens", "heads", "HEAD_DIM", "ROTARY_DIMS", "ADJACENT", "positionBase", "positionStep"],
    ],
  },
  "kv-append": {
    run: "kvAppend",
    args: [
      ...[0, 1, 2, 3],
      ...["type", "tokens", "rowBegin", "kvHeads", "headDim"],
      ...["slotBase", "ringOffset", "ringCapacity"],
    ],
  },
  "gather-rope": {
    run: "gatherRope",
    args: [
      ...[0, 1, 2, 3, 4, 5],
      ...["type", "kvHeads", "setCapacity", "entryBegin", "groupsY"],
      ...["HEAD_DIM", "ROTARY_DIMS", "ADJACENT", "scratch"],
    ],
    scratchBytes: (get) => get("HEAD_DIM") * 4,
  },
  "attention-prefill": attentionPrefill,
  "attention-prefill-tiled": attentionPrefill,
  "attention-decode-direct": attentionDecode,
  "attention-decode-group": attentionDecode,
  "attention-merge": { run: "attentionMerge", args: [0, 1, 2, "heads", "splits", "HEAD_DIM"] },
  "attention-mass": {
    run: "attentionMass",
    args: [0, 1, 2, 3, "heads", "setCapacity", "entryBegin", "entryCount"],
  },
  "mean-query": {
    run: "meanQuery",
    args: [0, 1, "heads", "kvHeads", "headDim", "rowBegin", "rowEnd"],
  },
  "sample-chunks": {
    run: "sampleChunks",
    args: [0, 1, "logitBegin", "vocabulary", "chunk", "inverseTemperature"],
  },
  sample: {
    run: "sample",
    args: [
      ...[0, 1, 2],
      ...["logitBegin", "vocabulary", "chunk", "inverseTemperature", "topK", "wholeSum", "topP"],
      ...["seed", "step", "tokenIndex", "scratch"],
    ],
    scratchBytes: () => 256 * 8,
  },
  band: {
    run: "band",
    args: [
      ...[0, 1, 2, 3],
      ...["tokens", "heads", "kvHeads", "headDim", "setCapacity", "bandWidth", "firstToken"],
      ...["firstRingToken", "rowOfFirstRing", "scale", "window", "softCap", "scratch"],
    ],
    scratchBytes: (get, x) => x.bandScratch(get("tokens"), get("bandWidth"), get("headDim")),
  },
  "band-rows": { run: "bandRows", args: [0, 1, "tokens", "kvHeads", "bandWidth", "lMax"] },
  "band-keep": {
    run: "bandKeep",
    args: [0, 1, "tokens", "kvHeads", "bandWidth", "lMax", "firstToken", "rowCapacity"],
  },
  "band-votes": {
    run: "bandVotes",
    args: [
      ...[0, 1],
      ...["tokens", "kvHeads", "bandWidth", "voteWidth", "firstToken", "firstVoted"],
      "ringCapacity",
    ],
  },
  "own-mass": {
    run: "ownMass",
    args: [0, 1, 2, "kvHeads", "lMax", "rowCapacity", "ringCapacity", "firstSpan", "groupsY"],
  },
  "seal-vectors": {
    run: "sealVectors",
    args: [
      ...[0, 1, 2, 3, 4],
      ...["type", "firstSpan", "spanCount", "kvHeads", "headDim", "ringCapacity", "ringFirstPage"],
      ...["representatives", "dynamic", "total", "scratch"],
    ],
    scratchBytes: (get) => get("headDim") * 8 + 32,
  },
  "copy-span-pages": {
    run: "copySpanPages",
    args: [
      ...[0, 1, 2],
      ...["type", "firstRun", "groupsY", "kvHeads", "headDim", "ringCapacity", "ringFirstPage"],
    ],
  },
  "pack-extent": {
    run: "packExtent",
    args: [
      ...[0, 1, 2, 3],
      ...["type", "firstRun", "groupsY", "kvHeads", "headDim", "ringCapacity", "ringFirstPage"],
    ],
  },
  "scatter-pages": {
    run: "scatterPages",
    args: [0, 1, 2, 3, "type", "firstItem", "groupsY", "kvHeads", "headDim"],
  },
  "span-score": {
    run: "spanScore",
    args: [
      ...[0, 1, 2],
      ...["type", "spans", "firstSpan", "firstRow", "spanCapacity", "kvHeads", "headDim"],
      "scratch",
    ],
    scratchBytes: (get) => get("headDim") * 4,
  },
  "key-match": {
    run: "keyMatch",
    args: [0, 1, 2, 3, "type", "spans", "rows", "heads", "headDim", "scratch"],
    scratchBytes: (get, x) => x.keyMatchScratch(get("rows"), get("headDim")),
  },
  "vote-stats": { run: "voteStats", args: [0, 1, "spans", "spanCapacity", "kvHeads", "boost"] },
  "vote-heads": { run: "voteHeads", args: [0, 1, "kvHeads", "z0", "calibrated"] },
  "vote-spans": {
    run: "voteSpans",
    args: [0, 1, 2, 3, "spans", "spanCapacity", "kvHeads", "boost", "z0"],
  },
  "vote-finish": {
    run: "voteFinish",
    args: [0, 1, 2, "spans", "kvHeads", "gamma", "persist"],
  },
  "span-select": {
    run: "spanSelect",
    args: [0, 1, 2, 3, 4, "spans", "budget", "recallBudget", "scratch"],
    scratchBytes: (get) => 1024 + get("spans") * 8,
  },
  "key-mean": { run: "keyMean", args: [0, 1, "tokens", "width"] },
  "key-gram": {
    run: "keyGram",
    args: [0, 1, 2, "tokens", "width", "scratch"],
    scratchBytes: (get) => get("width") * 16,
  },
  "chunk-landmarks": {
    run: "chunkLandmarks",
    args: [0, 1, 2, "kvHeads", "headDim", "setCapacity", "chunks"],
  },
  "landmark-scores": {
    run: "landmarkScores",
    args: [
      ...[0, 1, 2],
      ...["type", "groupsY", "heads", "kvHeads", "headDim", "landmarks", "scale", "softCap"],
      "scratch",
    ],
    scratchBytes: (get) => get("headDim") * 4,
  },
  "landmark-stats": { run: "landmarkStats", args: [0, 1, "groupsX", "landmarks"] },
  "landmark-votes": {
    run: "landmarkVotes",
    args: [0, 1, 2, "tokens", "heads", "kvHeads", "landmarks"],
  },
  "append-rows": { run: "appendRows", args: [0, 1, "type", "tokens", "width", "firstRow"] },
  "rebuild-keys": {
    run: "rebuildKeys",
    args: [
      ...[0, 1, 2, 3, 4, 5],
      ...["type", "firstItem", "groupsY", "kvHeads", "rank"],
      ...["HEAD_DIM", "ROTARY_DIMS", "ADJACENT", "scratch"],
    ],
    scratchBytes: (get) => get("rank") * 32 + get("HEAD_DIM") * 40,
  },
  "top-chunks": {
    run: "topChunks",
    args: [0, 1, 2, "groupsX", "landmarks", "slots", "firstSlot", "scratch"],
    scratchBytes: () => 1024,
  },
  "unpack-values": {
    run: "unpackValues",
    args: [
      ...[0, 1, 2],
      ...["type", "firstItem", "groupsY", "kvHeads", "headDim", "chunks", "scratch"],
    ],
    scratchBytes: (get) => get("headDim") * 4,
  },
  "place-values": {
    run: "placeValues",
    args: [0, 1, 2, "type", "firstItem", "groupsY", "kvHeads", "headDim"],
  },
  "short-conv": { run: "shortConv", args: [0, 1, 2, 3, 4, "tokens", "quads"] },
  "conv-tail": { run: "convTail", args: [0, 1, "tokens", "quads"] },
  "mixer-gates": {
    run: "mixerGates",
    args: [0, 1, 2, "tokens", "rows", "keyEpsilon", "scale"],
  },
  "input-gate": { run: "inputGate", args: [0, 1, 2, "quads"] },
  "state-scan": { run: "stateScan", args: [0, 1, 2, 3, 4, 5, "tokens", "rows", "width"] },
  "gated-norm": gatedNorm,
  "gated-norm-reduce": gatedNorm,
  "window-append": {
    run: "windowAppend",
    args: [0, 1, "type", "tokens", "first", "heads", "headQuads", "slotBase", "slots"],
  },
  "window-attention-direct": windowAttention,
  "window-attention-group": windowAttention,
};

const found = new Map<string, RunKernel>();

/** A kernel's name is its operation, then the element type of its weights or pools if it has one. */
export function implementationOf(kernel: Pick<Kernel, "name">): RunKernel {
  const known = found.get(kernel.name);
  if (known) return known;
  const [operation = "", typeName = ""] = kernel.name.split(" ");
  const implementation = implementations[operation];
  if (!implementation) throw new Error(`kernel ${kernel.name} has no form for the processor`);
  const type = typeIndex(typeName);
  const run = typeof implementation === "function" ? implementation : runOf(implementation);
  const typed: RunKernel = (exports, call) => {
    run(exports, { ...call, type });
  };
  found.set(kernel.name, typed);
  return typed;
}

function typeIndex(name: string): number {
  const index = Math.max(
    (WEIGHT_FORMATS as readonly string[]).indexOf(name),
    (KV_DTYPES as readonly string[]).indexOf(name),
  );
  if (index < 0 && name !== "") throw new Error(`element type ${name} is unknown`);
  return Math.max(0, index);
}
