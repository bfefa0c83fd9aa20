// Rotary tables of a model on the GPU, one per distinct RopeTable of the config.

import type { KernelRuntime, RopeSpec } from "../../../kernels/index.ts";
import type { ModelConfig, RopeTable } from "../model/config.ts";

export interface LayerRope {
  readonly spec: RopeSpec;
  /** f32 [positions, rotaryDims/2, 2] (cos, sin) */
  readonly table: GPUBuffer;
}

/** Per layer; layers with the same table share one buffer. `positions`: rows of each table. */
export function createRopeTables(
  runtime: KernelRuntime,
  config: ModelConfig,
  positions: number,
): { readonly layers: readonly LayerRope[]; readonly buffers: readonly GPUBuffer[] } {
  const none = runtime.createBuffer("rope none", "activations", 16);
  const tables = config.ropeTables.map((table) => ({
    spec: {
      headDim: config.headDim,
      rotaryDims: table.rotaryDims,
      adjacent: table.layout === "adjacent",
    },
    table: runtime.createBufferFrom("rope", "activations", ropeRows(table, positions)),
  }));
  const layers = config.layerConfigs.map(({ rope }) => {
    const found = rope === null ? undefined : tables[rope];
    return (
      found ?? {
        spec: { headDim: config.headDim, rotaryDims: 0, adjacent: false },
        table: none,
      }
    );
  });
  return { layers, buffers: [none, ...tables.map(({ table }) => table)] };
}

/** Computed in f64: an f32 angle would be off by 1e-3 at position 10,000. */
function ropeRows(rope: RopeTable, positions: number): Float32Array<ArrayBuffer> {
  const pairs = rope.rotaryDims / 2;
  const rows = new Float32Array(positions * pairs * 2);
  for (let i = 0; i < pairs; i++) {
    const frequency = rope.inverseFrequencies[i]!;
    for (let position = 0; position < positions; position++) {
      const at = (position * pairs + i) * 2;
      rows[at] = Math.cos(position * frequency) * rope.attentionFactor;
      rows[at + 1] = Math.sin(position * frequency) * rope.attentionFactor;
    }
  }
  return rows;
}
