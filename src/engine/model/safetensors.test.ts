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
    ["prototype", { a: entry([8], 0, 8, "constructor") }, /not supported/],
  ];
  for (const [name, header, message] of broken) {
    test(`${name} is refused`, async () => {
      await expect(read(header)).rejects.toMatchObject({ name: "EngineError" });
      await expect(read(header)).rejects.toThrow(message);
    });
  }

  test("a header longer than the file is refused", async () => {
    const file = write({}, 0);
    file[5] = 1;
    await expect(readSafetensors(sourceFromBytes("m.safetensors", file))).rejects.toThrow(/fit/);
  });

  test("an index names the missing part", async () => {
    const index = JSON.stringify({ weight_map: { "model.other.weight": "part-2.safetensors" } });
    const sources = [
      ...fixtureSources("safetensors/qwen2"),
      sourceFromBytes("model.safetensors.index.json", new TextEncoder().encode(index)),
    ];
    await expect(openModel(sources)).rejects.toThrow(/part-2\.safetensors/);
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
  });
});
