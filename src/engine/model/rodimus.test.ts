// Rodimus and Rodimus+ checkpoints as published: description, tensors, tokenizer, chat format, and the
// values of the official code (fixtures/rodimus).
import { describe, expect, test } from "vitest";
import { ChatTemplate } from "../tokenizer/chat-template.ts";
import { createTokenizer } from "../tokenizer/tokenizer.ts";
import { type ByteSource, sourceFromBytes } from "./byte-source.ts";
import { kvBytesPerToken, recurrentStateBytes, windowSlots } from "./config.ts";
import { openModel } from "./open-model.ts";
import { readSafetensors } from "./safetensors.ts";
import { parseRodimusConfig, rodimusConfig } from "./rodimus-config.ts";
import {
  fixtureSources,
  type RodimusArrays,
  rodimusArray,
  rodimusManifest,
} from "./testing/fixtures.ts";
import { referenceRodimus } from "./testing/reference-rodimus.ts";

const json = (source: ByteSource): Promise<Record<string, unknown>> =>
  source
    .read(0, source.size)
    .then((bytes) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>);

/** Sources of a fixture with fields of its config.json replaced. */
async function changed(id: string, fields: Record<string, unknown>): Promise<ByteSource[]> {
  const sources = fixtureSources(`rodimus/models/${id}`);
  const at = sources.findIndex(({ name }) => name === "config.json");
  const text = JSON.stringify({ ...(await json(sources[at]!)), ...fields });
  return sources.with(at, sourceFromBytes("config.json", new TextEncoder().encode(text)));
}

/** The largest difference, relative to the largest expected value. */
function distance(actual: readonly Float64Array[], expected: Float32Array): number {
  let most = 0;
  let top = 0;
  const flat = actual.flatMap((row) => Array.from(row));
  expect(flat).toHaveLength(expected.length);
  flat.forEach((value, i) => {
    most = Math.max(most, Math.abs(value - expected[i]!));
    top = Math.max(top, Math.abs(expected[i]!));
  });
  return most / top;
}

describe.each(rodimusManifest.models)("$id", (model) => {
  const open = () => openModel(fixtureSources(`rodimus/${model.folder}`));

  test("the description, and every weight of it in the file", async () => {
    const { config, tensors, tokenizer } = await open();
    const { shape } = model;
    const hasAttention = shape.block_type === "rodimus_plus";
    expect(config).toMatchObject({
      family: shape.block_type,
      width: shape.d,
      layers: shape.n_layer,
      vocab: shape.vocab,
      tiedOutput: shape.tied,
      rmsEpsilon: shape.norm_epsilon,
      embeddingScale: 1,
      recurrent: {
        inner: shape.m,
        stateRows: shape.n,
        gateRank: shape.rank,
        keyEpsilon: shape.eps_k,
        hasAttention,
        hasEmbeddingNorm: false,
      },
      heads: shape.heads ?? 0,
      headDim: shape.head_dim ?? 0,
      ffn: shape.ffn ?? 0,
    });
    expect(windowSlots(config)).toBe(hasAttention ? shape.back! + 1 : 0);
    expect(kvBytesPerToken(config, 2)).toBe(0);
    const parameters = tensors.all.reduce((all, { rows, cols }) => all + rows * cols, 0);
    // The published files store the output matrix of a tied model once more; it is not loaded.
    const twice = shape.tied && shape.lm_head_stored ? shape.vocab * shape.d : 0;
    expect(parameters).toBe(model.parameters - twice);
    expect(tokenizer).toMatchObject({
      bosId: model.tokenizer.bos,
      eosId: model.tokenizer.eos,
      addsBos: false,
    });
  });

  test("the file holds its tensors alone; an output matrix stored once more is the embedding", async () => {
    const file = fixtureSources(`rodimus/${model.folder}`).find(({ name }) =>
      /tensors$/.test(name),
    );
    const { tensors: stored, header } = await readSafetensors(file!);
    const bytes = stored.reduce((sum, tensor) => sum + tensor.bytes, 0);
    expect(bytes).toBe(file!.size - 8 - header.length);
    const [output, embedding] = await Promise.all(
      ["lm_head.weight", "model.embeddings.weight"].map(async (wanted) => {
        const tensor = stored.find(({ name }) => name === wanted);
        return tensor && tensor.source.read(tensor.offsetBytes, tensor.bytes);
      }),
    );
    expect(output !== undefined).toBe(model.shape.lm_head_stored);
    expect(output === undefined || Buffer.compare(output, embedding!) === 0).toBe(
      model.shape.tied || !model.shape.lm_head_stored,
    );
  });

  test.each(model.sequences)("logits of the sequence «$name», and a layer inside", async (one) => {
    const { config, tensors } = await open();
    const { logits, layers } = await referenceRodimus(config, tensors, one.tokens);
    // Float64 on both sides; the expected values are rounded to f32, our rotary frequencies too.
    expect(distance(logits, rodimusArray(one.logits))).toBeLessThan(1e-6);
    for (const expected of (one.arrays ?? []) as readonly RodimusArrays[]) {
      const layer = layers[expected.layer]!;
      const tokens = expected.mixer_shape[0]!;
      const pairs = [
        [layer.state, expected.state],
        [layer.conv, expected.conv],
        [layer.mixerIn.slice(0, tokens), expected.mixer_in],
        [layer.mixerOut.slice(0, tokens), expected.mixer_out],
        [layer.ringKeys, expected.ring_k],
        [layer.ringValues, expected.ring_v],
      ] as const;
      for (const [actual, path] of pairs) {
        if (path !== undefined) expect(distance(actual, rodimusArray(path))).toBeLessThan(1e-5);
      }
    }
  });

  test("tokenizer", async () => {
    const tokenizer = await createTokenizer((await open()).tokenizer);
    for (const { text, ids } of model.tokenizer.cases) {
      expect([...tokenizer.encodeParts([{ text, special: true }])]).toEqual(ids);
    }
  });

  test("chat format, also where the files state none", async () => {
    const opened = await open();
    const tokenizer = await createTokenizer(opened.tokenizer);
    const template = new ChatTemplate(opened.chatTemplate!);
    for (const { messages, add_generation_prompt, text, ids } of model.tokenizer.chat) {
      const rendered = template.render(messages, add_generation_prompt);
      expect(rendered).toBe(text);
      expect([...tokenizer.encodeParts([{ text: rendered, special: true }])]).toEqual(ids);
    }
  });
});

