// npm run headless / bench: the engine in Node, on Dawn or on the processor. The sources are loaded
// through Vite in middleware mode: no port, no build. Standard output belongs to the program's JSON.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { compileAhead } from "./assemblyscript.mjs";
import { ROOT } from "./build.mjs";
import { findVulkanDriver, hasGraphicsCard } from "./vulkan.mjs";

const CHOSEN = "INKSPAN_VULKAN_CHOSEN";

/**
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function main(args) {
  const at = args.lastIndexOf("--device");
  const device = at < 0 ? "auto" : args[at + 1];
  const wantsGpu = device === "webgpu" || (device === "auto" && hasGraphicsCard());
  if (process.platform === "linux" && wantsGpu && !process.env[CHOSEN]) {
    return runWithDriver(device === "webgpu");
  }
  // Node 20 knows the faster of the two modules for the processor only by a flag.
  if (process.versions.node.startsWith("20.")) {
    setFlagsFromString("--experimental-wasm-relaxed-simd");
  }
  if (device !== "webgpu") {
    await compileAhead(join(ROOT, "kernels/wasm/assembly/index.ts"), "relaxed");
  }
  const { createServer } = await import("vite");
  const server = await createServer({
    root: ROOT,
    configFile: join(ROOT, "vite.config.ts"),
    logLevel: "error",
    appType: "custom",
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  try {
    const program = await server.ssrLoadModule("/src/headless/main.ts");
    const run = /** @type {(args: string[]) => Promise<number>} */ (program["main"]);
    return await run(args);
  } finally {
    await server.close();
  }
}

/**
 * The Vulkan loader reads LD_LIBRARY_PATH at process start, so the driver needs a fresh process.
 * @param {boolean} isRequired
 */
async function runWithDriver(isRequired) {
  const driver = await findVulkanDriver();
  if (!driver && isRequired) {
    throw new Error(
      "No Vulkan driver gives a WebGPU adapter: install Chromium (it brings a software driver), a graphics driver, or Mesa 25 or later.",
    );
  }
  const run = fileURLToPath(new URL("./run.mjs", import.meta.url));
  const result = spawnSync(process.execPath, [run, ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, ...driver?.env, [CHOSEN]: driver?.name ?? "none" },
  });
  return result.status ?? 1;
}
