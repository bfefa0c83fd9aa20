// The model that comes with the app: it answers in sentences, also without network after the first visit; what
// arrives damaged is refused and fetched again; where it is not, or too slow, the small one says so.
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { DIST } from "../src/cli/build.mjs";
import { addFile, askQuestion, waitForDocument, waitForModel } from "../src/cli/page-driver.mjs";
import { serveFolder } from "../src/cli/static-server.mjs";
import { expect, test, textFile } from "./fixtures.ts";

const BASE = "/books/inkspan/";
const LARGER = "smollm2-135m-instruct";
const model = (page: Page) => page.getByRole("status", { name: "Model" });
const TEXT = `The lighthouse of Velmora stands on a rock. It was built in 1871 by Ada Brandt, a mason from the north.

The password of the boathouse at Velmora is tangerine.

Every evening the keeper rows across the bay and lights the lamp. He takes bread and coffee with him.`;

/** The build as on a host that did not take the large files. */
function buildWithoutLarger(): string {
  const folder = mkdtempSync(join(tmpdir(), "inkspan-default-"));
  cpSync(DIST, folder, {
    recursive: true,
    filter: (file) => !file.includes(LARGER),
  });
  return folder;
}

test("it answers a planted and a natural question, and does so without its server after the first visit", async ({
  page,
}) => {
  expect(existsSync(join(DIST, `models/${LARGER}.json`)), "npm run build fetched it").toBe(true);
  const server = await serveFolder(DIST, BASE);
  await page.goto(`${server.address}?model=${LARGER}`);
  await expect(page.getByRole("progressbar", { name: "Model loading" })).toBeVisible();
  await waitForModel(page);
  await expect(model(page)).toContainText("SmolLM2 135M Instruct");
  await addFile(page, textFile("velmora.txt", Buffer.from(TEXT)));
  await waitForDocument(page, "velmora");
  const planted = await askQuestion(page, "What is the password of the boathouse at Velmora?");
  expect(planted.answer).toMatch(/tangerine/i);
  const natural = await askQuestion(page, "Who built the lighthouse?");
  expect(natural.answer).toMatch(/Ada Brandt/);
  await page.waitForFunction(
    async () => (await navigator.serviceWorker.ready).active?.state === "activated",
  );
  await server.close();

  await page.goto(`${server.address}?model=${LARGER}`);
  await waitForModel(page);
  await expect(model(page)).toContainText("SmolLM2 135M Instruct");
  await waitForDocument(page, "velmora");
  const again = await askQuestion(page, "What is the password of the boathouse at Velmora?");
  expect(again.answer).toMatch(/tangerine/i);
});

test("the adapter that comes with it can be switched off and on", async ({ page }) => {
  const server = await serveFolder(DIST, BASE);
  const panel = page.getByRole("region", { name: "Model" });
  const field = panel.getByRole("checkbox", { name: "Answer with the reader adapter" });
  const isAtWork = panel.getByRole("term").filter({ hasText: /^Adapter$/ });
  try {
    await page.goto(`${server.address}?model=${LARGER}`);
    await waitForModel(page);
    await page.getByRole("button", { name: "Settings" }).click();
    await expect(field).toBeChecked();
    await expect(isAtWork).toBeVisible();
    await field.uncheck();
    await expect(isAtWork).toBeHidden();
    await page.keyboard.press("Escape");
    await waitForModel(page);
    await page.reload();
    await waitForModel(page);
    await page.getByRole("button", { name: "Settings" }).click();
    await expect(field).not.toBeChecked();
    await expect(isAtWork).toBeHidden();
    await field.check();
    await expect(isAtWork).toBeVisible({ timeout: 60_000 });
  } finally {
    await server.close();
  }
});

test("what arrives damaged is refused and fetched again", async ({ page }) => {
  const server = await serveFolder(DIST, BASE);
  let sent = 0;
  await page.context().route(/smollm2.*\.2\.bin/, async (route) => {
    if (sent++ > 0) return route.continue();
    const response = await route.fetch();
    const body = await response.body();
    body[1_000_000]! ^= 1;
    await route.fulfill({ response, body });
  });
  try {
    await page.goto(`${server.address}?model=${LARGER}`);
    await waitForModel(page);
    expect(sent, "the damaged part was fetched again").toBeGreaterThan(1);
    await expect(model(page)).toContainText("SmolLM2 135M Instruct");
  } finally {
    await server.close();
  }
});

test("by itself the page opens the model that suits, and says what the small one cannot do", async ({
  page,
}) => {
  const server = await serveFolder(DIST, BASE);
  try {
    await page.goto(server.address);
    await waitForModel(page);
    const standIn = page.locator("[data-stand-in]");
    if (await standIn.isVisible()) {
      // A machine that reads too slowly at present.
      await expect(standIn).toContainText("It finds facts, it does not converse.");
      await expect(standIn).toHaveAttribute("data-stand-in", "slow");
      await expect(standIn).toContainText(/about \d+ tokens a second here/);
      await page.getByRole("button", { name: "Open SmolLM2" }).click();
      await expect(standIn).toBeHidden({ timeout: 120_000 });
      await waitForModel(page);
    }
    await expect(model(page)).toContainText("SmolLM2 135M Instruct");
  } finally {
    await server.close();
  }
});

test("a site without it opens the small one with a sentence", async ({ page }) => {
  const folder = buildWithoutLarger();
  const server = await serveFolder(folder, BASE);
  try {
    await page.goto(server.address);
    await waitForModel(page);
    await expect(model(page)).toContainText("nano");
    await expect(page.locator('[data-stand-in="missing"]')).toContainText(
      "It finds facts, it does not converse. SmolLM2, which answers in sentences, does not lie on this site.",
    );
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a site that lost a part of it opens the small one, and offers to try again", async ({
  page,
}) => {
  const server = await serveFolder(DIST, BASE);
  await page.context().route(/smollm2.*\.2\.bin/, (route) => route.fulfill({ status: 404 }));
  try {
    await page.goto(server.address);
    await waitForModel(page);
    await expect(model(page)).toContainText("nano");
    // A machine that reads too slowly at present does not even ask for it.
    const standIn = page.locator('[data-stand-in="unfetched"], [data-stand-in="slow"]');
    await expect(standIn).toContainText("SmolLM2, which answers in sentences,");
    await expect(page.getByRole("button", { name: "Open SmolLM2" })).toBeVisible();
  } finally {
    await server.close();
  }
});
