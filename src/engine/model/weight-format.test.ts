// Models are told by their first bytes, under whatever names they were saved.
import { describe, expect, test } from "vitest";
import { type ByteSource, sourceFromBytes } from "./byte-source.ts";
import { openModel } from "./open-model.ts";
import { fixtureSources, readFixture } from "./testing/fixtures.ts";
import { weightFormat } from "./weight-format.ts";

const GGUF = "models/qwen2-Q4_0.gguf";
const NAMES = ["weights", "model.bin", "model.safetensors", "download(1).gguf.txt", "MODEL.GGUF"];

const renamed = (source: ByteSource, name: string): ByteSource => ({ ...source, name });
const checkpointWith = (name: string) =>
  fixtureSources("safetensors/qwen2").map((source) =>
    source.name.endsWith(".safetensors") ? renamed(source, name) : source,
  );
const bytesOf = (source: ByteSource) => source.read(0, source.size);

describe("one model under other names", () => {
  test.each(NAMES)("a GGUF file saved as %s", async (name) => {
    const [source] = fixtureSources(GGUF);
    expect((await openModel([renamed(source!, name)])).config.family).toBe("qwen2");
  });

  test.each(["weights", "model.gguf", "pytorch_model.bin", "model.SAFETENSORS"])(
    "a checkpoint whose safetensors file is saved as %s",
    async (name) => {
      const { config } = await openModel(checkpointWith(name));
      const usual = await openModel(fixtureSources("safetensors/qwen2"));
      expect({ ...config, name: "" }).toEqual({ ...usual.config, name: "" });
    },
  );

  test("a folder with both opens the checkpoint if it is described, else the GGUF file", async () => {
    const [gguf] = fixtureSources(GGUF);
    const both = [renamed(gguf!, "a"), ...checkpointWith("b")];
    expect((await openModel(both)).fingerprintParts[0]).toMatch(/^config /);
    const undescribed = both.filter(({ name }) => name !== "config.json");
    expect((await openModel(undescribed)).fingerprintParts[0]).not.toMatch(/^config /);
  });

  test("several whole GGUF files are several models", async () => {
    const [gguf] = fixtureSources(GGUF);
    const opening = openModel([renamed(gguf!, "small"), renamed(gguf!, "large")]);
    await expect(opening).rejects.toThrow(/small, large: each of these files is a model/);
  });

  test("a description alone, and files that are nothing of the kind, are said to be that", async () => {
    const description = fixtureSources("safetensors/qwen2").filter(({ name }) =>
      name.endsWith(".json"),
    );
    await expect(openModel(description)).rejects.toThrow(/only the description/);
    const page = sourceFromBytes("model", new TextEncoder().encode("<!doctype html>".repeat(9)));
    await expect(openModel([page])).rejects.toThrow(/does not start with the mark «GGUF»/);
  });

  test("pickles are refused by their bytes, other zip archives are no pickles", async () => {
    const pickle = Uint8Array.of(0x80, 2, 0x7d, 0x71, 0, 0, 0, 0, 0, 0);
    for (const name of ["model", "model.gguf"]) {
      await expect(openModel([sourceFromBytes(name, pickle)])).rejects.toThrow(/pickled/);
    }
    const zip = new TextEncoder().encode("PK\x03\x04 and the rest of it");
    expect(await weightFormat(sourceFromBytes("pytorch_model.bin", zip))).toBe("pickle");
    expect(await weightFormat(sourceFromBytes("book.epub", zip))).toBeUndefined();
  });

  test("JSON that lies beside the weights is never taken for them", async () => {
    for (const text of ["{}", "{", '{"a": [1, 2]}', "\0\0\0\0", ""]) {
      const source = sourceFromBytes("config.json", new TextEncoder().encode(text));
      expect(await weightFormat(source)).toBeUndefined();
    }
  });
});

describe("files that were cut off are said to be truncated", () => {
  const cuts = [0, 3, 12, 200, 20_000];

  test.each(cuts)("a GGUF file of %i bytes", async (length) => {
    const cut = sourceFromBytes("model.gguf", readFixture(GGUF).slice(0, length));
    await expect(openModel([cut])).rejects.toMatchObject({ code: "format-invalid" });
    await expect(openModel([cut])).rejects.toThrow(/truncated/);
  });

  test.each(cuts)("a safetensors file of %i bytes", async (length) => {
    const sources = checkpointWith("model.safetensors");
    const at = sources.findIndex(({ name }) => name === "model.safetensors");
    const whole = await bytesOf(sources[at]!);
    const cut = sourceFromBytes("model.safetensors", whole.slice(0, length));
    const opening = openModel(sources.with(at, cut));
    await expect(opening).rejects.toThrow(/truncated/);
  });

  test("one that lost its last byte, under another name", async () => {
    const bytes = readFixture(GGUF);
    const cut = sourceFromBytes("weights", bytes.slice(0, bytes.length - 1));
    await expect(openModel([cut])).rejects.toThrow(/truncated/);
    const sources = checkpointWith("weights");
    const at = sources.findIndex(({ name }) => name === "weights");
    const whole = await bytesOf(sources[at]!);
    const shorter = sourceFromBytes("weights", whole.slice(0, whole.length - 1));
    await expect(openModel(sources.with(at, shorter))).rejects.toThrow(/truncated/);
  });
});
