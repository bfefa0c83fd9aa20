// Logits and greedy continuations of the fixture models against llama.cpp, by the kernels that the
// app uses: prefill in odd chunks, decode token by token.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { nmse, testBackend } from "../../kernels/testing/gpu.ts";
import { bindDocuments } from "./attention/binding.ts";
import { PlainStream } from "./attention/plain/plain-stream.ts";
import { type LoadedModel, loadModel } from "./transformer/loaded-model.ts";
import { greedyBeside, type ReferenceText } from "./testing/greedy-text.ts";
import { sourceFromBytes } from "./model/byte-source.ts";
import { TokenCounter } from "./transformer/token-counter.ts";

interface FixtureModel {
  readonly id: string;
  readonly family: string;
  readonly file: string;
  readonly tokens: readonly number[];
  readonly logits_exact: string;
  readonly greedy: ReferenceText;
}

const ROOT = path.resolve(import.meta.dirname, "model/fixtures");
const manifest = JSON.parse(readFileSync(path.join(ROOT, "manifest.json"), "utf8")) as {
  readonly models: readonly FixtureModel[];
  readonly safetensors: readonly {
    readonly dir: string;
    readonly tokens: readonly number[];
    readonly logits_exact: string;
  }[];
};
const present = new Set(readdirSync(path.join(ROOT, "models")));
const models = manifest.models.filter(({ file }) => present.has(path.basename(file)));

const CHUNK = 19;

async function load(id: string, files: readonly string[]): Promise<LoadedModel> {
  const sources = files.map((file) => sourceFromBytes(path.basename(file), readFileSync(file)));
  return loadModel(await testBackend(), id, sources, () => undefined);
}

async function logitsOf(
  loaded: LoadedModel,
  model: Pick<FixtureModel, "tokens">,
  kvDtype: "f16" | "f32" | "int8",
) {
  const backend = await testBackend();
  const shape = { totalTokens: model.tokens.length, chunk: CHUNK, kvDtype, logitRows: CHUNK };
  const stream = new PlainStream(backend, loaded, new TokenCounter(), shape);
  const rows: number[] = [];
  await stream.read(
    Uint32Array.from(model.tokens),
    (logits) => rows.push(...logits),
    () => undefined,
  );
  stream.destroy();
  return rows;
}

function expectedLogits(model: Pick<FixtureModel, "logits_exact">): Float32Array {
  const bytes = readFileSync(path.join(ROOT, model.logits_exact));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

describe("logits against the exact-dequantised reference", () => {
  test("there are fixtures of every family", () => {
    expect(new Set(models.map(({ family }) => family)).size).toBeGreaterThanOrEqual(4);
  });

  for (const model of models) {
    test(model.id, async () => {
      const loaded = await load(model.id, [path.join(ROOT, model.file)]);
      const expected = expectedLogits(model);
      const exact = nmse(await logitsOf(loaded, model, "f32"), expected);
      const half = nmse(await logitsOf(loaded, model, "f16"), expected);
      expect(exact).toBeLessThan(model.family === "gemma3" ? 1e-5 : 1e-6);
      expect(half).toBeLessThan(1e-5);
      // A cache of halves cannot be as exact: equality would mean that it was not used.
      expect(half).toBeGreaterThan(exact);
      const bytewise = nmse(await logitsOf(loaded, model, "int8"), expected);
      expect(bytewise).toBeLessThan(1e-3);
      expect(bytewise).toBeGreaterThan(half);
    });
  }
});

describe("safetensors folders", () => {
  for (const model of manifest.safetensors) {
    test(model.dir, async () => {
      const folder = path.join(ROOT, model.dir);
      const files = readdirSync(folder).map((name) => path.join(folder, name));
      const loaded = await load(model.dir, files);
      const logits = await logitsOf(loaded, model, "f32");
      expect(nmse(logits, expectedLogits(model))).toBeLessThan(1e-6);
    });
  }
});

describe("greedy continuation by the decode path", () => {
  for (const model of models) {
    test(model.id, async () => {
      const backend = await testBackend();
      const loaded = await load(model.id, [path.join(ROOT, model.file)]);
      const binding = bindDocuments(loaded, "ltri", { kvDtype: "f32" });
      const tolerance = model.family === "gemma3" ? 2e-2 : 1e-3;
      const { ids, reference } = await greedyBeside(
        backend,
        loaded,
        binding,
        model.greedy,
        tolerance,
      );
      expect(reference.length).toBeGreaterThan(0);
      expect(ids).toEqual(reference);
    });
  }
});
