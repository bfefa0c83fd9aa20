// npm run build:library: the package in dist-lib/: modules, worker, model and one file of types per
// entry. Made again only if something it is made of is newer.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isNewerThanSources, ROOT } from "./build.mjs";

export const LIBRARY = join(ROOT, "dist-lib");

/** Entry of the package to the module it is made of. */
const ENTRIES = {
  index: "src/library/package-entry.ts",
  "ai-sdk": "src/library/ai-sdk.ts",
  react: "src/widget/react-entry.ts",
  widget: "src/widget/package-entry.ts",
};

export async function main() {
  await ensureLibrary("warn");
  console.log(`The package is in ${LIBRARY}.`);
  return 0;
}

/** @param {import("vite").LogLevel} logLevel */
export async function ensureLibrary(logLevel) {
  // Written last: a build that broke off leaves no stamp.
  const stamp = join(LIBRARY, "build.json");
  if (isNewerThanSources(stamp)) return;
  const { build } = await import("vite");
  await build({ root: ROOT, configFile: join(ROOT, "vite.library.config.ts"), logLevel });
  await buildTypes();
  writeFileSync(stamp, JSON.stringify({ entries: Object.keys(ENTRIES) }));
}

async function buildTypes() {
  const { rollup } = await import("rollup");
  const { dts } = await import("rollup-plugin-dts");
  const bundle = await rollup({
    input: ENTRIES,
    external: ["react", "@ai-sdk/provider"],
    plugins: [dts({ tsconfig: join(ROOT, "tsconfig.page.json") })],
  });
  await bundle.write({ dir: LIBRARY, entryFileNames: "[name].d.ts", chunkFileNames: "types.d.ts" });
  await bundle.close();
}
