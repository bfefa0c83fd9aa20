// Vite plugin: after the app's build, makes the service worker with the list of the build's files.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "vite";

const WORKER = "workers/offline/service-worker.ts";
/** Files of `public/` that the app needs without network. */
const PUBLIC_FILES = [
  "icon.svg",
  "icons/app-192.png",
  "icons/app-512.png",
  "icons/maskable-512.png",
  "manifest.webmanifest",
  "models/nano.gguf",
  "sample/treasure-island.txt",
];
/** Character maps are fetched by the few documents that need one; the widget is for pages of others. */
const LEFT_OUT = /\.(bcmap|map)$|^inkspan-|^examples\//;

/** @returns {import("vite").Plugin} */
export function offlineApp() {
  /** @type {import("vite").ResolvedConfig} */
  let config;
  /** @type {string[]} */
  let built = [];
  return {
    name: "offline-app",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    writeBundle(_options, bundle) {
      built = Object.keys(bundle).filter((name) => !LEFT_OUT.test(name));
    },
    async closeBundle() {
      if (built.length === 0) return; // the build failed
      const folder = resolve(config.root, config.build.outDir);
      // Also of files whose names change with their contents: what arrives is compared with it.
      const files = [...built, ...PUBLIC_FILES].map((url) => ({
        url,
        revision: digest(join(folder, url)),
      }));
      await build({
        configFile: false,
        root: config.root,
        logLevel: "warn",
        publicDir: false,
        define: {
          INKSPAN_FILES: JSON.stringify(files),
          "process.env.NODE_ENV": JSON.stringify("production"),
        },
        build: {
          outDir: folder,
          emptyOutDir: false,
          target: "es2022",
          lib: {
            entry: join(config.root, WORKER),
            formats: ["iife"],
            name: "inkspanOffline",
            fileName: () => "service-worker.js",
          },
        },
      });
    },
  };
}

/** @param {string} file */
function digest(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16);
}
