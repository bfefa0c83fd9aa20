// Damage and hostile files in the real page: the card says what is so, and what can be done works.
import type { Locator, Page } from "@playwright/test";
import { createServer, type Server } from "node:http";
import { gzipSync } from "node:zlib";
import { seal } from "../src/engine/store/testing/file-mutants.ts";
import {
  addFile,
  askQuestion,
  documentCard,
  openSettings,
  waitForDocument,
  waitForModel,
} from "../src/cli/page-driver.mjs";
import { expect, plantedBook, PLANTED_QUESTION, type Site, test, textFile } from "./fixtures.ts";

/**
 * Cuts every file of the origin's private file system in half, or fills it with other bytes: the stored keys
 * and values of all documents. The app must not be open: its worker would hold the files.
 */
async function spoilStoredFiles(page: Page, how: "cut" | "overwritten"): Promise<number> {
  return page.evaluate(async (kind) => {
    const spoil = async (directory: FileSystemDirectoryHandle): Promise<number> => {
      let done = 0;
      for await (const entry of directory.values()) {
        if (entry.kind === "directory") {
          done += await spoil(entry as FileSystemDirectoryHandle);
          continue;
        }
        const file = entry as FileSystemFileHandle;
        const { size } = await file.getFile();
        if (size === 0) continue;
        const writable = await file.createWritable({ keepExistingData: true });
        if (kind === "cut") await writable.truncate(Math.floor(size / 2));
        else await writable.write(new Uint8Array(size).fill(0xaa));
        await writable.close();
        done++;
      }
      return done;
    };
    return spoil(await navigator.storage.getDirectory());
  }, how);
}

async function readAndSpoil(page: Page, site: Site, how: "cut" | "overwritten"): Promise<Locator> {
  await page.goto(site.address);
  await waitForModel(page);
  await addFile(page, textFile("island.txt", plantedBook(1_500)));
  await waitForDocument(page, "island");
  await page.goto(`${site.origin}/books/inkspan/icon.svg`);
  expect(await spoilStoredFiles(page, how)).toBeGreaterThan(0);
  await page.goto(site.address);
  return documentCard(page, "island");
}

async function expectAnswer(page: Page): Promise<void> {
  const { answer, statistics } = await askQuestion(page, PLANTED_QUESTION);
  expect(answer).toContain("73194");
  expect(statistics["document-tokens-recomputed"]).toBe("0");
}

test("a document whose stored index was cut is not called ready, and is read on from what is left", async ({
  page,
  site,
}) => {
  const card = await readAndSpoil(page, site, "cut");
  await expect(card).toHaveAttribute("data-state", /paused|queued|ingesting/, { timeout: 120_000 });
  await waitForModel(page);
  await waitForDocument(page, "island");
  await expectAnswer(page);
});

test("damage that a question finds shows on the card at once; «Read again» works from the text", async ({
  page,
  site,
}) => {
  const card = await readAndSpoil(page, site, "overwritten");
  await waitForModel(page);
  await page.getByRole("textbox", { name: "Question" }).fill(PLANTED_QUESTION);
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await expect(card).toHaveAttribute("data-state", "damaged", { timeout: 120_000 });
  await expect(page.getByRole("article").last()).toContainText(/damaged|read again/i);
  await card.getByRole("button", { name: "Read again" }).click();
  await expect(card).toHaveAttribute("data-state", "complete", { timeout: 120_000 });
  await expectAnswer(page);
});

/** A site whose files are made to keep an engine busy; it counts who is still connected. */
async function hostileSite() {
  let open = 0;
  const issues = gzipSync(manyIssues());
  const server: Server = createServer((request, response) => {
    open++;
    response.on("close", () => open--);
    response.setHeader("access-control-allow-origin", "*");
    if (request.url === "/silent.ltri") return void response.write("LTRIDOC1"); // and no more
    response.writeHead(200, { "content-encoding": "gzip" }).end(issues);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return { address: `http://127.0.0.1:${port}`, server, connections: () => open };
}

/** A sealed header whose one list has millions of wrong items; compressed, a few kilobytes. */
function manyIssues(): Buffer {
  const layers = new Array<number>(2_000_000).fill(0);
  return Buffer.from(seal({ format: 1, title: "x", modelName: "x", layers }, new Uint8Array()));
}

test("a hostile link is refused with a sentence before anything is stored, and the app goes on", async ({
  page,
  site,
}) => {
  const hostile = await hostileSite();
  try {
    const link = (name: string) =>
      `${site.address}&document=${encodeURIComponent(`${hostile.address}/${name}`)}`;
    const dialog = page.getByRole("dialog", { name: "Add this document?" });
    await page.goto(link("issues.ltri"));
    await expect(dialog.locator("[data-code=format-invalid]")).toBeVisible({ timeout: 120_000 });
    await expect(dialog.getByRole("button", { name: "Add document" })).toHaveCount(0);
    await dialog.getByRole("button", { name: "Close" }).click();
    await waitForModel(page);

    // A site that sends a beginning and no more: «Do not add» ends the connection.
    await page.goto(link("silent.ltri"));
    await expect(dialog).toContainText("Asking 127.0.0.1", { timeout: 120_000 });
    await expect.poll(hostile.connections, { timeout: 60_000 }).toBe(1);
    await dialog.getByRole("button", { name: "Do not add" }).click();
    await expect(dialog).toHaveCount(0);
    await expect.poll(hostile.connections, { timeout: 60_000 }).toBe(0);
    await waitForModel(page);
    await addFile(page, textFile("island.txt", plantedBook(1_200)));
    await waitForDocument(page, "island");
  } finally {
    hostile.server.closeAllConnections();
    hostile.server.close();
  }
});

test("where the browser blocks what pages keep, the app opens all the same", async ({
  app,
  site,
}) => {
  await app.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get() {
        throw new DOMException("Access is denied for this document.", "SecurityError");
      },
    });
  });
  await app.goto(site.address);
  await waitForModel(app);
  await expect(await openSettings(app)).toBeVisible();
});
