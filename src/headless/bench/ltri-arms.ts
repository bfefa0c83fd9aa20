// The settings that `bench ltri` compares: baselines, the engine itself, and one part of it taken away
// or replaced at a time.
import { DEFAULT_ENGINE, type EngineName } from "../../engine/attention/engine-names.ts";
import { EngineError } from "../../engine/errors.ts";
import { type LtriParameters, parameterOverrides } from "../../engine/attention/parameters.ts";
import { settingsOf } from "../arguments.ts";

export interface Arm {
  readonly name: string;
  readonly title: string;
  readonly engine: EngineName;
  readonly set: Partial<LtriParameters>;
  /** What is recalled whatever its score; without it nothing is. */
  readonly forced?: "fact" | "found by words";
  /** The passages found are read again. */
  readonly isReread?: boolean;
}

const arm = (
  name: string,
  title: string,
  set: Partial<LtriParameters> = {},
  engine: EngineName = DEFAULT_ENGINE,
): Arm => ({ name, title, engine, set });

export const ARMS: readonly Arm[] = [
  arm("full", "full attention", {}, "full"),
  arm("streaming", "sinks and window", {}, "streaming"),
  arm("infllm", "fixed blocks, one vector, clamped positions", {}, "infllm"),
  arm("shadowkv", "low-rank keys", {}, "shadowkv"),
  arm("shadowkv-plus", "low-rank keys, of answers too", {}, "shadowkv-plus"),
  arm("shadowkv-deferred", "low-rank keys, chosen late", {}, "shadowkv-deferred"),
  arm("shadowkv-int8", "low-rank keys, values in int8", {}, "shadowkv-int8"),
  arm("ltri-nms", "ltri, spans by NMS", { segmenter: "nms" }),
  arm("ltri-dp", "ltri, spans by exact partition", { segmenter: "dp" }),
  arm("static", "ltri-nms without dynamic vectors", { segmenter: "nms", vectors: "static" }),
  arm("equal", "ltri-nms without voting", { segmenter: "nms", voting: "equal" }),
  arm("calibrated", "ltri-nms, head weights measured on the model", {
    segmenter: "nms",
    voting: "calibrated",
  }),
  arm("no-persistence", "ltri-nms without persistent recall", { segmenter: "nms", persistFrac: 0 }),
  arm("vectors", "ltri-nms, question compared with index vectors alone", {
    segmenter: "nms",
    questionKeyBytes: 0,
  }),
  arm("shared-division", "ltri-nms, one division for four layers", {
    segmenter: "nms",
    divisionLayers: 4,
  }),
  arm("neighbours", "ltri-nms, neighbours of hits raised (0.2)", {
    segmenter: "nms",
    neighbourBoost: 0.2,
  }),
  arm("int8", "ltri-nms, KV and index vectors in int8", { segmenter: "nms", kvDtype: "int8" }),
  arm("refresh-1", "ltri-nms, set refreshed at every step", { segmenter: "nms", refreshEvery: 1 }),
  arm("exact", "ltri-nms, exact choice in every layer of every step", {
    segmenter: "nms",
    retrievalMode: "exact",
  }),
  {
    ...arm("forced", "ltri-nms, the fact's spans always recalled: bound of the reader", {
      segmenter: "nms",
    }),
    forced: "fact",
  },
  {
    ...arm("led", "ltri-nms, passages found by words always recalled: as shipped", {
      segmenter: "nms",
    }),
    forced: "found by words",
  },
  {
    ...arm(
      "shadowkv-led",
      "low-rank keys, chunks of passages found by words always chosen: as shipped",
      {},
      "shadowkv",
    ),
    forced: "found by words",
  },
  {
    ...arm("reread", "ltri-nms, the passages found are read again", { segmenter: "nms" }),
    isReread: true,
  },
];

/** An arm by its name, or a variation of one: `ltri-nms+refreshEvery=8+gamma=0.9`. */
export function armNamed(name: string): Arm {
  const [base = "", ...pairs] = name.split("+");
  const arm = ARMS.find((known) => known.name === base);
  if (!arm) {
    const known = ARMS.map((other) => other.name).join(", ");
    throw new EngineError("invalid-argument", `--arms ${name}: known are ${known}.`);
  }
  if (pairs.length === 0) return arm;
  const set = { ...arm.set, ...parameterOverrides(settingsOf(pairs)) };
  return { ...arm, name, title: `${arm.title}; ${pairs.join(", ")}`, set };
}
