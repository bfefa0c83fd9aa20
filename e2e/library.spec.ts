import type { Page } from "@playwright/test";
import {
  addFile,
  documentAction,
  documentCard,
  openSettings,
  waitForDocument,
  waitForModel,
} from "../src/cli/page-driver.mjs";
import { expect, plantedBook, test, textFile } from "./fixtures.ts";

/** A row of the byte ledger, exact. */
async function ledgerBytes(page: Page, row: string): Promise<number> {
  const settings = await openSettings(page);
  const table = settings.getByRole("table", { name: "Byte ledger" });
  const bytes = await table.locator(`[data-ledger=${row}] td`).innerText();
  await settings.getByRole("button", { name: "Close" }).click();
  return Number(bytes.replace(/[^\d]/g, ""));
}

test("deleting a document frees its bytes; renaming keeps them", async ({ app }) => {
  await waitForModel(app);
  const empty = await ledgerBytes(app, "disk");
  await addFile(app, textFile("short.txt", plantedBook(2_500)));
  await waitForDocument(app, "short");
  await expect.poll(() => ledgerBytes(app, "disk")).toBeGreaterThan(empty);

  await documentAction(app, "short", "Rename");
  await app.getByRole("textbox", { name: "New title" }).fill("A short book");
  await app.getByRole("button", { name: "Save" }).click();
  const card = documentCard(app, "A short book");
  await expect(card).toBeVisible();

  await documentAction(app, "A short book", "Delete");
  const dialog = app.getByRole("alertdialog", { name: "Delete document?" });
  await dialog.getByRole("button", { name: "Keep document" }).click();
  await expect(card).toBeVisible();
  await documentAction(app, "A short book", "Delete");
  await dialog.getByRole("button", { name: "Delete document" }).click();
  await expect(card).toHaveCount(0);
  await app.getByRole("button", { name: "Undo" }).click();
  await expect(card).toBeVisible();
  await documentAction(app, "A short book", "Delete");
  await dialog.getByRole("button", { name: "Delete document" }).click();
  await app.getByRole("button", { name: /^Dismiss/ }).click(); // final at once
  await expect.poll(() => ledgerBytes(app, "disk")).toBe(empty);

  await app.reload();
  await waitForModel(app);
  await expect(app.getByRole("list", { name: "Documents" })).toHaveCount(0);
});

test("pasted text becomes a document and can never become markup", async ({ app }) => {
  await waitForModel(app);
  await app.getByRole("button", { name: "Paste text" }).click();
  const dialog = app.getByRole("dialog", { name: "Paste text" });
  await dialog.getByRole("textbox", { name: "Title" }).fill("Notes");
  const text = "First line.\n\n<img src=x onerror=\"document.title='owned'\"> <b>bold</b>";
  await dialog.getByRole("textbox", { name: "Text", exact: true }).fill(text);
  await dialog.getByRole("button", { name: "Add text" }).click();
  await waitForDocument(app, "Notes");
  const shown = app.getByRole("region", { name: "Document text" });
  await expect(shown).toContainText("<b>bold</b>");
  await expect(shown.locator("img, b")).toHaveCount(0);
  await expect(app).toHaveTitle("Inkspan");
});

test("a file that is not text is refused with a way on", async ({ app }) => {
  const file = { name: "photo.png", mimeType: "image/png", buffer: Buffer.from([137, 80, 78, 71]) };
  await addFile(app, file);
  const alert = app.getByRole("alert");
  await expect(alert).toContainText("This format is not supported");
  await alert.getByRole("button", { name: /^Dismiss/ }).click();
  await expect(alert).not.toContainText("photo.png");
});
