// The page over the scripted engine, built and served as files: what is the app's own can be tried in
// seconds, without a model. One build for all tests of a worker. Not Vite's development server: with a
// cold cache it finds dependencies late and reloads the page under the test.
import react from "@vitejs/plugin-react";
import { test as base, type Page } from "@playwright/test";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { assemblyScript } from "../src/cli/assemblyscript.mjs";
import { ROOT } from "../src/cli/build.mjs";
import { serveFolder } from "../src/cli/static-server.mjs";
import { expect } from "./fixtures.ts";

export interface Harness {
  /** Address of the page with a query such as `scene=library`. */
  address(query: string): string;
}

export const test = base.extend<{ open: (query: string) => Promise<Page> }, { harness: Harness }>({
  harness: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "inkspan-harness-"));
      const shared = join(ROOT, "public");
      for (const name of readdirSync(shared)) symlinkSync(join(shared, name), join(folder, name));
      await build({
        root: ROOT,
        configFile: false,
        logLevel: "error",
        plugins: [react(), assemblyScript()],
        worker: { format: "es", plugins: () => [assemblyScript()] },
        build: {
          outDir: folder,
          emptyOutDir: false,
          copyPublicDir: false,
          target: "es2022",
          minify: false,
          reportCompressedSize: false,
          rollupOptions: { input: join(ROOT, "e2e/harness/index.html") },
        },
      });
      const server = await serveFolder(folder, "/");
      await use({ address: (query) => `${server.address}e2e/harness/index.html?${query}` });
      await server.close();
      rmSync(folder, { recursive: true, force: true });
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
