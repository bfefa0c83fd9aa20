import type { Locator } from "@playwright/test";
import {
  addFile,
  askQuestion,
  documentAction,
  documentCard,
  waitForDocument,
  waitForModel,
} from "../src/cli/page-driver.mjs";
import { expect, PLANTED, PLANTED_QUESTION, plantedBook, test, textFile } from "./fixtures.ts";

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

test("a second tab shows what waits in the first one's queue as queued", async ({
  app,
  context,
}) => {
  await waitForModel(app);
  await addFile(app, BOOK);
  await addFile(app, textFile("later.txt", plantedBook(20_000)));
  await expect(documentCard(app, "later")).toHaveAttribute("data-state", "queued");
  const second = await context.newPage();
  await second.goto(app.url());
  await expect(documentCard(second, "later")).toHaveAttribute("data-state", "queued");
  await expect(documentCard(second, "island")).toHaveAttribute("data-state", "elsewhere");
  await second.close();
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

  await app.reload();
  await waitForModel(app);
  await expect(card).toHaveAttribute("data-state", "paused");
  await app.waitForTimeout(2_000); // a reading that was not paused goes on by now
  await expect(card, "paused by its reader").toHaveAttribute("data-state", "paused");

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

test("what has been read so far answers while the rest is being read", async ({ app }) => {
  await waitForModel(app);
  await app.getByRole("button", { name: "Settings" }).click();
  await app.getByRole("combobox", { name: /^Answer/ }).selectOption("recalled");
  await app.keyboard.press("Escape");
  const [first, ...rest] = plantedBook(200_000).toString().replace(PLANTED, "").split("\n\n");
  const book = [first, PLANTED, ...rest].join("\n\n");
  await addFile(app, textFile("island.txt", Buffer.from(book)));
  const card = documentCard(app, "island");
  const status = app.getByRole("status", { name: "Asking" });
  await expect(status).toContainText("answers come from what has been read so far", {
    timeout: 300_000,
  });
  const { answer } = await askQuestion(app, PLANTED_QUESTION);
  await expect(card).toHaveAttribute("data-state", "ingesting");
  expect(answer).toContain("73194");
  const share = app.getByRole("article").locator('[data-read-by="index"]');
  const told = Number(await share.getAttribute("data-read-share"));
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThan(1);
  const read = await tokensRead(card);
  await expect.poll(() => tokensRead(card), { timeout: 300_000 }).toBeGreaterThan(read);
});
