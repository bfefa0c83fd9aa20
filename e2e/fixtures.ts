// What every spec needs: the built app served from a sub-path, documents made from the sample book,
// and a watch on requests to other origins and on uncaught errors.
import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DIST, ROOT } from "../src/cli/build.mjs";
import { serveFolder } from "../src/cli/static-server.mjs";

// The smallest embedded model: the pages run on a software adapter.
const MODEL = process.env["INKSPAN_E2E_MODEL"] ?? "nano";

export interface Site {
  /** Address of the page, with the model to load. */
  readonly address: string;
  readonly origin: string;
}

export const PLANTED = "The secret code of the green lantern is 73194.";
export const PLANTED_QUESTION = "What is the secret code of the green lantern?";

/** The first `characters` of the sample book with the planted sentence as a paragraph in the middle. */
export function plantedBook(characters: number): Buffer {
  const book = readFileSync(join(ROOT, "public/sample/treasure-island.txt"), "utf8");
  const paragraphs = book.slice(0, characters).split("\n\n").slice(0, -1);
  paragraphs.splice(Math.floor(paragraphs.length / 2), 0, PLANTED);
  return Buffer.from(paragraphs.join("\n\n"));
}

export function textFile(name: string, buffer: Buffer) {
  return { name, mimeType: "text/plain", buffer };
}

/** Collects what must not happen in any page of the context. */
export function watch(context: BrowserContext, origin: string) {
  const foreign: string[] = [];
  const errors: string[] = [];
  context.on("request", (request) => {
    const { protocol, origin: target } = new URL(request.url());
    if (protocol !== "blob:" && protocol !== "data:" && target !== origin) {
      foreign.push(request.url());
    }
  });
  context.on("weberror", (error) => errors.push(error.error().message));
  return () => {
    expect(foreign, "requests to other origins").toEqual([]);
    expect(errors, "uncaught errors").toEqual([]);
  };
}

export const test = base.extend<{ app: Page }, { site: Site }>({
  site: [
    async ({}, use) => {
      const server = await serveFolder(DIST, "/books/inkspan/");
      await use({
        address: `${server.address}?model=${MODEL}`,
        origin: new URL(server.address).origin,
      });
      await server.close();
    },
    { scope: "worker" },
  ],
  /** A page that has been opened; the model may still be loading. */
  app: async ({ page, context, site }, use) => {
    const check = watch(context, site.origin);
    await page.goto(site.address);
    await use(page);
    check();
  },
});

export { expect };
