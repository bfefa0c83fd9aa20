import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { assemblyScript } from "./src/cli/assemblyscript.mjs";
import { compactShaders } from "./src/cli/compact-shaders.mjs";
import { offlineApp } from "./src/cli/offline-plugin.mjs";
import { workerEntry } from "./src/cli/worker-entry.mjs";

// Checked by the browser itself: no eval, no script of others, and no connection but to this origin
// and to the addresses a person gives for models (https, or this computer). WebAssembly is for where the
// processor computes. `blob:` and `data:` are for what the page makes; vite's development server needs
// inline styles, so build only.
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "img-src 'self' data:",
  "connect-src 'self' blob: data: https: http://localhost:* http://127.0.0.1:*",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

function contentSecurityPolicy(): Plugin {
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: POLICY },
        injectTo: "head-prepend",
      },
    ],
  };
}

/** The kernels for the processor are told apart by name: their sizes are budgeted. */
function chunkName({ moduleIds }: { readonly moduleIds: readonly string[] }): string {
  const flavour = /\?assemblyscript=(\w+)$/.exec(moduleIds.at(-1) ?? "")?.[1];
  return flavour ? `assets/${flavour}-kernels-[hash].js` : "assets/[name]-[hash].js";
}

/** With them the processor may compute with several threads (also workers/offline/service-worker.ts). */
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  base: "./", // the build works from any sub-path of any static host
  plugins: [react(), contentSecurityPolicy(), offlineApp(), workerEntry(), assemblyScript()],
  worker: {
    format: "es",
    plugins: () => [compactShaders(), assemblyScript()],
    rollupOptions: { output: { chunkFileNames: chunkName } },
  },
  build: {
    target: "es2022",
    reportCompressedSize: true,
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { app: "index.html", "inkspan-chat": "src/widget/index.ts" },
      output: {
        // Sites name the widget's script: it keeps its name.
        entryFileNames: ({ name }) =>
          name === "inkspan-chat" ? "inkspan-chat.js" : "assets/[name]-[hash].js",
        manualChunks(id) {
          // In a chunk of its own, or the widget would fetch whatever chunk it fell into.
          if (id.includes("vite/preload-helper")) return "preload";
          if (/node_modules\/(react|react-dom|scheduler)\//.test(id)) return "react";
          if (/node_modules\/(marked|dompurify)\//.test(id)) return "markdown";
          return undefined;
        },
      },
    },
  },
  server: { host: "127.0.0.1", headers: ISOLATED },
  preview: { host: "127.0.0.1", headers: ISOLATED },
});