describe("the built-in chat format", () => {
  test("an empty system text is left out, and nothing follows a last answer", async () => {
    const { chatTemplate } = await openModel(fixtureSources("rodimus/models/plus-tied-bf16"));
    const template = new ChatTemplate(chatTemplate!);
    const system = { role: "system", content: "" };
    const user = { role: "user", content: "Hi" };
    const answer = { role: "assistant", content: "Yes" };
    const asked = "<role>HUMAN</role>Hi<role>ASSISTANT</role>";
    expect(template.render([system, user], true)).toBe(asked);
    expect(template.render([user, answer], true)).toBe(`${asked}Yes`);
  });
});

describe("what attention gives", () => {
  test("enters the FFN only: without it the block is mixer and FFN", async () => {
    const { config, tensors } = await openModel(fixtureSources("rodimus/models/plus-tied-bf16"));
    const zeroed = Object.create(tensors, {
      all: {
        value: tensors.all.map((tensor) =>
          tensor.role === "attn_output"
            ? { ...tensor, readFloats: async () => (await tensor.readFloats()).fill(0) }
            : tensor,
        ),
      },
    }) as typeof tensors;
    const ids = rodimusManifest.models[2]!.sequences[1]!.tokens;
    const { logits } = await referenceRodimus(config, tensors, ids);
    const without = await referenceRodimus(config, zeroed, ids);
    // Of what attention sees, nothing is left then: a window of one token changes only the model that has it.
    const layerConfigs = config.layerConfigs.map((layer) => ({ ...layer, slidingWindow: 1 }));
    const narrow = { ...config, layerConfigs };
    const { logits: narrowed } = await referenceRodimus(narrow, tensors, ids);
    expect((await referenceRodimus(narrow, zeroed, ids)).logits).toEqual(without.logits);
    expect(narrowed[6]).not.toEqual(logits[6]);
    expect(without.logits[6]).not.toEqual(logits[6]);
  });
});

