// Test support, and that of `bench loading`: what a safetensors checkpoint of Rodimus or Rodimus+ of any shape holds, and the head of its file.
import type { ModelConfig } from "../config.ts";
import { RODIMUS_LAYER_ROLES, rodimusNames } from "../rodimus-tensors.ts";

/** The tensors of a checkpoint by name: their shapes as stored. */
export function storedShapes(config: ModelConfig): ReadonlyMap<string, readonly number[]> {
  const { width, vocab, layers, tiedOutput, recurrent } = config;
  const shapes = new Map<string, readonly number[]>([
    ["model.embeddings.weight", [vocab, width]],
    ["model.norm_f.weight", [width]],
  ]);
  if (recurrent?.hasEmbeddingNorm) shapes.set("model.embed_norm.weight", [width]);
  if (!tiedOutput) shapes.set("lm_head.weight", [vocab, width]);
  for (let layer = 0; layer < layers; layer++) {
    for (const { role, rows, cols, when } of RODIMUS_LAYER_ROLES) {
      if (when && !when(config)) continue;
      const { name, storedRows = rows(config) } = rodimusNames(role, layer, config);
      const columns = cols(config);
      if (role === "conv") shapes.set(name, [storedRows, 1, columns]);
      else shapes.set(name, storedRows === 1 ? [columns] : [storedRows, columns]);
    }
  }
  return shapes;
}

/** Length and header of a file with these tensors, one behind the other. */
export function safetensorsHead(
  tensors: ReadonlyMap<string, readonly number[]>,
  dtype: "F32" | "BF16",
): Uint8Array {
  const header: Record<string, unknown> = {};
  let offset = 0;
  for (const [name, shape] of tensors) {
    const end = offset + countOf(shape) * (dtype === "F32" ? 4 : 2);
    header[name] = { dtype, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const head = new Uint8Array(8 + text.length);
  new DataView(head.buffer).setBigUint64(0, BigInt(text.length), true);
  head.set(text, 8);
  return head;
}

export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
