// Which tensor of a file plays which role in the forward pass, with checked shapes, and lazy reading
// of their rows. Not here: parsing of containers (gguf.ts, safetensors.ts), upload to the GPU.
import {
  type WeightFormat,
  blockLayouts,
  findNonFiniteBlock,
  weightFormats,
} from "../../../kernels/weights/index.ts";
import { EngineError } from "../errors.ts";
import { type ByteSource, checkRange } from "./byte-source.ts";
import type { ModelConfig } from "./config.ts";
import { quote } from "./gguf.ts";

/** A tensor as it lies in a file. */
export interface StoredTensor {
  readonly name: string;
  readonly format: WeightFormat;
  readonly rows: number;
  readonly cols: number;
  readonly source: ByteSource;
  readonly offsetBytes: number;
  readonly bytes: number;
}

export type GlobalRole = "token_embd" | "embd_norm" | "output" | "output_norm";
export type LayerRole =
  | "attn_norm"
  | "attn_q"
  | "attn_k"
  | "attn_v"
  | "attn_output"
  | "attn_q_norm"
  | "attn_k_norm"
  | "attn_q_bias"
  | "attn_k_bias"
  | "attn_v_bias"
  | "attn_post_norm"
  | "ffn_norm"
  | "ffn_gate"
  | "ffn_up"
  | "ffn_down"
  | "ffn_post_norm"
  // Rodimus
  | "mixer_norm"
  | "mixer_x"
  | "mixer_gate"
  | "conv"
  | "conv_bias"
  | "mixer_skip"
  | "mixer_qk"
  | "mixer_sp"
  | "mixer_sp_bias"
  | "input_gate_down"
  | "input_gate_up"
  | "input_gate_bias"
  | "act_norm"
  | "mixer_output";

export interface ModelTensor {
  readonly role: GlobalRole | LayerRole;
  /** Undefined for the tensors outside the layers. */
  readonly layer: number | undefined;
  /** Name in the file. */
  readonly name: string;
  readonly format: WeightFormat;
  /** 1 for vectors (norms, biases). */
  readonly rows: number;
  readonly cols: number;
  /** Size in the file. */
  readonly bytes: number;
  /** File bytes of rows [start, start + count), checked for NaN and infinite numbers. */
  readRows(start: number, count: number): Promise<Uint8Array>;
  /** The whole tensor as f32 [rows, cols]; meant for vectors. */
  readFloats(): Promise<Float32Array>;
}

/** The tensors of a model by role. */
export class ModelTensors {
  readonly all: readonly ModelTensor[];
  readonly #byRole = new Map<string, ModelTensor>();

  constructor(all: readonly ModelTensor[]) {
    this.all = all;
    for (const tensor of all) this.#byRole.set(roleKey(tensor.role, tensor.layer), tensor);
  }

  find(role: GlobalRole): ModelTensor | undefined;
  find(role: LayerRole, layer: number): ModelTensor | undefined;
  find(role: GlobalRole | LayerRole, layer?: number): ModelTensor | undefined {
    return this.#byRole.get(roleKey(role, layer));
  }

  get(role: GlobalRole): ModelTensor;
  get(role: LayerRole, layer: number): ModelTensor;
  get(role: GlobalRole | LayerRole, layer?: number): ModelTensor {
    const key = roleKey(role, layer);
    const tensor = this.#byRole.get(key);
    if (!tensor) throw new EngineError("internal", `this model has no tensor ${key}`);
    return tensor;
  }

  /** Bytes of all weights as they lie in the file. */
  get bytes(): number {
    return this.all.reduce((sum, tensor) => sum + tensor.bytes, 0);
  }
}

const roleKey = (role: string, layer?: number): string =>
  layer === undefined ? role : `${layer} ${role}`;

/** Where a role is found: a name, and the rows of a fused matrix that belong to it. */
export interface TensorPlace {
  readonly name: string;
  readonly firstRow?: number;
  /** Rows of the whole stored matrix, when only some of them are taken. */
  readonly storedRows?: number;
  /** Added to every value (norms stored without their one). */
  readonly add?: number;
}

export type TensorNames = (
  role: GlobalRole | LayerRole,
  layer: number | undefined,
  config: ModelConfig,
) => TensorPlace;

export interface RoleShape {
  readonly role: GlobalRole | LayerRole;
  readonly rows: (config: ModelConfig) => number;
  readonly cols: (config: ModelConfig) => number;
  readonly when?: (config: ModelConfig) => boolean;
}

const one = (): number => 1;
const width = (config: ModelConfig): number => config.width;
const queryWidth = (config: ModelConfig): number => config.heads * config.headDim;
const keyWidth = (config: ModelConfig): number => config.kvHeads * config.headDim;
const headDim = (config: ModelConfig): number => config.headDim;
const ffn = (config: ModelConfig): number => config.ffn;
const vocab = (config: ModelConfig): number => config.vocab;
const hasBias = (config: ModelConfig): boolean => config.hasQkvBias;
const hasQkNorm = (config: ModelConfig): boolean => config.hasQkNorm;
const hasPostNorms = (config: ModelConfig): boolean => config.hasPostNorms;

const GLOBAL_ROLES: readonly RoleShape[] = [
  { role: "token_embd", rows: vocab, cols: width },
  {
    role: "embd_norm",
    rows: one,
    cols: width,
    when: (config) => config.recurrent?.hasEmbeddingNorm ?? false,
  },
  { role: "output_norm", rows: one, cols: width },
  { role: "output", rows: vocab, cols: width, when: (config) => !config.tiedOutput },
];

