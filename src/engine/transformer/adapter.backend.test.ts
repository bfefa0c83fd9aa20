// Logits with a LoRA adapter against the float64 reference with the same matrices merged:
// W + s·B·A, made here from the numbers that the adapter file was written with.
import { describe, expect, test } from "vitest";
import { toHalf } from "../../../kernels/shared/kv-pool.ts";
import { quantise, weightFormats } from "../../../kernels/weights/index.ts";
import { nmse } from "../../../kernels/testing/gpu.ts";
import { testBackend } from "../../../kernels/testing/backends.ts";
import { forConversation } from "../ask/completion.ts";
import { PlainStream } from "../attention/plain/plain-stream.ts";
import { type ByteSource, sourceFromBytes } from "../model/byte-source.ts";
import { families } from "../model/families.ts";
import { openModel } from "../model/open-model.ts";
import { ggufNames } from "../model/tensor-names.ts";
import { ADAPTED_ROLES, type ModelTensor, ModelTensors } from "../model/tensors.ts";
import { fixtureSources } from "../model/testing/fixtures.ts";
import { writeGguf, type WriterTensor } from "../model/testing/gguf-writer.ts";
import { referenceLogits } from "../model/testing/reference-forward.ts";
import { type LoadedModel, loadModel } from "./loaded-model.ts";
import { TokenCounter } from "./token-counter.ts";

const ALPHA = 6;
const IDS = [1, 7, 30, 2, 9, 9, 41, 17, 3, 28, 5, 60, 11];

const FORMATS = {
  F32: { type: 0, write: (values: Float32Array) => new Uint8Array(values.buffer) },
  F16: {
    type: 1,
    write: (values: Float32Array) => new Uint8Array(Uint16Array.from(values, toHalf).buffer),
  },
  Q8_0: { type: 8, write: (values: Float32Array) => quantise("Q8_0", values) },
};
type Format = keyof typeof FORMATS;

interface Numbers {
  readonly bytes: Uint8Array;
  /** What the bytes say. */
  readonly values: Float32Array;
}

let seed = 1;
/** Deterministic numbers around 0. */
function numbers(count: number, format: Format): Numbers {
  const drawn = Float32Array.from({ length: count }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed / 2 ** 32 - 0.5) * 0.3;
  });
  const bytes = FORMATS[format].write(drawn);
  return { bytes, values: weightFormats[format].dequantiseFileRow(bytes, count) };
}

/** An adapter for every matrix that the model has, and the tensors of the model with it merged. */
async function adapterFor(
  sources: readonly ByteSource[],
  rank: number,
  isCheckpoint: boolean,
  format: Format = "F32",
  system?: string,
) {
  const { config, tensors } = await openModel(sources);
  const written: WriterTensor[] = [];
  const merged = new Map<ModelTensor, Float32Array>();
  const names = ggufNames(families[config.family]!);
  const fused = new Map<string, { made: Numbers; rows: number; cols: number }>();
  for (const { role, isGlobal, rows: rowsOf, cols: colsOf } of ADAPTED_ROLES) {
    for (let layer = 0; layer < (isGlobal ? 1 : config.layers); layer++) {
      const tensor = tensors.all.find(
        (one) => one.role === role && one.layer === (isGlobal ? undefined : layer),
      );
      if (!tensor) continue;
      const [rows, cols] = [rowsOf(config), colsOf(config)];
      const place = names(role, isGlobal ? undefined : layer, config);
      const isEmbedding = role === "token_embd";
      // Parts of a fused matrix share A, and their rows of B lie below each other.
      const known = fused.get(`${place.name}.lora_a`);
      const madeA = known?.made ?? numbers(rank * (isEmbedding ? rows : cols), format);
      const outputs = isEmbedding ? cols : (place.storedRows ?? rows);
      const madeB = fused.get(`${place.name}.lora_b`)?.made ?? numbers(outputs * rank, format);
      const [a, b] = [madeA.values, madeB.values];
      if (!known) {
        fused.set(`${place.name}.lora_a`, {
          made: madeA,
          rows: isEmbedding ? rows : rank,
          cols: isEmbedding ? rank : cols,
        });
        fused.set(`${place.name}.lora_b`, { made: madeB, rows: outputs, cols: rank });
      }
      const half = config.headDim / 2;
      const isPermuted = isCheckpoint && (role === "attn_q" || role === "attn_k");
      const fileRow = (row: number): number => {
        if (!isPermuted) return row + (place.firstRow ?? 0);
        const within = row % config.headDim;
        return row - within + 2 * (within % half) + Math.floor(within / half);
      };
      const whole = Float32Array.from(await tensor.readFloats());
      for (let row = 0; row < rows; row++) {
        for (let col = 0; col < cols; col++) {
          let sum = 0;
          for (let i = 0; i < rank; i++) {
            sum += isEmbedding
              ? a[row * rank + i]! * b[col * rank + i]!
              : b[fileRow(row) * rank + i]! * a[i * cols + col]!;
          }
          whole[row * cols + col]! += (ALPHA / rank) * sum;
        }
      }
      merged.set(tensor, whole);
    }
  }
  const { type } = FORMATS[format];
  for (const [name, { made, rows, cols }] of fused) {
    written.push({ name, shape: [cols, rows], type, bytes: made.bytes });
  }
  const all = tensors.all.map((tensor) => {
    const values = merged.get(tensor);
    return values ? { ...tensor, readFloats: () => Promise.resolve(values) } : tensor;
  });
  // The output of a tied model is the embedding without its adapter, as in llama.cpp.
  const embedding = tensors.get("token_embd");
  const tied = config.tiedOutput ? [{ ...embedding, role: "output" as const }] : [];
  const file = writeGguf({
    metadata: {
      "general.type": { text: "adapter" },
      "general.architecture": { text: config.family },
      "adapter.type": { text: "lora" },
      "adapter.lora.alpha": { f32: ALPHA },
      ...(system !== undefined && { "inkspan.system": { text: system } }),
    },
    tensors: written,
  });
  return {
    source: sourceFromBytes("lora.gguf", file),
    config: { ...config, tiedOutput: false },
    tensors: new ModelTensors([...all, ...tied]),
  };
}

