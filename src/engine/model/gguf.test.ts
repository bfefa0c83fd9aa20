import { describe, expect, test } from "vitest";
import { sourceFromBytes } from "./byte-source.ts";
import { readGgufHeader } from "./gguf.ts";
import { openModel } from "./open-model.ts";
import { type WriterFile, tinyModel, writeGguf } from "./testing/gguf-writer.ts";
import { referenceLogits } from "./testing/reference-forward.ts";

const open = (file: WriterFile | Uint8Array) =>
  openModel([sourceFromBytes("m.gguf", file instanceof Uint8Array ? file : writeGguf(file))]);

/** A copy of the file with one tensor changed. */
const withTensor = (
  file: WriterFile,
  name: string,
  change: Partial<WriterFile["tensors"][number]>,
): WriterFile => ({
  ...file,
  tensors: file.tensors.map((tensor) => (tensor.name === name ? { ...tensor, ...change } : tensor)),
});

describe("GGUF files", () => {
  test("versions 2 and 3 are read", async () => {
    for (const version of [2, 3]) {
      const { config } = await open({ ...tinyModel(), version });
      expect(config).toMatchObject({ layers: 1, width: 8, heads: 2, kvHeads: 1, headDim: 8 });
    }
  });

  test("a large header is read in growing parts", async () => {
    const texts = Array.from({ length: 60_000 }, (_, i) => `a text number ${i}`);
    const bytes = writeGguf(tinyModel("llama", { "some.list": { texts } }));
    const reads: number[] = [];
    const source = sourceFromBytes("m.gguf", bytes);
    const header = await readGgufHeader({
      ...source,
      read: (offset, length) => {
        reads.push(length);
        return source.read(offset, length);
      },
    });
    expect((header.metadata.get("some.list") as string[]).at(-1)).toBe("a text number 59999");
    expect(reads.length).toBeGreaterThan(1);
  });

  test("split files are joined, incomplete ones refused", async () => {
    const whole = tinyModel();
    const part = (number: number, tensors: WriterFile["tensors"]): Uint8Array =>
      writeGguf({
        metadata: {
          ...(number === 0 ? whole.metadata : {}),
          "split.no": { u32: number },
          "split.count": { u32: 2 },
          "split.tensors.count": { u32: whole.tensors.length },
        },
        tensors,
      });
    const first = sourceFromBytes("m-00001-of-00002.gguf", part(0, whole.tensors.slice(0, 5)));
    const second = sourceFromBytes("m-00002-of-00002.gguf", part(1, whole.tensors.slice(5)));
    const joined = await openModel([second, first]);
    const single = await open(whole);
    const ids = [0, 3, 5];
    expect(await referenceLogits(joined.config, joined.tensors, ids)).toEqual(
      await referenceLogits(single.config, single.tensors, ids),
    );
    await expect(openModel([first])).rejects.toThrow(/2 parts, 1 were opened/);
    await expect(openModel([first, first])).rejects.toMatchObject({ code: "format-invalid" });
    await expect(openModel([second])).rejects.toMatchObject({ code: "format-invalid" });
  });

  test("phi3: fused matrices give the logits of separate ones", async () => {
    const separate = tinyModel();
    const llama = await open(separate);
    const bytesOf = (name: string): Uint8Array =>
      separate.tensors.find((tensor) => tensor.name === name)!.bytes;
    const join = (...names: string[]): Uint8Array =>
      Uint8Array.from(names.flatMap((name) => [...bytesOf(`blk.0.${name}.weight`)]));
    const fused = tinyModel("phi3");
    const kept = separate.tensors.filter(
      (tensor) => !/attn_[qkv]\.|ffn_(gate|up)/.test(tensor.name),
    );
    const phi = await open({
      metadata: { ...fused.metadata, "phi3.attention.sliding_window": { u32: 2 } },
      tensors: [
        ...kept,
        {
          name: "blk.0.attn_qkv.weight",
          shape: [8, 32],
          type: 0,
          bytes: join("attn_q", "attn_k", "attn_v"),
        },
        { name: "blk.0.ffn_up.weight", shape: [8, 32], type: 0, bytes: join("ffn_gate", "ffn_up") },
      ],
    });
    expect(phi.config.ropeTables[0]!.layout).toBe("half-split");
    const likeLlama = { ...phi.config, ropeTables: llama.config.ropeTables };
    const ids = [1, 4, 2, 0];
    expect(await referenceLogits(likeLlama, phi.tensors, ids)).toEqual(
      await referenceLogits(llama.config, llama.tensors, ids),
    );
  });

  test("smollm3: every fourth layer has no positions", async () => {
    const { config } = await open(tinyModel("smollm3", {}, undefined, 5));
    expect(config.layerConfigs.map((layer) => layer.rope)).toEqual([0, 0, 0, null, 0]);
  });

  test("rotary scaling: linear and YaRN", async () => {
    const plain = (await open(tinyModel())).config.ropeTables[0]!;
    const linear = await open(
      tinyModel("llama", {
        "llama.rope.scaling.type": { text: "linear" },
        "llama.rope.scaling.factor": { f32: 4 },
      }),
    );
    expect([...linear.config.ropeTables[0]!.inverseFrequencies]).toEqual(
      [...plain.inverseFrequencies].map((f) => Math.fround(f / 4)),
    );
    const yarn = await open(
      tinyModel("qwen2", {
        "qwen2.rope.scaling.type": { text: "yarn" },
        "qwen2.rope.scaling.factor": { f32: 4 },
        "qwen2.rope.scaling.original_context_length": { u32: 16 },
      }),
    ).catch((error: unknown) => error);
    // qwen2 needs biases, which the tiny file does not have.
    expect(String(yarn)).toMatch(/attn_q\.bias/);
  });

  test("a rotation that the kernels cannot do is named", async () => {
    const half = tinyModel("phi3", { "phi3.rope.dimension_count": { u32: 4 } });
    await expect(open(half)).rejects.toMatchObject({
      code: "format-unsupported",
      message: expect.stringContaining("4 rotary dimensions of 8") as string,
    });
  });
});

