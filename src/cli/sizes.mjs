// The size budget of the build: compressed JavaScript that must arrive before the app can be used.
// The worker holds every number format, family and tokenizer; splitting the rare ones off is due with
// the embeddable widget.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DIST } from "./build.mjs";

const BUDGET_BYTES = { page: 150_000, worker: 115_000 };

/** @returns {string[]} what is over the budget; sizes are printed */
export function checkSizes() {
  const folder = join(DIST, "assets");
  const sizes = { page: 0, worker: 0 };
  for (const file of readdirSync(folder)) {
    if (!file.endsWith(".js")) continue;
    const part = file.includes("worker") ? "worker" : "page";
    sizes[part] += gzipSync(readFileSync(join(folder, file))).length;
  }
  const over = [];
  for (const part of /** @type {const} */ (["page", "worker"])) {
    const line = `${part}: ${sizes[part]} of ${BUDGET_BYTES[part]} bytes, compressed`;
    console.log(`Size of the ${line}`);
    if (sizes[part] > BUDGET_BYTES[part]) over.push(`Over the size budget: ${line}.`);
  }
  return over;
}
