// Rotary tables of a model on the GPU, one per distinct RopeTable of the config.

import {
  type Backend,
  type RopeSpec,
  ropeTable,
  type DeviceBuffer,
} from "../../../../kernels/index.ts";
import type { ModelConfig } from "../../model/config.ts";

export interface LayerRope {
  readonly spec: RopeSpec;
  /** f32 [positions, rotaryDims/2, 2] (cos, sin) */
  readonly table: DeviceBuffer;
}

/** Per layer; layers with the same table share one buffer. `positions`: rows of each table. */
export function createRopeTables(
  backend: Backend,
  config: ModelConfig,
  positions: number,
): { readonly layers: readonly LayerRope[]; readonly buffers: readonly DeviceBuffer[] } {
  const none = backend.createBuffer("rope none", "activations", 16);
  const tables = config.ropeTables.map((table) => ({
    spec: {
      headDim: config.headDim,
      rotaryDims: table.rotaryDims,
      adjacent: table.layout === "adjacent",
    },
    table: backend.createBufferFrom(
      "rope",
      "activations",
      ropeTable(table.inverseFrequencies, positions, table.attentionFactor),
    ),
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