async function logitsOf(
  sources: readonly ByteSource[],
  as = (model: { loaded: LoadedModel }) => model,
): Promise<number[]> {
  const backend = await testBackend();
  const { loaded } = as({ loaded: await loadModel(backend, "adapted", sources, () => undefined) });
  const shape = { totalTokens: IDS.length, chunk: 5, kvDtype: "f32", logitRows: 5 } as const;
  const stream = new PlainStream(backend, loaded, new TokenCounter(), shape);
  const rows: number[] = [];
  await stream.read(
    Uint32Array.from(IDS),
    (logits) => rows.push(...logits),
    () => undefined,
  );
  stream.destroy();
  return rows;
}

describe("logits with an adapter on every matrix", () => {
  const cases: readonly [string, number, Format][] = [
    ["models/llama-b-F16.gguf", 4, "F32"],
    ["models/llama-b-F16.gguf", 32, "Q8_0"],
    ["models/qwen2-F16.gguf", 3, "F32"], // a rank that is no multiple of four
    ["models/qwen2-F16.gguf", 3, "F16"],
    ["models/qwen3-Q8_0.gguf", 8, "F32"],
    ["models/gemma3-Q8_0.gguf", 1, "F32"],
    ["models/gemma3-Q8_0.gguf", 1, "F16"],
    ["safetensors/llama3-rope", 6, "F32"], // whose rows lie in another order than the adapter's
    ["safetensors/phi3-longrope", 5, "F32"], // whose matrices are fused
    ["safetensors/phi3-longrope", 32, "Q8_0"],
  ];
  test.each(cases)("%s, rank %i in %s", async (path, rank, format) => {
    const sources = fixtureSources(path);
    const isCheckpoint = path.includes("llama3");
    const { source, config, tensors } = await adapterFor(sources, rank, isCheckpoint, format);
    const expected = (await referenceLogits(config, tensors, IDS)).flatMap((row) => [...row]);
    const plain = await logitsOf(sources);
    const adapted = await logitsOf([...sources, source]);
    expect(nmse(plain, Float32Array.from(expected))).toBeGreaterThan(1e-2);
    expect(nmse(adapted, Float32Array.from(expected))).toBeLessThan(1e-5);
  });
});

test("an adapter for questions about a text leaves conversation to the model alone, any other does not", async () => {
  const sources = fixtureSources("models/llama-b-F16.gguf");
  const { source: reader } = await adapterFor(sources, 4, false, "F32", "Answer from the text.");
  const { source: other } = await adapterFor(sources, 4, false);
  const plain = await logitsOf(sources);
  expect(await logitsOf([...sources, reader], forConversation)).toEqual(plain);
  for (const adapted of [
    await logitsOf([...sources, reader]),
    await logitsOf([...sources, other], forConversation),
  ]) {
    expect(nmse(adapted, Float32Array.from(plain))).toBeGreaterThan(1e-2);
  }
});
