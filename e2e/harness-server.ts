// The page over the scripted engine, built and served as files: what is the app's own can be tried in
// seconds, without a model. One build for all tests of a run. Not Vite's development server: with a
// cold cache it finds dependencies late and reloads the page under the test.
import react from "@vitejs/plugin-react";
import { test as base, type Page } from "@playwright/test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { assemblyScript } from "../src/cli/assemblyscript.mjs";
import { ROOT } from "../src/cli/build.mjs";
import { serveFolder } from "../src/cli/static-server.mjs";
import { expect } from "./fixtures.ts";

const FOLDER = join(ROOT, "node_modules/.tmp/e2e-harness");
/** Holds the run that built it: between specs of other fixtures a run begins several workers. */
const STAMP = join(FOLDER, "run.txt");

export interface Harness {
  /** Address of the page with a query such as `scene=library`. */
  address(query: string): string;
}

export const test = base.extend<{ open: (query: string) => Promise<Page> }, { harness: Harness }>({
  harness: [
    async ({}, use) => {
      await buildOnce(process.env["INKSPAN_E2E_RUN"] ?? "");
      const server = await serveFolder(FOLDER, "/");
      await use({ address: (query) => `${server.address}e2e/harness/index.html?${query}` });
      await server.close();
    },
    { scope: "worker", timeout: 180_000 },
  ],
  /** Opens a page of the test's context; fails the test for an uncaught error in any of them. */
  open: async ({ context, harness }, use) => {
    const errors: string[] = [];
    context.on("weberror", (error) => errors.push(error.error().message));
    await use(async (query) => {
      const page = await context.newPage();
      await page.goto(harness.address(query));
      await page.locator(".shell").waitFor();
      return page;
    });
    expect(errors, "uncaught errors").toEqual([]);
  },
});

export { expect };

async function buildOnce(run: string): Promise<void> {
  if (run !== "" && existsSync(STAMP) && readFileSync(STAMP, "utf8") === run) return;
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const shared = join(ROOT, "public");
  for (const name of readdirSync(shared)) symlinkSync(join(shared, name), join(FOLDER, name));
  await build({
    root: ROOT,
    configFile: false,
    logLevel: "error",
    plugins: [react(), assemblyScript()],
    worker: { format: "es", plugins: () => [assemblyScript()] },
    build: {
      outDir: FOLDER,
      emptyOutDir: false,
      copyPublicDir: false,
      target: "es2022",
      minify: false,
      reportCompressedSize: false,
      rollupOptions: { input: join(ROOT, "e2e/harness/index.html") },
    },
  });
  writeFileSync(STAMP, run);
}
