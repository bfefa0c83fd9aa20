import { afterEach, describe, expect, test, vi } from "vitest";
import { DeviceFailure } from "../backend.ts";
import { softCap } from "../dense/soft-cap.ts";
import { allVariants } from "../variants.ts";
import { SHADOW_DTYPES } from "../shadow/shadow-dtype.ts";
import { shadowVariants } from "../shadow/variants.ts";
import { spanVariants } from "../spans/variants.ts";
import { KV_DTYPES } from "../shared/kv-pool.ts";
import { implementationOf } from "./implementations.ts";
import { bestFlavour, type KernelExports, openWasmBackend } from "./kernel-module.ts";
import { OneThread } from "./threads.ts";
import { WasmRefused } from "./wasm-refused.ts";

afterEach(() => vi.unstubAllGlobals());

/** All but the recurrent ones. */
const variants = () => [
  ...allVariants(),
  ...KV_DTYPES.flatMap((dtype) => spanVariants(dtype)),
  ...SHADOW_DTYPES.flatMap((dtype) =>
    shadowVariants(dtype, [{ headDim: 64, rotaryDims: 64, adjacent: false }]),
  ),
];

const words = (buffer: ArrayBuffer) => Array.from(new Uint32Array(buffer));

describe("the backend on the processor", () => {
  test("has an implementation of every kernel of every variant", async () => {
    const backend = await openWasmBackend();
    await backend.prepare(variants());
    const unknown = { ...allVariants()[0]!.kernel, name: "no-such-kernel" };
    expect(() => backend.prepare([{ kernel: unknown }])).toThrow("no-such-kernel");
  });

  test("hands every parameter and constant of a kernel to its implementation", () => {
    // headDim says what HEAD_DIM says, and quads of a head what the constants of the rotation say.
    const said = ["headQuads", "rotaryQuads", "HAS_CLAMPED", "KEYS"];
    for (const { kernel, constants = {} } of variants()) {
      const asked = new Set<string>();
      const watched = (names: readonly string[]) =>
        new Proxy(Object.fromEntries(names.map((name) => [name, 1])), {
          get: (values, name) => {
            asked.add(String(name));
            return values[String(name)];
          },
          ownKeys: () => names,
        });
      const fields = kernel.fields.map(([name]) => name);
      const exports = new Proxy({}, { get: () => () => 0 }) as KernelExports;
      const at = kernel.bindings.map(() => 0);
      const threads = new OneThread(exports);
      const run = { scratch: () => 0, threads, hasFloatPanels: false };
      const call = { at, workgroups: [1, 1] as const, ...run };
      const implementation = implementationOf(kernel);
      implementation(exports, {
        ...call,
        params: watched(fields),
        constants: watched(Object.keys(constants)),
      });
      const names = [...fields, ...Object.keys(constants)].filter((name) => !said.includes(name));
      if (names.includes("HEAD_DIM") && fields.includes("headDim")) asked.add("HEAD_DIM");
      expect(
        names.filter((name) => !asked.has(name)),
        kernel.name,
      ).toEqual([]);
    }
  });

  test("counts every byte by group, and the peak", async () => {
    const backend = await openWasmBackend();
    const a = backend.createBuffer("a", "weights", 1000);
    const b = backend.createBuffer("b", "index", 10); // rounded up to words
    expect(backend.ledger()).toMatchObject({ weights: 1000, index: 12, activations: 0 });
    backend.destroyBuffer(a);
    expect(backend.ledger()).toMatchObject({ weights: 0, index: 12 });
    expect(backend.takePeakBytes()).toBe(1012);
    expect(backend.takePeakBytes()).toBe(12);
    expect(() => backend.destroyBuffer(a)).toThrow("destroyed twice");
    backend.destroyBuffer(b);
    expect(Object.values(backend.ledger()).every((bytes) => bytes === 0)).toBe(true);
  });

  test("gives new buffers as zeros, also where older ones lay, and never two at one place", async () => {
    const backend = await openWasmBackend();
    const sizes = [4, 70_000, 256, 1_000_000, 12];
    const first = sizes.map((size, i) =>
      backend.createBufferFrom(`${i}`, "index", new Uint8Array(size).fill(i + 1)),
    );
    for (const index of [1, 3, 0]) backend.destroyBuffer(first[index]!);
    const fresh = backend.createBuffer("fresh", "index", 900_000);
    expect(words(await backend.read(fresh, 0, 900_000)).every((word) => word === 0)).toBe(true);
    backend.upload(fresh, 0, new Uint8Array(900_000).fill(255));
    for (const index of [2, 4]) {
      const bytes = new Uint8Array(await backend.read(first[index]!, 0, sizes[index]!));
      expect(bytes.every((byte) => byte === index + 1)).toBe(true);
    }
  });

  test("sees an upload made after the recording and before the submission", async () => {
    const backend = await openWasmBackend();
    const source = backend.createBufferFrom("source", "index", Uint32Array.of(1));
    const target = backend.createBuffer("target", "index", 8);
    const recorder = backend.record();
    recorder.copy(source, 0, target, 4, 4);
    const got = recorder.readback(target, 0, 8);
    backend.upload(source, 0, Uint32Array.of(2));
    recorder.cut();
    recorder.clear(target);
    const cleared = recorder.readback(target, 0, 8);
    recorder.submit();
    expect(words(await got)).toEqual([0, 2]);
    expect(words(await cleared)).toEqual([0, 0]);
    expect(() => recorder.submit()).toThrow("twice");
  });

  test("refuses a range outside its buffer and a destroyed buffer, and goes on no more", async () => {
    for (const isDestroyed of [false, true]) {
      const backend = await openWasmBackend();
      const x = backend.createBuffer("x", "activations", 512);
      const recorder = backend.record();
      const slice = { buffer: x, offsetBytes: 256, sizeBytes: isDestroyed ? 256 : 512 };
      softCap(recorder, slice, { count: 4, cap: 30 });
      const result = recorder.readback(x, 0, 4);
      if (isDestroyed) backend.destroyBuffer(x);
      recorder.submit();
      await expect(result).rejects.toThrow(DeviceFailure);
      expect(() => backend.assertHealthy()).toThrow("buffer x");
    }
  });

  test("names the figure where a buffer does not fit 4 GiB", async () => {
    const backend = await openWasmBackend();
    expect(() => backend.createBuffer("big", "weights", 2 ** 32)).toThrow(
      /big needs 4294967296 bytes/,
    );
    expect(backend.ledger().weights).toBe(0);
  });

  test("says whether WebAssembly is missing or forbidden", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    expect(() => bestFlavour()).toThrow(WasmRefused);
    vi.unstubAllGlobals();
    // As under a policy: validating is allowed, compiling is not.
    const compile = vi.spyOn(WebAssembly, "Module").mockImplementation(function () {
      throw new WebAssembly.CompileError("violates the Content Security Policy");
    });
    await expect(openWasmBackend()).rejects.toMatchObject({ reason: "forbidden" });
    compile.mockRestore();
  });
});
