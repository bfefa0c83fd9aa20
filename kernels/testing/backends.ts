// The backend that a suite `*.backend.test.ts` runs on, chosen by the test project: the software driver of WebGPU,
// or the processor with one of its two modules or with threads. Tests only.
import type { Backend } from "../backend.ts";
import { startNodeThread } from "../wasm/node/start-thread.mjs";
import { openWasmBackend } from "../wasm/kernel-module.ts";

export const TEST_BACKEND = process.env["INKSPAN_TEST_BACKEND"];

let shared: Promise<Backend> | undefined;

/** One backend per test file. */
export function testBackend(): Promise<Backend> {
  shared ??= open();
  return shared;
}

async function open(): Promise<Backend> {
  switch (TEST_BACKEND) {
    case "webgpu": {
      const { testBackend: openGpu } = await import("./gpu.ts");
      return openGpu();
    }
    case "relaxed":
    case "plain":
      return openWasmBackend(TEST_BACKEND);
    case "threads":
      return openWasmBackend(undefined, { count: 3, start: startNodeThread, leastWork: 0 });
    default:
      throw new Error(`INKSPAN_TEST_BACKEND is ${TEST_BACKEND}: webgpu, relaxed, plain or threads`);
  }
}
