// What threads must do beyond computing the same (the suites of project `threads`): divide all of a call once,
// leave the ledger exact, and end as a loss of the device.
import { expect, test } from "vitest";
import { DeviceFailure } from "../backend.ts";
import { matmul } from "../dense/matmul.ts";
import { rowWordsOf, type WeightMatrix } from "../shared/weight-matrix.ts";
import { openWasmBackend, withSharedMemory } from "./kernel-module.ts";
import { startNodeThread } from "./node/start-thread.mjs";
import type { HelperThread, StartThread, ThreadStart } from "./threads.ts";
import type { WasmBackend } from "./wasm-backend.ts";

const ROWS = 640;
const COLS = 512;
const TOKENS = 9;

/** Bits of one product that is large enough to be divided. */
async function product(backend: WasmBackend, accumulate = false): Promise<Uint32Array> {
  const matrix = { format: "F32", rows: ROWS, cols: COLS } as const;
  const words = ROWS * rowWordsOf(matrix);
  const buffers = [
    backend.createBufferFrom("w", "weights", Float32Array.from({ length: words }, wave)),
    backend.createBufferFrom(
      "x",
      "activations",
      Float32Array.from({ length: TOKENS * COLS }, wave),
    ),
    backend.createBuffer("y", "activations", TOKENS * ROWS * 4),
  ] as const;
  const [data, x, y] = buffers;
  const slice = { buffer: data, offsetBytes: 0, sizeBytes: data.size };
  const weights: WeightMatrix = {
    ...matrix,
    blocks: [{ data: slice, rowBegin: 0, rowCount: ROWS }],
  };
  const recorder = backend.record();
  matmul(recorder, x, weights, undefined, y, {
    tokens: TOKENS,
    yStride: ROWS,
    yBegin: 0,
    accumulate,
  });
  const result = recorder.readback(y, 0, y.size);
  recorder.submit();
  const bits = new Uint32Array(await result);
  for (const buffer of buffers) backend.destroyBuffer(buffer);
  return bits;
}

const wave = (_: unknown, i: number): number => Math.sin(i * 0.7);

test("every row is computed once: adding to what stands there gives the bits of one thread", async () => {
  const expected = await product(await openWasmBackend(), true);
  const backend = await openWasmBackend(undefined, { count: 3, start: startNodeThread });
  expect(backend.threads).toBe(3);
  for (let i = 0; i < 50; i++) expect(await product(backend, true)).toEqual(expected);
  backend.dispose();
});

test("memory grows under the threads, and the ledger counts their scratch", async () => {
  const backend = await openWasmBackend(undefined, { count: 2, start: startNodeThread });
  const expected = await product(backend);
  const alone = await openWasmBackend();
  await product(alone);
  expect(backend.ledger().staging).toBeGreaterThan(alone.ledger().staging);
  const big = backend.createBuffer("big", "kv-pool", 64 * 2 ** 20);
  expect(await product(backend)).toEqual(expected);
  expect(backend.ledger()["kv-pool"]).toBe(big.size);
  backend.dispose();
  expect(Object.values(backend.ledger()).every((bytes) => bytes === 0)).toBe(true);
});

test("a thread that was told to end is no loss", async () => {
  const backend = await openWasmBackend(undefined, { count: 2, start: startNodeThread });
  let isLost = false;
  void backend.lost.then(() => (isLost = true));
  backend.dispose();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isLost).toBe(false);
});

/** A thread whose module lacks the kernels: it fails at the first call that it takes. */
function startDying(given: ThreadStart): Promise<HelperThread> {
  const empty = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  return startNodeThread({ ...given, module: empty });
}

test("a failure inside a thread fails the call and every later one", async () => {
  const backend = await openWasmBackend(undefined, { count: 2, start: startDying });
  const deadline = Date.now() + 20_000;
  const fails = async () => {
    while (Date.now() < deadline) await product(backend); // until the thread takes a part
  };
  await expect(fails()).rejects.toThrow(DeviceFailure);
  expect(() => backend.assertHealthy()).toThrow("thread");
  await expect(backend.lost).resolves.toContain("no such kernel");
  backend.dispose();
});

test("one thread computes where no other can be started", async () => {
  const start: StartThread = () => Promise.reject(new Error("forbidden"));
  const backend = await openWasmBackend(undefined, { count: 4, start });
  expect(backend.threads).toBe(1);
  expect(await product(backend)).toEqual(await product(await openWasmBackend()));
});

test("a module that does not import one bounded memory is not declared shared", () => {
  const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  expect(() => withSharedMemory(empty)).toThrow("does not import one memory");
});
