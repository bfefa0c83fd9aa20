import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{kernels,src,workers}/**/*.test.ts", "src/cli/*.test.mjs"],
          exclude: ["**/*.gpu.test.ts", "**/*.null.test.ts", "**/node_modules/**"],
        },
      },
      { test: { name: "shaders", include: ["{kernels,src}/**/*.null.test.ts"] } },
      {
        test: {
          name: "gpu",
          include: ["{kernels,src}/**/*.gpu.test.ts"],
          fileParallelism: false,
          // A software driver compiles for up to half a minute before the first result.
          testTimeout: 240_000,
          hookTimeout: 240_000,
          env: { XDG_RUNTIME_DIR: "/tmp" },
        },
      },
    ],
  },
});
