// Adapters that do not fit are refused by name; one that fits changes the identity of the model.
import { describe, expect, test } from "vitest";
import { sourceFromBytes } from "./byte-source.ts";
import { isAdapterAlone, openModel } from "./open-model.ts";
import { fixtureSources } from "./testing/fixtures.ts";
import { writeGguf, type WriterTensor, type WriterValue } from "./testing/gguf-writer.ts";

const BASE = fixtureSources("models/llama-b-F16.gguf");
const { config } = await openModel(BASE);
const { width } = config;

const METADATA: Record<string, WriterValue> = {
  "general.type": { text: "adapter" },
  "general.architecture": { text: "llama" },
  "adapter.type": { text: "lora" },
  "adapter.lora.alpha": { f32: 8 },
};

const tensor = (name: string, rows: number, cols: number, fill = 0.1): WriterTensor => ({
  name,
  shape: [cols, rows],
  type: 0,
  bytes: new Uint8Array(new Float32Array(rows * cols).fill(fill).buffer),
});

const A = tensor("blk.0.attn_q.weight.lora_a", 4, width);
const B = tensor("blk.0.attn_q.weight.lora_b", config.heads * config.headDim, 4);

function adapter(
  metadata: Record<string, WriterValue> = {},
  tensors: readonly WriterTensor[] = [A, B],
) {
  const bytes = writeGguf({ metadata: { ...METADATA, ...metadata }, tensors });
  return sourceFromBytes("reader.gguf", bytes);
}

test("an adapter beside its model is opened and bound into the fingerprint", async () => {
  const plain = await openModel(BASE);
  const adapted = await openModel([adapter(), ...BASE]);
  expect(plain.adapter).toBeNull();
  expect(adapted.adapter?.matrices).toMatchObject([{ role: "attn_q", layer: 0, scale: 2 }]);
  expect(adapted.fingerprintParts.slice(0, plain.fingerprintParts.length)).toEqual(
    plain.fingerprintParts,
  );
  expect(adapted.fingerprintParts.length).toBeGreaterThan(plain.fingerprintParts.length);
  const other = adapter({}, [{ ...A, bytes: A.bytes.map((byte) => byte ^ 1) }, B]);
  expect((await openModel([...BASE, other])).fingerprintParts).not.toEqual(
    adapted.fingerprintParts,
  );
});

test("an alpha of 0, or none, is a scale of 1, as in llama.cpp", async () => {
  const { "adapter.lora.alpha": _, ...unscaled } = METADATA;
  const file = writeGguf({ metadata: unscaled, tensors: [A, B] });
  const none = sourceFromBytes("reader.gguf", file);
  for (const source of [adapter({ "adapter.lora.alpha": { f32: 0 } }), none]) {
    const { adapter: opened } = await openModel([...BASE, source]);
    expect(opened?.matrices).toMatchObject([{ rank: 4, scale: 1 }]);
  }
});

test("a recurrent model, whose mixers no adapter reaches, takes none", async () => {
  const recurrent = fixtureSources("rodimus/models/plus-f16");
  const { config: shape } = await openModel(recurrent);
  const gate = [
    tensor("blk.0.ffn_gate.weight.lora_a", 4, shape.width),
    tensor("blk.0.ffn_gate.weight.lora_b", shape.ffn, 4),
  ];
  const source = adapter({ "general.architecture": { text: shape.family } }, gate);
  await expect(openModel([...recurrent, source])).rejects.toMatchObject({
    code: "format-unsupported",
    message: expect.stringContaining("recurrent") as string,
  });
});

test("an adapter without its model is known, and asks for it", async () => {
  expect(await isAdapterAlone([adapter()])).toBe(true);
  expect(await isAdapterAlone([...BASE, adapter()])).toBe(false);
  await expect(openModel([adapter()])).rejects.toThrow(/together with its model/);
  await expect(openModel([...BASE, adapter(), adapter()])).rejects.toThrow(/one adapter at a time/);
});

describe("what does not fit is refused by name", () => {
  const cases: readonly [string, ReturnType<typeof adapter>, RegExp][] = [
    ["another family", adapter({ "general.architecture": { text: "qwen2" } }), /qwen2 models/],
    ["another kind", adapter({ "adapter.type": { text: "ia3" } }), /ia3/],
    [
      "an alpha that is no number",
      adapter({ "adapter.lora.alpha": { f32: Number.NaN } }),
      /alpha is NaN/,
    ],
    ["half a pair", adapter({}, [A]), /attn_q\.weight\.lora_b.*missing/],
    [
      "another width",
      adapter({}, [tensor(A.name, 4, width + 32), B]),
      /lora_a» has the shape 4 × \d+; .* asks for 4 × \d+/,
    ],
    ["another rank", adapter({}, [tensor(A.name, 5, width), B]), /lora_a/],
    [
      "a matrix that the model has not",
      adapter({}, [A, B, tensor("blk.99.attn_q.weight.lora_a", 4, width)]),
      /blk\.99/,
    ],
    [
      "a rank without bound",
      adapter({}, [
        tensor(A.name, 1028, width),
        tensor(B.name, config.heads * config.headDim, 1028),
      ]),
      /rank of at most 1024/,
    ],
    ["nothing", adapter({}, []), /no matrices/],
  ];
  test.each(cases)("%s", async (_, source, message) => {
    await expect(openModel([...BASE, source])).rejects.toThrow(message);
  });

  test("numbers that are not finite, when they are read", async () => {
    const source = adapter({}, [tensor(A.name, 4, width, Number.NaN), B]);
    const { adapter: opened } = await openModel([...BASE, source]);
    await expect(opened!.matrices[0]!.a.readRows(0, 4)).rejects.toThrow(/not finite/);
  });
});
