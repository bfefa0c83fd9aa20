import { describe, expect, test } from "vitest";
import { sourceFromBytes } from "./byte-source.ts";
import { openModel } from "./open-model.ts";
import { readSafetensors } from "./safetensors.ts";
import { fixtureSources } from "./testing/fixtures.ts";

function write(header: unknown, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const file = new Uint8Array(8 + json.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

const read = (header: unknown, dataBytes = 64) =>
  readSafetensors(sourceFromBytes("m.safetensors", write(header, dataBytes)));
const entry = (shape: number[], start: number, end: number, dtype = "F32") => ({
  dtype,
  shape,
  data_offsets: [start, end],
});

describe("safetensors files", () => {
  test("tensors are placed after the header", async () => {
    const { tensors, header } = await read({
      __metadata__: { format: "pt" },
      a: entry([2, 4], 0, 32),
      b: entry([8], 32, 48, "BF16"),
    });
    expect(tensors.map(({ name, rows, cols, format }) => [name, rows, cols, format])).toEqual([
      ["a", 2, 4, "F32"],
      ["b", 1, 8, "BF16"],
    ]);
    expect(tensors[0]!.offsetBytes).toBe(8 + header.length);
  });

  const broken: [string, unknown, RegExp][] = [
    ["no JSON", "{", /not JSON/],
    ["a list", [], /not a JSON object/],
    ["wrong size", { a: entry([2, 4], 0, 31) }, /its shape needs 32/],
    ["beyond the file", { a: entry([2, 400], 0, 3200) }, /truncated/],
    ["overlap", { a: entry([8], 0, 32), b: entry([8], 16, 48) }, /overlap/],
    ["negative", { a: entry([8], -32, 0) }, /malformed/],
    ["empty", { a: entry([0], 0, 0) }, /empty/],
    ["no shape", { a: { dtype: "F32", data_offsets: [0, 4] } }, /malformed/],
    ["other type", { a: entry([8], 0, 8, "F8_E4M3") }, /«F8_E4M3».*BF16/],
    ["no two offsets", { a: { dtype: "F32", shape: [1], data_offsets: [0] } }, /malformed/],
    [
      "a tensor named twice",
      `{"a":${JSON.stringify(entry([8], 0, 32))},"a":${JSON.stringify(entry([8], 0, 32))}}`,
      /«a» appears twice/,
    ],
    [
      "a tensor named twice in other characters",
      `{"\\u0061b" :${JSON.stringify(entry([8], 0, 32))}, "__metadata__":{"c":"d\\"e"},\n"ab":${JSON.stringify(entry([8], 32, 64))}}`,
      /«ab» appears twice/,
    ],
    ["prototype", { a: entry([8], 0, 8, "constructor") }, /not supported/],
  ];
  for (const [name, header, message] of broken) {
    test(`${name} is refused`, async () => {
      await expect(read(header)).rejects.toMatchObject({ name: "EngineError" });
      await expect(read(header)).rejects.toThrow(message);
    });
  }

  test("keys inside entries may repeat each other, and marks in names end nothing", async () => {
    const names = ['a"}{', "b\\", "shape", "dtype"];
    const header = Object.fromEntries(names.map((name, i) => [name, entry([2], 8 * i, 8 * i + 8)]));
    expect((await read(header)).tensors.map(({ name }) => name)).toEqual(names);
  });

  test("millions of extents are one finding", async () => {
    const shape = `[${"-1,".repeat(1_000_000)}1]`;
    const header = `{"a":{"dtype":"F32","shape":${shape},"data_offsets":[0,4]}}`;
    await expect(read(header)).rejects.toThrow(/malformed/);
    const offsets = `{"a":{"dtype":"F32","shape":[1],"data_offsets":${shape}}}`;
    await expect(read(offsets)).rejects.toThrow(/malformed/);
  });

  test("a header longer than the file is refused", async () => {
    const file = write({}, 0);
    file[5] = 1;
    await expect(readSafetensors(sourceFromBytes("m.safetensors", file))).rejects.toThrow(
      /a header of .* above the limit/,
    );
  });

  test("an index names the missing part", async () => {
    const index = JSON.stringify({ weight_map: { "model.other.weight": "part-2.safetensors" } });
    const sources = [
      ...fixtureSources("safetensors/qwen2"),
      sourceFromBytes("model.safetensors.index.json", new TextEncoder().encode(index)),
    ];
    await expect(openModel(sources)).rejects.toThrow(/part-2\.safetensors/);
  });

  test("the chat template comes from a file of its own, else from the settings", async () => {
    const file = (name: string, text: string) =>
      sourceFromBytes(name, new TextEncoder().encode(text));
    const plain = fixtureSources("safetensors/qwen2").filter(
      ({ name }) => !/chat_template|tokenizer_config/.test(name),
    );
    const template = async (...files: ReturnType<typeof file>[]) =>
      (await openModel([...plain, ...files])).chatTemplate?.template;
    const settings = (value: unknown) =>
      file("tokenizer_config.json", JSON.stringify({ chat_template: value }));
    const named = ["tool_use", "default", "rag"].map((name) => ({ name, template: `of ${name}` }));
    expect(await template()).toBeUndefined();
    expect(await template(settings("plain"))).toBe("plain");
    expect(await template(settings(named))).toBe("of default");
    expect(await template(settings([named[0]]))).toBe("of tool_use");
    expect(await template(settings("plain"), file("chat_template.jinja", "own"))).toBe("own");
    expect(
      await template(settings("plain"), file("m/chat_template.json", '{"chat_template":"J"}')),
    ).toBe("J");
    await expect(template(settings(Array(100_000).fill(0)))).rejects.toThrow(/malformed/);
  });

  test("config.json with other numbers is refused", async () => {
    const changed = async (edit: (json: string) => string) => {
      const sources = await Promise.all(
        fixtureSources("safetensors/qwen2").map(async (source) => {
          if (source.name !== "config.json") return source;
          const json = new TextDecoder().decode(await source.read(0, source.size));
          return sourceFromBytes(source.name, new TextEncoder().encode(edit(json)));
        }),
      );
      return openModel(sources);
    };
    await expect(changed((json) => json.replace("qwen2", "bert"))).rejects.toThrow(/«bert»/);
    await expect(
      changed((json) => json.replace('"hidden_size": 128', '"hidden_size": 64')),
    ).rejects.toThrow(/shape/);
    await expect(
      changed((json) => json.replace('"hidden_size": 128', '"hidden_size": "x"')),
    ).rejects.toThrow(/hidden_size/);
    await expect(changed((json) => json.replace("silu", "relu"))).rejects.toThrow(/«relu»/);
    await expect(changed(() => "{")).rejects.toThrow(/not JSON/);
    for (const list of ["layer_types", "no_rope_layers", "eos_token_id"]) {
      const flood: unknown[] = new Array(1_000_000).fill({});
      const flooded = (json: string): string =>
        JSON.stringify({ ...(JSON.parse(json) as object), [list]: flood });
      await expect(changed(flooded), list).rejects.toThrow(list);
    }
  });
});