const LAYER_ROLES: readonly RoleShape[] = [
  { role: "attn_norm", rows: one, cols: width },
  { role: "attn_q", rows: queryWidth, cols: width },
  { role: "attn_k", rows: keyWidth, cols: width },
  { role: "attn_v", rows: keyWidth, cols: width },
  { role: "attn_output", rows: width, cols: queryWidth },
  { role: "attn_q_bias", rows: one, cols: queryWidth, when: hasBias },
  { role: "attn_k_bias", rows: one, cols: keyWidth, when: hasBias },
  { role: "attn_v_bias", rows: one, cols: keyWidth, when: hasBias },
  { role: "attn_q_norm", rows: one, cols: headDim, when: hasQkNorm },
  { role: "attn_k_norm", rows: one, cols: headDim, when: hasQkNorm },
  { role: "attn_post_norm", rows: one, cols: width, when: hasPostNorms },
  { role: "ffn_norm", rows: one, cols: width },
  { role: "ffn_gate", rows: ffn, cols: width },
  { role: "ffn_up", rows: ffn, cols: width },
  { role: "ffn_down", rows: width, cols: ffn },
  { role: "ffn_post_norm", rows: one, cols: width, when: hasPostNorms },
];

const ADAPTED = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"];

/** The matrices that an adapter may change, with the shape of each. */
export const ADAPTED_ROLES: readonly (RoleShape & { readonly isGlobal: boolean })[] = [
  ...GLOBAL_ROLES.filter(({ role }) => role === "token_embd" || role === "output").map((shape) => ({
    ...shape,
    isGlobal: true,
  })),
  ...LAYER_ROLES.filter(({ role }) => ADAPTED.includes(role)).map((shape) => ({
    ...shape,
    isGlobal: false,
  })),
];

/** Finds every tensor the configuration asks for; refuses missing, misshapen and unknown ones. */
export function assignTensors(
  stored: ReadonlyMap<string, StoredTensor>,
  config: ModelConfig,
  names: TensorNames,
  mayIgnore: (name: string) => boolean,
  fileName: string,
  layerRoles: readonly RoleShape[] = LAYER_ROLES,
): ModelTensors {
  const used = new Set<string>();
  const tensors: ModelTensor[] = [];
  const add = (shape: RoleShape, layer: number | undefined): void => {
    if (shape.when && !shape.when(config)) return;
    const place = names(shape.role, layer, config);
    const tensor = stored.get(place.name);
    if (!tensor) {
      throw new EngineError(
        "format-invalid",
        `${fileName}: the tensor ${quote(place.name)} is missing. The file is incomplete, or another part of it has not been opened.`,
      );
    }
    const rows = shape.rows(config);
    const cols = shape.cols(config);
    const storedRows = place.storedRows ?? rows;
    if (tensor.rows !== storedRows || tensor.cols !== cols) {
      throw new EngineError(
        "format-invalid",
        `${fileName}: the tensor ${quote(place.name)} has the shape ${tensor.rows} × ${tensor.cols}, the configuration asks for ${storedRows} × ${cols}.`,
      );
    }
    used.add(place.name);
    tensors.push(modelTensor(tensor, shape.role, layer, rows, place));
  };
  for (const shape of GLOBAL_ROLES) add(shape, undefined);
  for (let layer = 0; layer < config.layers; layer++) {
    for (const shape of layerRoles) add(shape, layer);
  }
  for (const name of stored.keys()) {
    if (!used.has(name) && !mayIgnore(name)) {
      throw new EngineError(
        "format-unsupported",
        `${fileName}: the tensor ${quote(name)} belongs to no part of a ${config.family} model that is supported; its results would be wrong without it.`,
      );
    }
  }
  return new ModelTensors(tensors);
}

/** `rows` rows of a stored tensor, from the place's first one on, in their role. */
export function modelTensor(
  stored: StoredTensor,
  role: GlobalRole | LayerRole,
  layer: number | undefined,
  rows: number,
  place: TensorPlace,
): ModelTensor {
  const { format, cols, source, name } = stored;
  const entry = weightFormats[format];
  const rowBytes = entry.fileRowBytes(cols);
  const firstRow = place.firstRow ?? 0;
  const readRows = async (start: number, count: number): Promise<Uint8Array> => {
    if (!(start >= 0 && count > 0 && start + count <= rows)) {
      throw new EngineError("internal", `${name}: rows ${start} to ${start + count} of ${rows}`);
    }
    const offset = stored.offsetBytes + (firstRow + start) * rowBytes;
    checkRange(source, offset, count * rowBytes);
    const bytes = await source.read(offset, count * rowBytes);
    const bad = findNonFiniteBlock(format, bytes);
    if (bad >= 0) {
      const row = start + Math.floor((bad * blockLayouts[format].bytes) / rowBytes);
      throw new EngineError(
        "format-invalid",
        `${source.name}: row ${row} of the tensor ${quote(name)} holds a number that is not finite. The file is damaged; fetch it again.`,
      );
    }
    return bytes;
  };
  const readFloats = async (): Promise<Float32Array> => {
    const bytes = await readRows(0, rows);
    const floats = new Float32Array(rows * cols);
    for (let row = 0; row < rows; row++) {
      const slice = bytes.subarray(row * rowBytes, (row + 1) * rowBytes);
      floats.set(entry.dequantiseFileRow(slice, cols), row * cols);
    }
    const { add } = place;
    return add === undefined ? floats : floats.map((value) => value + add);
  };
  return { role, layer, name, format, rows, cols, bytes: rows * rowBytes, readRows, readFloats };
}
