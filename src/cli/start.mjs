// npm start [-- --port N]: builds if needed, serves the build on loopback, prints the address.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { preview } from "vite";
import { DIST, ensureBuild, ROOT } from "./build.mjs";
import { ensureDefaultModel } from "./default-model.mjs";

const PORT = 4173; // the next free one is taken if it is in use

/**
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function main(args) {
  const { values } = parseArgs({ args, options: { port: { type: "string" } } });
  const port = values.port === undefined ? PORT : Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    console.error(`--port ${values.port} is not a port: it is a whole number from 1 to 65535.`);
    return 2;
  }
  await ensureDefaultModel();
  console.log("Building Inkspan …");
  await ensureBuild("warn");
  const { server, address } = await servePage(port, values.port !== undefined);
  console.log(`\nInkspan is running at ${address}`);
  console.log("Open it in Chrome, Edge or another browser with WebGPU. Ctrl+C stops it.");
  await new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await server.close();
  return 0;
}

/**
 * Serves the build on loopback. A port that was asked for is taken or refused, never replaced: rejects with an
 * error that names it where it is in use.
 * @param {number} port
 * @param {boolean} isAskedFor
 */
export async function servePage(port, isAskedFor) {
  const server = await preview({
    root: ROOT,
    configFile: join(ROOT, "vite.config.ts"),
    logLevel: "warn",
    build: { outDir: DIST },
    preview: { host: "127.0.0.1", port, strictPort: isAskedFor },
  });
  return { server, address: server.resolvedUrls?.local[0] ?? `http://127.0.0.1:${port}/` };
}
