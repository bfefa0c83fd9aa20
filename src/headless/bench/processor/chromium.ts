// The same measurement in headless Chromium, and wllama in the same browser. Both come from one folder that is
// served as an isolated page, so that both may use threads.
import { chromium, type Page } from "@playwright/test";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "vite";
import { assemblyScript } from "../../../cli/assemblyscript.mjs";
import { CHROMIUM_FLAGS, ensureChromium } from "../../../cli/chromium.mjs";
import { serveFolder } from "../../../cli/static-server.mjs";
import { EngineError } from "../../../engine/errors.ts";
import { ROOT } from "../../open-headless.ts";
import type {} from "./chromium-page.ts"; // window.measure
import type { Asked } from "./chromium-worker.ts";
import type { Measurement } from "./cpu-page.ts";
import { best, type Speed } from "./speed.ts";

const WLLAMA = "@wllama/wllama@3.8.1";
const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};
/** It is asked for less: it is slow, and its rates do not depend on it. */
const WLLAMA_SHARE = 4;

/** Each number of threads; they take turns, so that what disturbs the machine disturbs all. */
export async function measureInChromium(
  model: string,
  threads: readonly number[],
  { prompt, tokens, rounds }: Pick<Asked, "prompt" | "tokens"> & { readonly rounds: number },
): Promise<Measurement[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "inkspan-bench-"));
  try {
    await buildPage(folder);
    installWllama(folder);
    symlinkSync(model, path.join(folder, "model.gguf"));
    const html = '<!doctype html><title>bench</title><script type="module" src="page.js"></script>';
    writeFileSync(path.join(folder, "index.html"), html);
    const server = await serveFolder(folder, "/", 0, ISOLATED);
    const executablePath = await ensureChromium();
    const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
    try {
      const page = await browser.newPage();
      await page.goto(server.address);
      const host = `Chromium ${browser.version()}`;
      const measured: Measurement[] = [];
      const turns = new Map<number, Speed[]>(threads.map((count) => [count, []]));
      for (let round = 0; round < rounds; round++) {
        for (const [count, speeds] of turns) {
          speeds.push(await own(page, { prompt, tokens, model: "/model.gguf", threads: count }));
        }
      }
      for (const [count, speeds] of turns) {
        measured.push({ name: "Inkspan", host, threads: count, ...best(speeds) });
      }
      for (const count of threads) {
        measured.push({
          name: WLLAMA,
          host,
          threads: count,
          ...(await wllama(page, count, { prompt, tokens })),
        });
      }
      return measured;
    } finally {
      await browser.close();
      await server.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function buildPage(folder: string): Promise<void> {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: "error",
    publicDir: false,
    plugins: [assemblyScript()],
    worker: { format: "es", plugins: () => [assemblyScript()] },
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: "es2022",
      reportCompressedSize: false,
      rollupOptions: {
        input: path.join(ROOT, "src/headless/bench/processor/chromium-page.ts"),
        output: { entryFileNames: "page.js" },
      },
    },
  });
}

/** Into a folder that is deleted afterwards; it is no dependency. */
function installWllama(folder: string): void {
  const prefix = mkdtempSync(path.join(tmpdir(), "inkspan-wllama-"));
  const words = ["install", "--prefix", prefix, "--no-audit", "--no-fund", WLLAMA];
  const { status, stderr } = spawnSync("npm", words, { encoding: "utf8" });
  if (status !== 0) throw new EngineError("not-found", `npm cannot fetch ${WLLAMA}: ${stderr}`);
  const from = path.join(prefix, "node_modules/@wllama/wllama/esm");
  cpSync(from, path.join(folder, "wllama"), { recursive: true });
  rmSync(prefix, { recursive: true, force: true });
}

async function own(page: Page, asked: Asked): Promise<Speed> {
  const { device, speed } = await page.evaluate((message) => window.measure(message), asked);
  if (asked.threads > 1 && !device.includes(`${asked.threads} threads`)) {
    throw new EngineError("internal", `${asked.threads} threads were asked for: ${device}`);
  }
  return speed;
}

async function wllama(
  page: Page,
  threads: number,
  { prompt, tokens }: Pick<Asked, "prompt" | "tokens">,
): Promise<Speed> {
  const [words, length] = [prompt, tokens].map((count) => Math.ceil(count / WLLAMA_SHARE));
  const { prefill, decode } = await page.evaluate((asked) => window.measureWllama(asked), {
    threads,
    words: words ?? 1,
    length: length ?? 1,
  });
  const rates = (perSecond: number) => ({ clock: perSecond, processor: perSecond });
  return { prefill: rates(prefill), decode: rates(decode) };
}
