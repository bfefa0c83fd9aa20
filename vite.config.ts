import { readFile } from "node:fs/promises";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

// Checked by the browser itself: no eval, no script of others, and no connection but to this origin
// and to the addresses a person gives for models (https, or this computer). `blob:` and
// `data:` are for what the page makes; vite's development server needs inline styles, so build only.
const POLICY = [
  "default-src 'self'",
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

/** Shaders travel as text: without comments and indentation they are a third smaller. */
function compactShaders(): Plugin {
  return {
    name: "compact-shaders",
    apply: "build",
    enforce: "pre",
    async load(id) {
      if (!id.endsWith(".wgsl?raw")) return undefined;
      const source = await readFile(id.slice(0, -"?raw".length), "utf8");
      const lines = source.split("\n").map((line) => line.replace(/\/\/.*$/, "").trim());
      return `export default ${JSON.stringify(lines.filter((line) => line !== "").join("\n"))}`;
    },
  };
}

export default defineConfig({
  base: "./", // the build works from any sub-path of any static host
  plugins: [react(), contentSecurityPolicy()],
  worker: { format: "es", plugins: () => [compactShaders()] },
  build: {
    target: "es2022",
    reportCompressedSize: true,
    assetsInlineLimit: 0,
    rollupOptions: {
      output: {
        manualChunks(id) {
          if (/node_modules\/(react|react-dom|scheduler)\//.test(id)) return "react";
          if (/node_modules\/(marked|dompurify)\//.test(id)) return "markdown";
          return undefined;
        },
      },
    },
  },
  server: { host: "127.0.0.1" },
  preview: { host: "127.0.0.1" },
});
