import { afterEach, expect, test, vi } from "vitest";
import type { EngineFiles } from "../client/index.ts";
import { createInkspan } from "./inkspan.ts";

const planted = ["files", "worker", "defaultModel", "engine", "model"];

afterEach(() => {
  for (const name of planted) Reflect.deleteProperty(Object.prototype, name);
});

function connected(options?: Parameters<typeof createInkspan>[0]) {
  const connect = vi.fn((_files?: EngineFiles) => {
    throw new Error("seen");
  });
  const inkspan = createInkspan(options, connect);
  return inkspan.documents.list().then(
    () => undefined,
    () => connect.mock.calls[0]?.[0],
  );
}

function plant(name: string, value: unknown): void {
  Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: false });
}

test("files on Object.prototype do not become the engine's", async () => {
  plant("files", { worker: "https://evil.example/worker.js" });
  expect(await connected()).toBeUndefined();
  expect(await connected({})).toBeUndefined();
  expect(await connected({ model: "nano" })).toBeUndefined();
});

test("files of the caller inherit no address either", async () => {
  plant("defaultModel", "https://evil.example/model.gguf");
  const files = await connected({ files: { worker: "https://own.example/worker.js" } });
  expect(files?.worker).toBe("https://own.example/worker.js");
  expect(files?.defaultModel).toBeUndefined();
});
