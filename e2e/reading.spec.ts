import type { Locator } from "@playwright/test";
import {
  addFile,
  documentAction,
  documentCard,
  waitForDocument,
  waitForModel,
} from "../src/cli/page-driver.mjs";
import { expect, plantedBook, test, textFile } from "./fixtures.ts";

// Long enough that even the fastest device is still reading when the test acts.
const BOOK = textFile("island.txt", plantedBook(100_000));

/** Two chunks: nothing slower than 50 tokens/s commits less in its first ten seconds. */
const COMMIT_LEAST = 512;

/** Tokens read so far, from the card's progress bar. */
async function tokensRead(card: Locator): Promise<number> {
  const bar = card.getByRole("progressbar");
  if ((await bar.count()) === 0) return 0;
  return Number(await bar.getAttribute("aria-valuenow"));
}

test("a reload in the middle of reading goes on from what was stored", async ({ app }) => {
  await waitForModel(app);
  await addFile(app, BOOK);
  const card = documentCard(app, "island");
  // The engine stores what it has read every 2,048 tokens or ten seconds; on a slow machine the
  // seconds come first, so what must have survived is bounded from below by one commit.
  await expect.poll(() => tokensRead(card), { timeout: 400_000 }).toBeGreaterThan(2_100);
  await app.reload();
  // The first thing shown after the reload is what survived it.
  await expect(card).toBeVisible();
  expect(await tokensRead(card)).toBeGreaterThanOrEqual(COMMIT_LEAST);
  await waitForModel(app);
  await waitForDocument(app, "island");
});

test("reading can be paused, resumed and cancelled", async ({ app }) => {
  await waitForModel(app);
  await addFile(app, BOOK);
  const card = documentCard(app, "island");
  await expect.poll(() => tokensRead(card), { timeout: 300_000 }).toBeGreaterThan(0);
  await card.getByRole("button", { name: "Pause island" }).click();
  await expect(card).toHaveAttribute("data-state", "paused", { timeout: 60_000 });
  await expect(app.getByRole("status", { name: "Asking" })).toContainText("paused");
  const paused = await tokensRead(card);

  await card.getByRole("button", { name: "Resume island" }).click();
  await expect(card).toHaveAttribute("data-state", "ingesting", { timeout: 60_000 });
  await expect.poll(() => tokensRead(card), { timeout: 300_000 }).toBeGreaterThan(paused);

  await documentAction(app, "island", "Cancel reading");
  await app
    .getByRole("alertdialog", { name: "Cancel reading?" })
    .getByRole("button", { name: "Stop" })
    .click();
  await expect(card).toHaveCount(0, { timeout: 60_000 });
  await expect(app.getByRole("alert")).toBeEmpty();
});
