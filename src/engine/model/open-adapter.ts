// Opens a LoRA adapter in llama.cpp's GGUF format for a model: which matrices it changes and by what.
// y = W·x + s·B·(A·x) with s = alpha / rank; the matrices of the model stay as they are.
// Format: `<tensor>.lora_a` [rank, columns] and `<tensor>.lora_b` [rows, rank] beside
// `general.type` = adapter, `adapter.type` = lora, `adapter.lora.alpha` (llama.cpp, llama-adapter.cpp).
import { EngineError } from "../errors.ts";
import type { ModelConfig } from "./config.ts";
import { families } from "./families.ts";
import { fingerprintSource } from "./fingerprint.ts";
import { quote } from "./gguf.ts";
import { GgufMetadata } from "./gguf-config.ts";
import type { GgufPart } from "./open-gguf.ts";
import { ggufNames } from "./tensor-names.ts";
import {
  ADAPTED_ROLES,
  type GlobalRole,
  type LayerRole,
  modelTensor,
  type ModelTensor,
  type StoredTensor,
} from "./tensors.ts";

/** What is added to one matrix of the model. */
export interface AdaptedMatrix {
  readonly role: GlobalRole | LayerRole;
  readonly layer: number | undefined;
  readonly rank: number;
  /** s = alpha / rank. */
  readonly scale: number;
  /** [rank, columns]; of the embedding, whose input is a token, [vocabulary, rank]. */
  readonly a: ModelTensor;
  /** [rows, rank] */
  readonly b: ModelTensor;
  /** Order of the rows of b where the file's differs from the model's: row r is b's row order(r). */
  readonly order?: (row: number) => number;
}

export interface OpenAdapter {
  readonly name: string;
  readonly matrices: readonly AdaptedMatrix[];
  /** Trained for questions about a text, under the system prompt that the file states; not for conversation. */
  readonly isReader: boolean;
  /** The largest rank of all. */
  readonly rank: number;
  readonly fingerprintParts: readonly string[];
}

/** Every step keeps rank values per token; trained adapters have 4 to 256. */
const MAX_RANK = 1024;

export const isAdapter = ({ header }: GgufPart): boolean =>
  header.metadata.get("general.type") === "adapter";

/** Throws `format-unsupported` or `format-invalid`, naming what does not fit the model. */
export async function openAdapter(part: GgufPart, config: ModelConfig): Promise<OpenAdapter> {
  const { source, header } = part;
  const file = source.name;
  const metadata = new GgufMetadata(header.metadata, file);
  const type = metadata.string("adapter.type");
  if (type !== "lora" || metadata.has("adapter.alora.invocation_tokens")) {
    throw new EngineError(
      "format-unsupported",
      `${file}: adapters of the type ${quote(type)} that act on every token are needed; only plain LoRA is supported.`,
    );
  }
  const architecture = metadata.string("general.architecture");
  const family = families[config.family];
  if (!family || architecture !== config.family) {
    throw new EngineError(
      "format-unsupported",
      `${file}: this adapter changes ${architecture} models; ${config.name} is a ${config.family} model. Open it with the model that it was trained for.`,
    );
  }
  if (family.mixer !== "softmax") {
    throw new EngineError(
      "format-unsupported",
      `${file}: adapters of recurrent models are not supported, and ${config.name} is one. Open the model without it.`,
    );
  }
  // 0 is «not stated», as in llama.cpp.
  const alpha = metadata.optionalNumber("adapter.lora.alpha") ?? 0;
  if (!Number.isFinite(alpha)) {
    throw new EngineError("format-invalid", `${file}: adapter.lora.alpha is ${alpha}.`);
  }
  const stored = new Map<string, StoredTensor>(
    header.tensors.map((tensor) => [tensor.name, { ...tensor, source }]),
  );
  const names = ggufNames(family);
  const used = new Set<string>();
  const matrices: AdaptedMatrix[] = [];
  const add = (role: GlobalRole | LayerRole, layer: number | undefined, shape: Shape): void => {
    const place = names(role, layer, config);
    const a = stored.get(`${place.name}.lora_a`);
    const b = stored.get(`${place.name}.lora_b`);
    if (!a && !b) return;
    if (!a || !b) {
      throw new EngineError(
        "format-invalid",
        `${file}: ${quote(`${place.name}.lora_${a ? "b" : "a"}`)} is missing. The adapter is incomplete.`,
      );
    }
    used.add(a.name).add(b.name);
    const rank = b.cols;
    const isEmbedding = role === "token_embd";
    const wanted = isEmbedding
      ? { a: [shape.rows, rank], b: [shape.cols, rank] }
      : { a: [rank, shape.cols], b: [place.storedRows ?? shape.rows, rank] };
    for (const [tensor, [rows, cols]] of [
      [a, wanted.a],
      [b, wanted.b],
    ] as const) {
      if (tensor.rows !== rows || tensor.cols !== cols || rank > MAX_RANK) {
        throw new EngineError(
          "format-invalid",
          `${file}: ${quote(tensor.name)} has the shape ${tensor.rows} × ${tensor.cols}; ${config.name} asks for ${rows} × ${cols} with a rank of at most ${MAX_RANK}. The adapter was made for another model.`,
        );
      }
    }
    const isRotated = role === "attn_q" || role === "attn_k";
    const order = isRotated && family.ggufRopeLayout === "adjacent" && isHalfSplit(config);
    matrices.push({
      role,
      layer,
      rank,
      scale: alpha === 0 ? 1 : alpha / rank,
      a: modelTensor(a, role, layer, a.rows, { name: a.name }),
      b: modelTensor(b, role, layer, isEmbedding ? b.rows : shape.rows, {
        ...place,
        name: b.name,
      }),
      ...(order ? { order: adjacentRow(config.headDim) } : {}),
    });
  };
  for (const { role, isGlobal, rows, cols } of ADAPTED_ROLES) {
    const shape = { rows: rows(config), cols: cols(config) };
    if (isGlobal) add(role, undefined, shape);
    else for (let layer = 0; layer < config.layers; layer++) add(role, layer, shape);
  }
  for (const { name } of header.tensors) {
    if (!used.has(name)) {
      throw new EngineError(
        "format-unsupported",
        `${file}: the tensor ${quote(name)} changes no matrix of ${config.name}; its results would be wrong without it.`,
      );
    }
  }
  if (matrices.length === 0) {
    throw new EngineError("format-invalid", `${file}: the adapter holds no matrices.`);
  }
  return {
    name: metadata.optionalString("general.name") ?? file,
    matrices,
    isReader: metadata.has("inkspan.system"),
    rank: Math.max(...matrices.map(({ rank }) => rank)),
    fingerprintParts: (await fingerprintSource(source, header.bytes, header.dataOffset)).map(
      (text) => `adapter ${text}`,
    ),
  };
}

interface Shape {
  readonly rows: number;
  readonly cols: number;
}

const isHalfSplit = (config: ModelConfig): boolean =>
  config.ropeTables.some(({ layout }) => layout === "half-split");

/** GGUF files of this family keep the two numbers of a rotation side by side, checkpoints half a head apart. */
const adjacentRow =
  (headDim: number) =>
  (row: number): number => {
    const within = row % headDim;
    const half = headDim / 2;
    return row - within + (within < half ? 2 * within : 2 * (within - half) + 1);
  };
