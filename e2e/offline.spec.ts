// The app without its server: after the first visit it opens, answers and reads documents; a new
// version waits for the user. The server is really stopped, so nothing can come from it.
import type { Page } from "@playwright/test";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DIST } from "../src/cli/build.mjs";
import { addFile, askQuestion, waitForDocument, waitForModel } from "../src/cli/page-driver.mjs";
import { serveFolder } from "../src/cli/static-server.mjs";
import { buildPdf, textPage } from "../src/documents/testing/build-pdf.ts";
import { expect, PLANTED_QUESTION, plantedBook, test, textFile } from "./fixtures.ts";

const BASE = "/books/inkspan/";

/** Everything of this version is stored. */
async function stored(page: Page): Promise<void> {
  await page.waitForFunction(
    async () => (await navigator.serviceWorker.ready).active?.state === "activated",
  );
}

test("after one visit the app opens, answers and takes a PDF without its server", async ({
  page,
}) => {
  const server = await serveFolder(DIST, BASE);
  await page.goto(`${server.address}?model=nano`);
  await waitForModel(page);
  await addFile(page, textFile("short.txt", plantedBook(2_500)));
  await waitForDocument(page, "short");
  await stored(page);
  await server.close();

  await page.goto(`${server.address}?model=nano`);
  await waitForModel(page);
  await waitForDocument(page, "short");
  const { answer, statistics } = await askQuestion(page, PLANTED_QUESTION);
  expect(answer).not.toBe("");
  expect(statistics["document-tokens-recomputed"]).toBe("0");

  const buffer = Buffer.from(buildPdf([textPage(["Read far from any network."])]));
  await addFile(page, { name: "island.pdf", mimeType: "application/pdf", buffer });
  await expect(page.getByRole("region", { name: "Document text" })).toContainText(
    "far from any network",
  );
  await page.getByRole("button", { name: "More ways to add" }).click();
  await page.getByRole("button", { name: "Add the sample book" }).click();
  const listed = page.getByRole("listitem").filter({ hasText: "Treasure Island" });
  // Where the book would take long to read, its estimate is shown first.
  const begin = page.getByRole("button", { name: "Begin reading" });
  await expect(listed.or(begin).first()).toBeVisible({ timeout: 60_000 });
  if (await begin.isVisible()) await begin.click();
  await expect(listed).toBeVisible({ timeout: 60_000 });
});

test("a new version is stored beside the old one and taken when the user reloads", async ({
  page,
}) => {
  const folder = mkdtempSync(join(tmpdir(), "inkspan-versions-"));
  cpSync(DIST, folder, { recursive: true, dereference: true });
  const server = await serveFolder(folder, BASE);
  try {
    await page.goto(`${server.address}?model=none`);
    await stored(page);
    const update = page.getByRole("status", { name: "Update" });
    await expect(update).toBeEmpty();

    publish(folder, "Second version");
    await page.reload();
    await expect(update).toContainText("A new version of Inkspan is ready");
    await expect(page, "the old version runs on until then").toHaveTitle("Inkspan");
    await page.reload();
    await expect(page).toHaveTitle("Inkspan");
    await update.getByRole("button", { name: "Reload" }).click();
    await expect(page).toHaveTitle("Second version");
    await expect(update).toBeEmpty();
    await server.close();
    await page.reload();
    await expect(page).toHaveTitle("Second version");
    const pages = await page.evaluate(async () => {
      const names = await caches.keys();
      const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return keys.flat().filter(({ url }) => url.includes("index.html")).length;
    });
    expect(pages, "the old version's page is gone").toBe(1);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a wrong page in the place of a file spoils no installation: the next visit makes it whole", async ({
  page,
}) => {
  const folder = mkdtempSync(join(tmpdir(), "inkspan-portal-"));
  cpSync(DIST, folder, { recursive: true, dereference: true });
  const server = await serveFolder(folder, BASE);
  const [name] = readdirSync(join(folder, "assets")).filter((file) =>
    /^plain-text-.*\.js$/.test(file),
  );
  const chunk = join(folder, "assets", name ?? "");
  const whole = readFileSync(chunk);
  const isActive = () =>
    page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state);
  try {
    writeFileSync(chunk, "<!doctype html><title>Sign in</title>"); // answered with 200
    await page.goto(`${server.address}?model=nano`);
    await page.waitForTimeout(3_000);
    expect(await isActive(), "nothing was installed").toBeUndefined();
    writeFileSync(chunk, whole);
    await page.reload();
    await stored(page);
    await server.close();
    await page.reload();
    await waitForModel(page);
    await addFile(page, textFile("whole.txt", Buffer.from("Read without any server.")));
    await expect(page.getByRole("region", { name: "Document text" })).toContainText("without any");
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** What a new build does to the served folder: another page, and a worker that lists it as changed. */
function publish(folder: string, title: string): void {
  const page = join(folder, "index.html");
  const worker = join(folder, "service-worker.js");
  const content = readFileSync(page, "utf8").replace("<title>Inkspan<", `<title>${title}<`);
  writeFileSync(page, content);
  const source = readFileSync(worker, "utf8");
  const changed = source.replace(
    /(url:\s*"index\.html",\s*revision:\s*")[0-9a-f]+/,
    `$1${createHash("sha256").update(content).digest("hex").slice(0, 16)}`,
  );
  expect(changed).not.toBe(source);
  writeFileSync(worker, changed);
}

test("the app can be installed", async ({ page, site }) => {
  await page.goto(site.address);
  const address = await page.locator('link[rel="manifest"]').getAttribute("href");
  const manifest = (await (
    await page.request.get(new URL(address ?? "", page.url()).href)
  ).json()) as {
    name: string;
    display: string;
    icons: { src: string; sizes: string; type: string }[];
  };
  expect(manifest).toMatchObject({ name: "Inkspan", display: "standalone", start_url: "./" });
  expect(manifest.icons.map(({ sizes }) => sizes)).toEqual(
    expect.arrayContaining(["192x192", "512x512"]),
  );
  for (const { src, sizes, type } of manifest.icons.filter((icon) => icon.type === "image/png")) {
    const response = await page.request.get(new URL(src, page.url()).href);
    const bytes = await response.body();
    expect(response.ok(), `${src} (${type})`).toBe(true);
    expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`).toBe(sizes);
  }
});
