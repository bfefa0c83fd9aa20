// Vite plugin: compiles kernels/wasm/assembly when it is imported with `?assemblyscript=relaxed` or `=plain`; the import
// is the module in base64. Results are kept in node_modules/.tmp under the digest of sources and compiler.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ROOT } from "./build.mjs";

const QUERY = /\?assemblyscript=(relaxed|plain)$/;
const CACHE = join(ROOT, "node_modules/.tmp/assemblyscript");

/** @returns {import("vite").Plugin} */
export function assemblyScript() {
  return {
    name: "assemblyscript",
    enforce: "pre",
    async load(id) {
      const flavour = QUERY.exec(id)?.[1];
      if (!flavour) return undefined;
      const entry = id.replace(QUERY, "");
      const folder = dirname(entry);
      const names = await sourcesIn(folder);
      for (const name of names) this.addWatchFile(join(folder, name));
      const binary = await compile(entry, names, flavour);
      return `export default ${JSON.stringify(binary.toString("base64"))};`;
    },
  };
}

/**
 * Makes sure that a module is compiled before anybody waits for it with a time limit, as Vite's module runner does.
 * @param {string} entry
 * @param {"relaxed" | "plain"} flavour
 */
export async function compileAhead(entry, flavour) {
  await compile(entry, await sourcesIn(dirname(entry)), flavour);
}

/** @param {string} folder */
async function sourcesIn(folder) {
  return (await readdir(folder)).filter((name) => name.endsWith(".ts")).sort();
}

/**
 * @param {string} entry
 * @param {string[]} names sources beside the entry
 * @param {string} flavour
 * @returns {Promise<Buffer>}
 */
async function compile(entry, names, flavour) {
  const folder = dirname(entry);
  const compiler = await readFile(join(ROOT, "node_modules/assemblyscript/package.json"), "utf8");
  const digest = createHash("sha256").update(compiler).update(flavour).update(FLAGS.join(" "));
  for (const name of names) digest.update(name).update(await readFile(join(folder, name)));
  const cached = join(CACHE, `${digest.digest("hex").slice(0, 32)}.wasm`);
  const known = await readFile(cached).catch(() => undefined);
  if (known) return known;
  const { default: asc } = await import("assemblyscript/asc");
  const flags = flavour === "relaxed" ? [...FLAGS, "--enable", "relaxed-simd"] : FLAGS;
  /** @type {Uint8Array | undefined} */
  let output;
  const { error, stderr } = await asc.main([entry, ...flags, "--outFile", "kernels.wasm"], {
    writeFile: (_name, contents) => {
      output = /** @type {Uint8Array} */ (contents);
    },
  });
  if (error || !output) throw new Error(`AssemblyScript: ${error?.message}\n${stderr.toString()}`);
  await mkdir(CACHE, { recursive: true });
  // Test processes compile side by side: a reader must never meet half a file.
  const unfinished = `${cached}.${process.pid}`;
  await writeFile(unfinished, output);
  await rename(unfinished, cached);
  return Buffer.from(output);
}

const FLAGS = [
  ...["-O3", "--noAssert", "--runtime", "stub", "--importMemory", "--enable", "simd"],
  // As the memory that it is given: shared memory must have a maximum (kernels/wasm/linear-memory.ts).
  ...["--maximumMemory", "65535"],
  ...["--use", "abort=", "--disableWarning", "112"],
];
