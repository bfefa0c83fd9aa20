import { describe, expect, test } from "vitest";
import type { ModelConfig } from "../../engine/model/config.ts";
import type { EngineName } from "../../engine/attention/engine-names.ts";
import { ltriParameters } from "../../engine/attention/parameters.ts";
import { refusal } from "./limits.ts";

const config = {
  contextLength: 4096,
  layers: 10,
  heads: 8,
  kvHeads: 4,
  headDim: 64,
} as ModelConfig;
const bound = (engine: EngineName) => ({ engine, parameters: ltriParameters(4096) });
const roomy = { bufferBytes: 2 ** 31, totalBytes: 2 ** 33 };
const size = (documentTokens: number) => ({ documentTokens, aroundTokens: 60, answerTokens: 40 });

describe("what an engine cannot run", () => {
  test("full attention beyond the trained context, the others not", () => {
    expect(refusal(config, bound("full"), size(3996), roomy)).toBeUndefined();
    expect(refusal(config, bound("full"), size(3997), roomy)?.reason).toBe("context-limit");
    for (const engine of ["ltri", "infllm", "streaming"] as const) {
      expect(refusal(config, bound(engine), size(100_000), roomy)).toBeUndefined();
    }
  });

  test("an engine that needs what the model does not keep", () => {
    const recurrent = { ...config, name: "R", recurrent: {} } as ModelConfig;
    expect(refusal(recurrent, bound("recurrent"), size(100_000), roomy)).toBeUndefined();
    for (const [model, engine] of [
      [recurrent, "ltri"],
      [recurrent, "full"],
      [recurrent, "shadowkv"],
      [config, "recurrent"],
    ] as const) {
      expect(refusal(model, bound(engine), size(500), roomy)).toMatchObject({
        reason: "engine-unsupported",
        message: expect.stringContaining("recurrent") as string,
      });
    }
  });

  test("a question without room for an answer", () => {
    // A quarter of 4,096 tokens is for question and answer.
    const question = (aroundTokens: number) => ({
      documentTokens: 500,
      aroundTokens,
      answerTokens: 1,
    });
    expect(refusal(config, bound("ltri"), question(1023), roomy)).toBeUndefined();
    expect(refusal(config, bound("ltri"), question(1024), roomy)).toMatchObject({
      reason: "context-limit",
      message: expect.stringContaining("1,024") as string,
    });
  });

  test("too little memory, in one buffer or in all", () => {
    // f16 keys of 1,000 tokens in pages that may be half full: 2,000 · 4 · 64 · 2 bytes per layer, as much
    // as the gathered set in f32.
    const set = 1000 * 4 * 64 * 4;
    const total = 2 * 10 * set + 2 * set + 1000 * 8 * 4;
    const fits = { bufferBytes: set, totalBytes: total };
    expect(refusal(config, bound("full"), size(1000), fits)).toBeUndefined();
    const tight = { bufferBytes: set - 1, totalBytes: total };
    expect(refusal(config, bound("full"), size(1000), tight)?.reason).toBe("memory-limit");
    const less = { bufferBytes: set, totalBytes: total - 1 };
    expect(refusal(config, bound("full"), size(1000), less)?.reason).toBe("memory-limit");
    // Spans are held in RAM and do not touch the buffer limit; streaming holds a window.
    const ram = { bufferBytes: 1, totalBytes: 2 ** 20 };
    expect(refusal(config, bound("ltri"), size(50), ram)).toBeUndefined();
    expect(refusal(config, bound("ltri"), size(1000), ram)?.reason).toBe("memory-limit");
    expect(refusal(config, bound("streaming"), size(1e6), ram)).toBeUndefined();
  });
});
