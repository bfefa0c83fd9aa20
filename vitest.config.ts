import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { assemblyScript } from "./src/cli/assemblyscript.mjs";

const plugins = [assemblyScript()];
// Suites that run on every backend: kernels/testing/backends.ts reads which one.
const suites = "{kernels,src}/**/*.backend.test.ts";
// By itself vitest leaves one core to whoever watches: half of a machine with two.
const maxWorkers = availableParallelism();
// Node 20 knows the instructions of the relaxed module only with this flag.
const execArgv = process.versions.node.startsWith("20.")
  ? ["--experimental-wasm-relaxed-simd"]
  : [];

export default defineConfig({
  test: {
    projects: [
      {
        plugins,
        test: {
          name: "unit",
          maxWorkers,
          include: ["{kernels,src,workers}/**/*.test.ts", "src/cli/*.test.mjs"],
          exclude: ["**/*.gpu.test.ts", "**/*.null.test.ts", "**/node_modules/**"],
          execArgv,
          testTimeout: 60_000, // twins are plain loops; the first test of all waits for the compiler
          hookTimeout: 60_000,
          env: { INKSPAN_TEST_BACKEND: "relaxed" },
        },
      },
      {
        plugins,
        test: {
          name: "plain",
          maxWorkers,
          include: ["kernels/**/*.backend.test.ts"],
          testTimeout: 60_000,
          env: { INKSPAN_TEST_BACKEND: "plain" },
        },
      },
      {
        plugins,
        test: {
          name: "threads",
          maxWorkers,
          // Where the kernels are that are divided.
          include: ["kernels/{attention,dense}/**/*.backend.test.ts"],
          execArgv,
          testTimeout: 60_000,
          env: { INKSPAN_TEST_BACKEND: "threads" },
        },
      },
      { test: { name: "shaders", include: ["{kernels,src}/**/*.null.test.ts"] } },
      {
        plugins,
        test: {
          name: "gpu",
          include: ["{kernels,src}/**/*.gpu.test.ts", suites],
          fileParallelism: false,
          // A software driver compiles for up to half a minute before the first result.
          testTimeout: 240_000,
          hookTimeout: 240_000,
          env: { XDG_RUNTIME_DIR: "/tmp", INKSPAN_TEST_BACKEND: "webgpu" },
        },
      },
    ],
  },
});
