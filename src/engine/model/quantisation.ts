// The name of a model's quantisation: the mix that people choose a file by (Q4_K_M), not one of the
// formats in it. The file says it (`general.file_type` of GGUF); where it does not, or its tensors
// contradict it, the tensors tell.
import type { ModelTensor } from "./tensors.ts";

// Ids of llama_ftype, after llama.cpp (llama.h).
const FILE_TYPES: Readonly<Record<number, string>> = {
  0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1",
  10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M",
  16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 21: "Q2_K_S", 25: "IQ4_NL", 30: "IQ4_XS", 32: "BF16",
}; // prettier-ignore

/** `fileType` is what the file states; undefined where it does not. */
export function quantisationName(
  tensors: readonly ModelTensor[],
  fileType: number | undefined,
): string {
  const matrices = tensors.filter(({ rows }) => rows > 1);
  const main = largest(matrices.filter(({ layer }) => layer !== undefined)) ?? largest(matrices);
  if (main === undefined) return "unknown";
  const stated = fileType === undefined ? undefined : FILE_TYPES[fileType];
  const formats = new Set(matrices.map(({ format }) => format));
  // Q4_K_M is made of Q4_K and others.
  if (stated !== undefined && [...formats].some((format) => isMixOf(stated, format))) return stated;
  const inLayers = (format: string): boolean =>
    matrices.some((tensor) => tensor.layer !== undefined && tensor.format === format);
  if (main === "Q4_K" || main === "Q5_K") return `${main}_${inLayers("Q6_K") ? "M" : "S"}`;
  if (main === "Q3_K") return `${main}_${inLayers("Q4_K") || inLayers("Q5_K") ? "M" : "S"}`;
  return main;
}

const isMixOf = (mix: string, format: string): boolean =>
  mix === format || /^_[SML]$/.test(mix.startsWith(format) ? mix.slice(format.length) : "");

/** The format that most weights have. */
function largest(tensors: readonly ModelTensor[]): string | undefined {
  const weights = new Map<string, number>();
  for (const { format, rows, cols } of tensors) {
    weights.set(format, (weights.get(format) ?? 0) + rows * cols);
  }
  return [...weights].sort((a, b) => b[1] - a[1])[0]?.[0];
}
