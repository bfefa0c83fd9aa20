// The page over the scripted engine, served by Vite: what is the app's own can be tried in seconds,
// without a model. One server for all tests of a worker.
import { test as base, type Page } from "@playwright/test";
import { createServer } from "vite";
import { join } from "node:path";
import { ROOT } from "../src/cli/build.mjs";
import { expect } from "./fixtures.ts";

export interface Harness {
  /** Address of the page with a query such as `scene=library`. */
  address(query: string): string;
}

export const test = base.extend<{ open: (query: string) => Promise<Page> }, { harness: Harness }>({
  harness: [
    async ({}, use) => {
      const server = await createServer({
        root: ROOT,
        configFile: join(ROOT, "vite.config.ts"),
        logLevel: "error",
        server: { host: "127.0.0.1", port: 0, watch: null, hmr: false },
        optimizeDeps: { entries: ["e2e/harness/main.tsx", "src/app/**/*.tsx"] },
      });
      await server.listen();
      const local = server.resolvedUrls?.local[0] ?? "";
      await use({ address: (query) => `${local}e2e/harness/index.html?${query}` });
      await server.close();
    },
    { scope: "worker" },
  ],
  /** Opens a page of the test's context; fails the test for an uncaught error in any of them. */
  open: async ({ context, harness }, use) => {
    const errors: string[] = [];
    context.on("weberror", (error) => errors.push(error.error().message));
    await use(async (query) => {
      const page = await context.newPage();
      await page.goto(harness.address(query));
      await page.locator(".shell").waitFor({ timeout: 120_000 }); // the first one is compiled
      return page;
    });
    expect(errors, "uncaught errors").toEqual([]);
  },
});

export { expect };
