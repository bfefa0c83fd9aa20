// npm start: builds if needed, serves the build on loopback, prints the address.
import { join } from "node:path";
import { preview } from "vite";
import { DIST, ensureBuild, ROOT } from "./build.mjs";
import { ensureDefaultModel } from "./default-model.mjs";

const PORT = 4173; // the next free one is taken if it is in use

export async function main() {
  await ensureDefaultModel();
  console.log("Building Inkspan …");
  await ensureBuild("warn");
  const server = await preview({
    root: ROOT,
    configFile: join(ROOT, "vite.config.ts"),
    logLevel: "warn",
    build: { outDir: DIST },
    preview: { host: "127.0.0.1", port: PORT },
  });
  const address = server.resolvedUrls?.local[0] ?? `http://127.0.0.1:${PORT}/`;
  console.log(`\nInkspan is running at ${address}`);
  console.log("Open it in Chrome, Edge or another browser with WebGPU. Ctrl+C stops it.");
  await new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await server.close();
  return 0;
}