describe("descriptions", () => {
  const base = {
    model_type: "rodimus",
    block_type: "rodimus_plus",
    d_model: 2048,
    n_layer: 24,
    vocab_size: 126_464,
    max_position_embeddings: 4096,
    tie_word_embeddings: true,
    mixer_cfg: { expand_ratio: 2, mem_size: 64, input_gate_low_rank: "auto" },
    attn_cfg: { num_heads: null, num_heads_k: 1, num_heads_v: 16, window_size: 4096 },
  };
  const read = (fields: Record<string, unknown>) =>
    rodimusConfig(parseRodimusConfig({ ...base, ...fields }, "x"), "x");
  const attn = (fields: Record<string, unknown>) =>
    read({ attn_cfg: { ...base.attn_cfg, ...fields } });
  const mixer = (fields: Record<string, unknown>) =>
    read({ mixer_cfg: { ...base.mixer_cfg, ...fields } });

  test("the published 1.6B: shapes and memory", () => {
    const config = read({});
    expect(config).toMatchObject({
      heads: 16,
      headDim: 128,
      ffn: 2736,
      recurrent: { inner: 4096, gateRank: 32, keyEpsilon: 1e-12 },
    });
    expect(windowSlots(config)).toBe(2049);
    // 24 MiB of state, 1.125 MiB of tails, 102 KiB a slot of the window at f16
    const expected = 24 * (67 * 4096 * 4 + 2049 * 17 * 128 * 2);
    expect(recurrentStateBytes(config, 2)).toBe(expected);
  });

  test("defaults, nulls and words", () => {
    expect(read({ block_type: null, mixer_cfg: null, attn_cfg: null })).toMatchObject({
      family: "rodimus",
      heads: 0,
      recurrent: { inner: 4096, stateRows: 64, gateRank: 32, hasAttention: false },
    });
    expect(
      read({ d_model: 512, attn_cfg: { num_heads: 4, num_heads_k: 1, num_heads_v: 4 } }),
    ).toMatchObject({ headDim: 128, ffn: 688, recurrent: { gateRank: 16 } });
    expect(mixer({ input_gate_low_rank: "48" }).recurrent!.gateRank).toBe(48);
    expect(mixer({ normalize_epsilon: 1e-5 }).recurrent!.keyEpsilon).toBe(1e-5);
    for (const window_size of [null, 0, -1]) {
      const config = attn({ window_size });
      expect(config.layerConfigs[0]!.slidingWindow).toBeNull();
      expect(windowSlots(config)).toBe(4096);
    }
    expect(attn({ window_size: 33 }).layerConfigs[0]!.slidingWindow).toBe(17);
    expect(attn({ rotary_emb_dim: 0 }).layerConfigs[0]!.rope).toBeNull();
    expect(attn({ rotary_emb_dim: 64 }).ropeTables[0]!.rotaryDims).toBe(64);
    expect(read({ use_scale_embedding: true }).embeddingScale).toBe(8);
  });

  test.each([
    ["format-invalid", { attn_cfg: { ...base.attn_cfg, num_heads_k: null } }],
    ["format-invalid", { attn_cfg: { ...base.attn_cfg, num_heads_v: null } }],
    ["format-invalid", { attn_cfg: { ...base.attn_cfg, num_heads: 3 } }],
    ["format-invalid", { attn_cfg: { ...base.attn_cfg, rotary_emb_dim: 256 } }],
    ["format-invalid", { d_model: -1 }],
    ["format-invalid", { d_model: 2.5 }],
    ["format-invalid", { n_layer: 1e9 }],
    ["format-invalid", { norm_epsilon: 0 }],
    ["format-invalid", { mixer_cfg: { input_gate_low_rank: "many" } }],
    ["format-invalid", { mixer_cfg: { expand_ratio: 0 } }],
    ["format-unsupported", { block_type: "rodimus_max" }],
    ["format-unsupported", { attn_cfg: { ...base.attn_cfg, num_heads_k: 2 } }],
    ["format-unsupported", { attn_cfg: { ...base.attn_cfg, num_heads_v: 4 } }],
    ["format-unsupported", { attn_cfg: { ...base.attn_cfg, softmax_scale: "norm" } }],
    ["format-unsupported", { attn_cfg: { ...base.attn_cfg, rotary_emb_scale_base: 512 } }],
    ["format-unsupported", { mixer_cfg: { d_conv: 3 } }],
    ["format-unsupported", { mixer_cfg: { mem_size: 20 } }],
  ])("%s: %j", (code, fields) => {
    expect(() => read(fields)).toThrow(expect.objectContaining({ code }) as Error);
  });

  test("an option that needs a tensor asks for it", async () => {
    const normed = openModel(await changed("plus-f16", { use_norm_embedding: true }));
    await expect(normed).rejects.toThrow(/model\.embed_norm\.weight.*missing/);
    const tied = openModel(await changed("rodimus-f16", { tie_word_embeddings: false }));
    await expect(tied).rejects.toThrow(/lm_head\.weight.*missing/);
    const plain = openModel(await changed("plus-f16", { block_type: "rodimus" }));
    await expect(plain).rejects.toMatchObject({ code: "format-unsupported" });
  });
});

describe("pickled checkpoints", () => {
  const bytes = (...head: number[]) => Uint8Array.from([...head, ...new Array<number>(60).fill(0)]);
  const zip = bytes(0x50, 0x4b, 3, 4);

  test.each([
    ["pytorch_model.bin", zip],
    ["pytorch_model-00001-of-00002.bin", zip],
    ["model.pt", bytes(0x80, 2, 0x8a)],
    ["weights", bytes(0x80, 4, 0x95)],
  ])("%s is refused with a sentence", async (name, content) => {
    const config = fixtureSources("rodimus/models/plus-f16").filter(
      (source) => !source.name.endsWith(".safetensors"),
    );
    await expect(openModel([...config, sourceFromBytes(name, content)])).rejects.toMatchObject({
      code: "format-unsupported",
      message: expect.stringMatching(/pickled.*\.safetensors or \.gguf/) as string,
    });
  });
});
