// Finds a Chromium for tests and the demo, and installs one where that is possible.
import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

const KNOWN_PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/microsoft-edge",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Flags under which headless Chromium offers a software WebGPU adapter and calls nobody. */
export const CHROMIUM_FLAGS = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), // the sandbox refuses to run as root
];

/** @returns {Promise<string | undefined>} */
async function playwrightChromium() {
  const { chromium } = await import("@playwright/test");
  try {
    const path = chromium.executablePath();
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined; // no build for this platform
  }
}

/** @returns {Promise<string | undefined>} the executable, if one is installed */
export async function findChromium() {
  const wanted = process.env["INKSPAN_CHROMIUM"];
  if (wanted) return wanted;
  return KNOWN_PATHS.find((path) => existsSync(path)) ?? (await playwrightChromium());
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function succeeds(command, args) {
  const result = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  return result.status === 0;
}

/** @returns {Promise<string>} the executable; installs one if none is found */
export async function ensureChromium() {
  const found = await findChromium();
  if (found) return found;
  console.error("No Chromium found; installing one.");
  if (existsSync("/usr/bin/apt-get") && process.getuid?.() === 0) {
    succeeds("apt-get", ["update"]);
    succeeds("apt-get", ["install", "-y", "--no-install-recommends", "chromium"]);
  }
  const afterPackages = await findChromium();
  if (afterPackages) return afterPackages;
  succeeds("npx", ["playwright", "install", "chromium"]);
  const installed = await findChromium();
  if (installed) return installed;
  throw new Error(
    "No Chromium found and none could be installed: install Chrome or Chromium, or set INKSPAN_CHROMIUM to its path.",
  );
}

/**
 * The folder with the browser's own libraries; the executable found may be a start script or a link.
 * @param {string} executable
 * @returns {string | undefined}
 */
export function chromiumLibraries(executable) {
  const folders = [
    existsSync(executable) ? dirname(realpathSync(executable)) : "",
    "/usr/lib/chromium",
    "/usr/lib/chromium-browser",
    "/opt/google/chrome",
  ];
  return folders.find((folder) => folder && existsSync(join(folder, "vk_swiftshader_icd.json")));
}
