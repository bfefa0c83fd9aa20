// In which number format the matrices of a model go to the device: as they lie in the file, or quantised
// on the way, for checkpoints in floating point that are larger than the device can be trusted with.
import {
  isFloatFormat,
  type QuantisedFormat,
  type WeightFormat,
  weightFormats,
} from "../../../kernels/weights/index.ts";
import type { ModelTensor } from "./tensors.ts";

export const LOAD_FORMATS = ["stored", "Q8_0", "Q4_0"] as const;
export type LoadFormat = (typeof LOAD_FORMATS)[number];

export function isLoadFormat(value: unknown): value is LoadFormat {
  return LOAD_FORMATS.some((format) => format === value);
}

/** Small, and what comes out of them is multiplied up over the whole text: gates and the short convolution. */
const KEPT: ReadonlySet<string> = new Set([
  "conv",
  "mixer_sp",
  "input_gate_down",
  "input_gate_up",
] satisfies ModelTensor["role"][]);

/** Tokens are told apart by these; at 4 bits they lose most. */
const EIGHT_BITS: ReadonlySet<string> = new Set([
  "token_embd",
  "output",
] satisfies ModelTensor["role"][]);

/** The format of a tensor on the device. */
export function loadedFormat(
  { role, format, rows, cols }: Pick<ModelTensor, "role" | "format" | "rows" | "cols">,
  choice: LoadFormat,
): WeightFormat {
  if (choice === "stored" || rows === 1 || !isFloatFormat(format) || KEPT.has(role)) return format;
  const target: QuantisedFormat = EIGHT_BITS.has(role) ? "Q8_0" : choice;
  return cols % weightFormats[target].blockWeights === 0 ? target : format;
}

/** Bytes of all weights on the device; vectors and convolutions are f32 there. */
export function loadedBytes(
  tensors: readonly Pick<ModelTensor, "role" | "format" | "rows" | "cols">[],
  choice: LoadFormat,
): number {
  return tensors.reduce((sum, tensor) => {
    const { role, rows, cols } = tensor;
    if (rows === 1 || role === "conv") return sum + rows * cols * 4;
    return sum + rows * weightFormats[loadedFormat(tensor, choice)].rowWords(cols) * 4;
  }, 0);
}

export function bytesPerFormat(
  tensors: readonly Pick<ModelTensor, "role" | "format" | "rows" | "cols">[],
): Readonly<Record<LoadFormat, number>> {
  const [stored, Q8_0, Q4_0] = LOAD_FORMATS.map((choice) => loadedBytes(tensors, choice));
  return { stored: stored!, Q8_0: Q8_0!, Q4_0: Q4_0! };
}

/** The finest format in which the weights take at most `budgetBytes`; the smallest one where none does. */
export function chooseLoadFormat(
  perFormat: Readonly<Record<LoadFormat, number>>,
  budgetBytes: number,
): LoadFormat {
  const bytes = LOAD_FORMATS.map((choice) => perFormat[choice]);
  const fitting = bytes.findIndex((one) => one <= budgetBytes);
  return LOAD_FORMATS[fitting < 0 ? bytes.indexOf(Math.min(...bytes)) : fitting]!;
}

/**
 * What weights may take on a device. Browsers do not tell how much graphics memory there is; the largest
 * buffer is the only sign of it, and above 3 GiB not even that one says that there is more.
 */
export function weightBudget(maxBufferBytes: number): number {
  return Math.min(2 * maxBufferBytes, 3 * 1024 ** 3);
}
