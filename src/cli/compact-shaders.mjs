// Vite plugin: shaders travel as text; without comments and indentation they are a third smaller.
import { readFile } from "node:fs/promises";

/** @returns {import("vite").Plugin} */
export function compactShaders() {
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
