// Chooses a Vulkan driver for Dawn in Node and proves it by asking for an adapter in a child process.
// Order: what the caller set or the machine's own GPU driver; Mesa's lavapipe (25 or later; has
// shader-f16); the SwiftShader that comes with Chromium.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { chromiumLibraries, findChromium } from "./chromium.mjs";

/** @typedef {{ name: string, env: Record<string, string> }} Driver */

const ICD_FOLDERS = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"];
const PROBE_TIMEOUT_MS = 60_000;

// Exit 0 and the adapter's name if there is an adapter.
const PROBE = `
  import { create } from "webgpu";
  const gpu = create(["backend=vulkan"]);
  const adapter = await gpu.requestAdapter();
  if (!adapter) process.exit(3);
  await adapter.requestDevice();
  console.log([adapter.info.vendor, adapter.info.architecture, adapter.info.device, adapter.info.description].filter(Boolean).join(" "));
  process.exit(0);
`;

/**
 * @param {string} manifest path of a Vulkan driver description
 * @returns {Record<string, string>}
 */
function driverEnvironment(manifest) {
  // Older loaders read the first name, newer ones the second.
  return { VK_ICD_FILENAMES: manifest, VK_DRIVER_FILES: manifest };
}

/** @param {string | undefined} libraries */
function* candidates(libraries) {
  const chosen = process.env["VK_DRIVER_FILES"] ?? process.env["VK_ICD_FILENAMES"];
  if (chosen) yield { name: "driver of the environment", env: driverEnvironment(chosen) };
  if (existsSync("/dev/nvidia0") || existsSync("/dev/dri/renderD128")) {
    yield { name: "graphics driver of this machine", env: {} };
  }
  for (const folder of ICD_FOLDERS) {
    const files = existsSync(folder) ? readdirSync(folder) : [];
    for (const file of files.filter((one) => /^lvp_icd.*\.json$/.test(one))) {
      yield { name: "lavapipe", env: driverEnvironment(join(folder, file)) };
    }
  }
  if (libraries) {
    const manifest = join(libraries, "vk_swiftshader_icd.json");
    yield { name: "SwiftShader of Chromium", env: driverEnvironment(manifest) };
  }
}

/** Whether looking for a driver may find more than a software one; elsewhere than on Linux, always. */
export function hasGraphicsCard() {
  const chosen = process.env["VK_DRIVER_FILES"] ?? process.env["VK_ICD_FILENAMES"];
  return (
    process.platform !== "linux" ||
    chosen !== undefined ||
    existsSync("/dev/nvidia0") ||
    existsSync("/dev/dri/renderD128")
  );
}

/**
 * The driver's environment, or undefined if no driver gives an adapter. Dawn needs a Vulkan loader
 * too; Chromium brings one, used where the system has none.
 * @returns {Promise<Driver | undefined>}
 */
export async function findVulkanDriver() {
  const browser = await findChromium();
  const libraries = browser ? chromiumLibraries(browser) : undefined;
  for (const { name, env } of candidates(libraries)) {
    const withRuntime = { XDG_RUNTIME_DIR: process.env["XDG_RUNTIME_DIR"] ?? "/tmp", ...env };
    for (const loader of libraries ? [undefined, libraries] : [undefined]) {
      const complete = loader ? { ...withRuntime, LD_LIBRARY_PATH: loader } : withRuntime;
      const adapter = probe(complete);
      if (adapter !== undefined) return { name: `${name} (${adapter})`, env: complete };
    }
  }
  return undefined;
}

/**
 * @param {Record<string, string>} env
 * @returns {string | undefined} the adapter's name
 */
function probe(env) {
  const result = spawnSync(process.execPath, ["--input-type=module", "-e", PROBE], {
    env: { ...process.env, ...env },
    cwd: new URL("../..", import.meta.url).pathname,
    encoding: "utf8",
    timeout: PROBE_TIMEOUT_MS,
  });
  return result.status === 0 ? result.stdout.trim() : undefined;
}
