import { expect, test } from "vitest";
import type { BenchmarkRun } from "../types.ts";
import { requireSameRun } from "./run-card.ts";

const model = {
  name: "nano",
  architecture: "llama",
  parameters: 1,
  quantisation: "Q8_0",
  contextLength: 1024,
  ropeScaling: "none",
  promptStyle: "plain",
  tokenizer: "spm",
  fingerprint: "f",
};
const engine = { name: "ltri", parameters: { chunk: 16 }, build: "1", sampling: "greedy" };
const run = { model, engine, plan: { hash: "p" } } as unknown as Omit<BenchmarkRun, "results">;

test("a run goes on only with its own model, engine settings and plan", () => {
  const same = { model: { ...model }, engine: { ...engine }, planHash: "p" };
  expect(() => requireSameRun(run, same)).not.toThrow();
  const chunk = { ...same, engine: { ...engine, parameters: { chunk: 32 } } };
  expect(() => requireSameRun(run, chunk)).toThrow("engine parameters");
  const other = { ...same, model: { ...model, quantisation: "F16", fingerprint: "g" } };
  expect(() => requireSameRun(run, other)).toThrow("model quantisation, model fingerprint");
  expect(() => requireSameRun(run, { ...same, planHash: "q" })).toThrow("plan");
  const added = { ...same, engine: { ...engine, lag: 1 } };
  expect(() => requireSameRun(run, added)).toThrow("engine lag");
});
