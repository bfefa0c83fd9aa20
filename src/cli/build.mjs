// The static build, made again only if something it is made of is newer.
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const DIST = join(ROOT, "dist");

const SOURCES = [
  ...["src", "workers", "kernels", "public"],
  ...["index.html", "vite.config.ts", "vite.library.config.ts"],
  ...["package.json", "package-lock.json"],
];

/**
 * @param {string} path
 * @returns {number} latest change under it, ms
 */
function newest(path) {
  if (!existsSync(path)) return 0;
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return readdirSync(path).reduce(
    (latest, name) => Math.max(latest, newest(join(path, name))),
    mtimeMs, // a deleted file changes its folder
  );
}

/**
 * @param {string} file one that a build has written
 * @returns {boolean} it exists and nothing it was made of has changed since
 */
export function isNewerThanSources(file) {
  if (!existsSync(file)) return false;
  const built = statSync(file).mtimeMs;
  return SOURCES.every((name) => newest(join(ROOT, name)) < built);
}

/** @param {import("vite").LogLevel} logLevel */
export async function ensureBuild(logLevel) {
  if (isNewerThanSources(join(DIST, "index.html"))) return;
  const { build } = await import("vite");
  await build({ root: ROOT, configFile: join(ROOT, "vite.config.ts"), logLevel });
}