describe("broken GGUF files", () => {
  const cases: [string, () => WriterFile | Uint8Array, RegExp, string?][] = [
    ["no mark", () => new Uint8Array(64), /GGUF/],
    ["too short", () => Uint8Array.of(1, 2, 3), /too short/],
    ["version 1", () => ({ ...tinyModel(), version: 1 }), /version 1/, "format-unsupported"],
    ["cut in the header", () => writeGguf(tinyModel()).slice(0, 300), /truncated/],
    ["cut in the data", () => writeGguf(tinyModel()).slice(0, -200), /truncated/],
    [
      "unknown architecture",
      () => ({
        ...tinyModel(),
        metadata: { ...tinyModel().metadata, "general.architecture": { text: "mamba" } },
      }),
      /«mamba».*llama, qwen2/,
      "format-unsupported",
    ],
    [
      "unknown number format",
      () => withTensor(tinyModel(), "blk.0.attn_q.weight", { type: 16 }),
      /IQ2_XXS.*Q4_K/,
      "format-unsupported",
    ],
    [
      "unknown type id",
      () => withTensor(tinyModel(), "output_norm.weight", { type: 99 }),
      /type 99/,
      "format-unsupported",
    ],
    [
      "out of range",
      () => withTensor(tinyModel(), "output_norm.weight", { offset: 1 << 20 }),
      /has only/,
    ],
    ["overlapping", () => withTensor(tinyModel(), "output_norm.weight", { offset: 0 }), /overlap/],
    [
      "unaligned",
      () => withTensor(tinyModel(), "output_norm.weight", { offset: 4 }),
      /multiple of 32/,
    ],
    [
      "missing tensor",
      () => ({ ...tinyModel(), tensors: tinyModel().tensors.slice(0, -1) }),
      /ffn_down.*missing/,
    ],
    [
      "no embedding",
      () => ({ ...tinyModel(), tensors: tinyModel().tensors.slice(1) }),
      /token_embd/,
    ],
    [
      "wrong shape",
      () => withTensor(tinyModel(), "blk.0.attn_k.weight", { shape: [4, 16] }),
      /16 × 4.*8 × 8/,
    ],
    [
      "unused tensor",
      () => {
        const file = tinyModel();
        const extra = {
          name: "blk.0.attn_output.bias",
          shape: [8],
          type: 0,
          bytes: new Uint8Array(32),
        };
        return { ...file, tensors: [...file.tensors, extra] };
      },
      /attn_output\.bias/,
      "format-unsupported",
    ],
    [
      "vocabulary",
      () => tinyModel("llama", { "tokenizer.ggml.tokens": { texts: ["a"] } }),
      /1 tokens.*8 rows/,
    ],
    [
      "token id",
      () => tinyModel("llama", { "tokenizer.ggml.eos_token_id": { u32: 8 } }),
      /eos token 8/,
    ],
    [
      "pre-tokenizer",
      () => tinyModel("llama", { "tokenizer.ggml.pre": { text: "tekken" } }),
      /«tekken».*qwen2/,
      "format-unsupported",
    ],
    [
      "tokenizer",
      () => tinyModel("llama", { "tokenizer.ggml.model": { text: "t5" } }),
      /«t5»/,
      "format-unsupported",
    ],
    [
      "missing key",
      () => tinyModel("llama", { "llama.block_count": null }),
      /block_count» is missing/,
    ],
    [
      "wrong type",
      () => tinyModel("llama", { "llama.block_count": { text: "2" } }),
      /block_count» is not a number/,
    ],
    [
      "absurd layers",
      () => tinyModel("llama", { "llama.block_count": { u32: 4_000_000_000 } }),
      /number of layers/,
    ],
    ["no heads", () => tinyModel("llama", { "llama.attention.head_count": { u32: 0 } }), /heads/],
    [
      "NaN epsilon",
      () => tinyModel("llama", { "llama.attention.layer_norm_rms_epsilon": { f32: NaN } }),
      /epsilon/,
    ],
    [
      "experts",
      () => tinyModel("llama", { "llama.expert_count": { u32: 8 } }),
      /experts/,
      "format-unsupported",
    ],
    [
      "different layers",
      () => tinyModel("llama", { "llama.feed_forward_length": { i32s: [16, 32] } }),
      /differs between layers/,
      "format-unsupported",
    ],
  ];
  for (const [name, file, message, code = "format-invalid"] of cases) {
    test(name, async () => {
      const error: unknown = await open(file()).catch((cause: unknown) => cause);
      expect(error).toMatchObject({ name: "EngineError", code });
      expect((error as Error).message).toMatch(message);
    });
  }

  test("a length beyond the file is refused before anything is allocated", async () => {
    const bytes = writeGguf(tinyModel());
    // The count of metadata entries is at byte 16, the count of tensors at byte 8.
    for (const at of [8, 16, 24]) {
      const broken = bytes.slice();
      broken.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x00], at);
      await expect(open(broken)).rejects.toMatchObject({ code: "format-invalid" });
    }
  });

  test("NaN in a weight is found when its rows are read", async () => {
    const file = tinyModel();
    const nan = new Uint8Array(
      Float32Array.from({ length: 128 }, (_, i) => (i === 17 ? NaN : 1)).buffer,
    );
    const { tensors } = await open(withTensor(file, "blk.0.attn_q.weight", { bytes: nan }));
    const tensor = tensors.get("attn_q", 0);
    await expect(tensor.readRows(0, 2)).resolves.toHaveLength(64);
    await expect(tensor.readRows(2, 2)).rejects.toThrow(/row 2 .*not finite/);
  });
});
