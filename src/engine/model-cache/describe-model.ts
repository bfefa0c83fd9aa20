// The figures of a model from its files' headers, without a GPU. Also the first check of a file that
// somebody brings: what cannot be read, or is not supported, is refused here.
import type { ByteSource } from "../model/byte-source.ts";
import { kvBytesPerToken, recurrentStateBytes } from "../model/config.ts";
import { bytesPerFormat } from "../model/load-format.ts";
import { openModel } from "../model/open-model.ts";
import type { ModelFigures } from "./types.ts";

const KV_BYTES = 2; // f16

export async function describeModelFiles(
  sources: readonly ByteSource[],
): Promise<{ name: string; figures: ModelFigures }> {
  const { config, tensors, quantisation } = await openModel(sources);
  const parameters = tensors.all.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  return {
    name: config.name,
    figures: {
      architecture: config.family,
      quantisation,
      parameters,
      contextLength: config.contextLength,
      kvBytesPerToken: kvBytesPerToken(config, KV_BYTES),
      ...(config.recurrent ? { stateBytes: recurrentStateBytes(config, KV_BYTES) } : {}),
      loadedBytes: bytesPerFormat(tensors.all),
    },
  };
}
