// Checkpoints in floating point, quantised on their way to the device: sizes, what is kept, logits.
import { describe, expect, test } from "vitest";
import { dequantiseFileRow } from "../../../kernels/weights/dequantise.ts";
import {
  type FloatFormat,
  floatsOf,
  quantise,
  QUANTISED_FORMATS,
  type QuantisedFormat,
} from "../../../kernels/weights/index.ts";
import { testBackend } from "../../../kernels/testing/backends.ts";
import { nmse } from "../../../kernels/testing/gpu.ts";
import { openStream } from "../attention/plain/open-stream.ts";
import { type LoadedModel, loadModel } from "../transformer/loaded-model.ts";
import { TokenCounter } from "../transformer/token-counter.ts";
import {
  bytesPerFormat,
  chooseLoadFormat,
  LOAD_FORMATS,
  type LoadFormat,
  loadedBytes,
  loadedFormat,
} from "./load-format.ts";
import { type ByteSource, sourceFromBytes } from "./byte-source.ts";
import { openModel } from "./open-model.ts";
import { readSafetensors } from "./safetensors.ts";
import { fixtureSources } from "./testing/fixtures.ts";
import { randomRodimus } from "./testing/random-rodimus.ts";

const FOLDERS = [
  "safetensors/llama3-rope",
  "safetensors/qwen2",
  "safetensors/smollm3",
  "safetensors/gemma3-v5",
  "safetensors/phi3-longrope",
  "rodimus/models/plus-f16",
  "rodimus/models/plus-tied-bf16",
];
const ids = Uint32Array.from({ length: 20 }, (_, i) => 20 + ((i * 37) % 200));

/** f32 [20, V] flattened. */
async function logitsOf(loaded: LoadedModel): Promise<number[]> {
  const backend = await testBackend();
  const shape = { totalTokens: 20, chunk: 20, kvDtype: "f32", logitRows: 20 } as const;
  const stream = openStream(backend, loaded, new TokenCounter(), shape);
  const rows: number[] = [];
  await stream.read(
    ids,
    (one) => rows.push(...one),
    () => undefined,
  );
  stream.destroy();
  return rows;
}

/** The same checkpoint in F32 with the values that its matrices have once they are quantised. */
async function roundedBefore(
  sources: ByteSource[],
  format: QuantisedFormat,
): Promise<ByteSource[]> {
  const at = sources.findIndex(({ name }) => name.endsWith(".safetensors"));
  const { tensors: stored } = await readSafetensors(sources[at]!);
  const { tensors } = await openModel(sources);
  const header: Record<string, unknown> = {};
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const { name, rows, cols, bytes, ...file } of stored) {
    const content = await file.source.read(file.offsetBytes, bytes);
    let values = floatsOf(file.format as FloatFormat, content, rows * cols);
    const tensor = tensors.all.find((one) => one.name === name);
    const target = tensor && QUANTISED_FORMATS.find((one) => one === loadedFormat(tensor, format));
    if (target) values = dequantiseFileRow(target, quantise(target, values), values.length);
    const end = offset + values.byteLength;
    header[name] = { dtype: "F32", shape: [rows, cols], data_offsets: [offset, end] };
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const lead = new Uint8Array(8);
  new DataView(lead.buffer).setBigUint64(0, BigInt(text.length), true);
  const file = new Uint8Array(Buffer.concat([lead, text, ...parts]));
  return sources.with(at, sourceFromBytes("model.safetensors", file));
}

describe.each(FOLDERS)("%s", (folder) => {
  const load = async (sources: ByteSource[], format: LoadFormat) =>
    loadModel(await testBackend(), folder, sources, () => undefined, undefined, format);

  test("takes the bytes that were told before", async () => {
    for (const format of LOAD_FORMATS) {
      const loaded = await load(fixtureSources(folder), format);
      expect(loaded.weights.bytes).toBe(loadedBytes(loaded.model.tensors.all, format));
    }
  });

  // What trained weights lose is measured by `npm run bench -- quantised`; random ones have nothing to spare.
  test.each(QUANTISED_FORMATS)("as %s it computes with the rounded weights", async (format) => {
    const sources = fixtureSources(folder);
    const quantised = await logitsOf(await load(sources, format));
    const rounded = await logitsOf(await load(await roundedBefore(sources, format), "stored"));
    // The processor multiplies whole-number formats with activations that are rounded to 16 bits.
    expect(nmse(quantised, rounded)).toBeLessThan(1e-6);
    const stored = await logitsOf(await load(sources, "stored"));
    expect(nmse(quantised, stored)).toBeGreaterThan(1e-4);
  });
});

test("never more than a piece of one tensor is on its way", async () => {
  // The embedding alone has twice a piece.
  const files = randomRodimus({ d_model: 256, n_layer: 1, vocab_size: 8192 });
  const seen = { all: 0, most: 0, now: 0 };
  const watched = files.map((file): ByteSource => ({
    ...file,
    read: async (offset, length) => {
      seen.all += length;
      seen.now += length;
      seen.most = Math.max(seen.most, seen.now);
      await new Promise((resolve) => setTimeout(resolve, 0)); // as a disk answers
      seen.now -= length;
      return file.read(offset, length);
    },
  }));
  const backend = await testBackend();
  const load = loadModel(backend, "random", watched, () => undefined, undefined, "Q4_0");
  const { tensors } = (await load).model;
  expect(Math.max(...tensors.all.map(({ bytes }) => bytes))).toBe(8 * 2 ** 20);
  expect(seen.most).toBe(4 * 2 ** 20);
  expect(seen.all).toBeGreaterThan(tensors.bytes);
});

test("the finest format that fits is chosen, and gates stay as they are", async () => {
  const { tensors } = await openModel(fixtureSources("rodimus/models/plus-f16"));
  const bytes = LOAD_FORMATS.map((format) => loadedBytes(tensors.all, format));
  expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
  LOAD_FORMATS.forEach((format, i) =>
    expect(chooseLoadFormat(bytesPerFormat(tensors.all), bytes[i]!)).toBe(format),
  );
  expect(chooseLoadFormat(bytesPerFormat(tensors.all), 1)).toBe("Q4_0");
  const formats = (role: string) =>
    tensors.all.filter((one) => one.role === role).map((one) => loadedFormat(one, "Q4_0"));
  for (const role of ["mixer_sp", "input_gate_down", "input_gate_up", "conv"]) {
    expect(new Set(formats(role))).toEqual(new Set(["F16"]));
  }
  expect(new Set(formats("mixer_x"))).toEqual(new Set(["Q4_0"]));
  expect(formats("token_embd")).toEqual(["Q8_0"]);
  const quantised = await openModel(fixtureSources("models/qwen3-Q8_0.gguf"));
  expect(chooseLoadFormat(bytesPerFormat(quantised.tensors.all), 1)).toBe("stored");
});
