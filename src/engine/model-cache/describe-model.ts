// The figures of a model from its files' headers, without a GPU. Also the first check of a file that
// somebody brings: what cannot be read, or is not supported, is refused here.
import type { ByteSource } from "../model/byte-source.ts";
import { kvBytesPerToken } from "../model/config.ts";
import { openModel } from "../model/open-model.ts";
import type { ModelFigures } from "./types.ts";

const KV_BYTES = 2; // f16

export async function describeModelFiles(
  sources: readonly ByteSource[],
): Promise<{ name: string; figures: ModelFigures }> {
  const { config, tensors } = await openModel(sources);
  const weights = new Map<string, number>();
  let parameters = 0;
  for (const { format, rows, cols } of tensors.all) {
    parameters += rows * cols;
    weights.set(format, (weights.get(format) ?? 0) + rows * cols);
  }
  const [most] = [...weights].sort((a, b) => b[1] - a[1]);
  return {
    name: config.name,
    figures: {
      architecture: config.family,
      quantisation: most?.[0] ?? "unknown",
      parameters,
      contextLength: config.contextLength,
      kvBytesPerToken: kvBytesPerToken(config, KV_BYTES),
    },
  };
}
