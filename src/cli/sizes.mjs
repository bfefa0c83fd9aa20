// The size budgets of the build, in bytes as compressed by gzip. What counts is what must arrive before
// the part can be used: the entry and everything it imports statically. The rest is fetched when it is
// needed and is listed without a limit.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { init, parse } from "es-module-lexer/minimal";
import { DIST } from "./build.mjs";

const BUDGETS = [
  { part: "widget before it is opened", bytes: 40_000, entries: () => ["inkspan-chat.js"] },
  { part: "engine worker", bytes: 110_000, entries: () => assets(/^engine-worker-.*\.js$/) },
  { part: "app's first load", bytes: 180_000, entries: pageFiles },
];
/** Each of the two modules of the kernels for the processor, fetched only where it computes. */
const PROCESSOR_BYTES = 23_000;
/** Lazy files below it are not worth a line. */
const LISTED_BYTES = 5_000;

/** @returns {Promise<string[]>} what is over its budget; sizes are printed */
export async function checkSizes() {
  await init();
  const over = [];
  /** @type {Set<string>} */
  const first = new Set();
  for (const { part, bytes, entries } of BUDGETS) {
    const files = staticClosure(entries());
    if (files.length === 0) over.push(`The build has no files for the ${part}.`);
    for (const file of files) first.add(file);
    const size = files.reduce((sum, file) => sum + compressed(file), 0);
    const line = `${part}: ${size} of ${bytes} bytes, compressed, in ${files.length} files`;
    console.log(`Size of the ${line}`);
    if (size > bytes) over.push(`Over the size budget: ${line}.`);
  }
  const modules = assets(/^(relaxed|plain)-kernels-.*\.js$/);
  for (const file of modules) {
    const size = compressed(file);
    const line = `${file}: ${size} of ${PROCESSOR_BYTES} bytes, compressed`;
    console.log(`Size of ${line}`);
    if (first.has(file)) over.push(`${file} is loaded before the processor is chosen.`);
    if (size > PROCESSOR_BYTES) over.push(`Over the size budget: ${line}.`);
  }
  const lazy = assets(/\.js$/)
    .filter((file) => !first.has(file))
    .map((file) => ({ file, size: compressed(file) }))
    .filter(({ size }) => size >= LISTED_BYTES)
    .sort((a, b) => b.size - a.size);
  console.log(`Fetched when needed: ${lazy.map(({ file, size }) => `${file} ${size}`).join(", ")}`);
  return over;
}

/**
 * @param {RegExp} pattern
 * @returns {string[]} paths inside the build
 */
function assets(pattern) {
  return readdirSync(join(DIST, "assets"))
    .filter((name) => pattern.test(name))
    .map((name) => `assets/${name}`);
}

/** @returns {string[]} scripts and styles that the page names */
function pageFiles() {
  const page = readFileSync(join(DIST, "index.html"), "utf8");
  const named = [...page.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)];
  return named.map((match) => match[1] ?? "");
}

/**
 * @param {string[]} entries
 * @returns {string[]} they and what they import statically
 */
function staticClosure(entries) {
  /** @type {Set<string>} */
  const found = new Set();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file) || !existsSync(join(DIST, file))) continue;
    found.add(file);
    if (!file.endsWith(".js")) continue;
    const [imports] = parse(readFileSync(join(DIST, file), "utf8"));
    for (const { n: name, d: dynamicAt } of imports) {
      if (dynamicAt >= 0 || !name?.startsWith(".")) continue;
      waiting.push(relative(DIST, join(DIST, dirname(file), name)));
    }
  }
  return [...found];
}

/** @param {string} file */
function compressed(file) {
  return gzipSync(readFileSync(join(DIST, file))).length;
}
