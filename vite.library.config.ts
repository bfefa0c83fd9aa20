// The package's build (`npm run build:library`): ES modules that any bundler can take in. The worker is
// one file, so that it can be handled as a mere asset; React and its like stay outside.
import { defineConfig, type Plugin } from "vite";
import { assemblyScript } from "./src/cli/assemblyscript.mjs";
import { compactShaders } from "./src/cli/compact-shaders.mjs";

/** The library has no verb for evaluations, and their data are several times its own size. */
function withoutBenchmarks(): Plugin {
  return {
    name: "without-benchmarks",
    enforce: "pre",
    load: (id) =>
      id.endsWith("/workers/open-benchmarks.ts")
        ? `export const openBenchmarks = () => () =>
             Promise.reject(new Error("This build has no evaluations."));`
        : undefined,
  };
}

export default defineConfig({
  base: "./", // addresses relative to the module: `new URL("…", import.meta.url)`
  publicDir: false,
  worker: {
    format: "es",
    plugins: () => [compactShaders(), assemblyScript(), withoutBenchmarks()],
    rollupOptions: { output: { inlineDynamicImports: true } },
  },
  build: {
    outDir: "dist-lib",
    target: "es2022",
    // All files lie apart but the PDF parser's character maps: only the worker knows their addresses.
    assetsInlineLimit: (file) => file.endsWith(".bcmap"),
    modulePreload: false,
    rollupOptions: {
      input: {
        index: "src/library/package-entry.ts",
        "ai-sdk": "src/library/ai-sdk.ts",
        react: "src/widget/react-entry.ts",
        widget: "src/widget/package-entry.ts",
      },
      external: ["react"],
      preserveEntrySignatures: "strict",
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "chunks/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
});
