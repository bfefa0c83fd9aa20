// Adding documents, over the scripted engine: what waits for the model, what cannot be had, what is there
// already, and a reading that is given up.
import type { Page } from "@playwright/test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { documentAction, documentCard } from "../src/cli/page-driver.mjs";
import { expect, test } from "./harness-server.ts";

const REPORT = "Annual maintenance report";
const notices = (page: Page) => page.getByRole("status", { name: "Notices" });

async function pasteText(page: Page, content: string): Promise<void> {
  await page.getByRole("button", { name: "Paste text" }).click();
  const dialog = page.getByRole("dialog", { name: "Paste text" });
  await dialog.getByRole("textbox", { name: "Text", exact: true }).fill(content);
  await dialog.getByRole("button", { name: "Add text" }).click();
}

test("a text added while the model loads waits, says so, and is then read", async ({ open }) => {
  const page = await open("scene=loading");
  await pasteText(page, "A lantern is green.\n\nIts code is 73194.");
  await expect(page.getByRole("status", { name: "Being added" })).toContainText(
    "“A lantern is green.” is added as soon as the model has loaded.",
  );
  await expect(page.getByRole("list", { name: "Documents" })).toHaveCount(0);
  await page.evaluate(() => dispatchEvent(new Event("model-arrived")));
  await expect(documentCard(page, "A lantern is green.")).toHaveAttribute("data-state", "complete");
  await expect(page.getByRole("status", { name: "Being added" })).toBeEmpty();
  await expect(page.getByRole("button", { name: "Paste text" }), "focus came back").toBeFocused();
});

test("the same text twice is one document, and the app says so", async ({ open }) => {
  const page = await open("scene=empty");
  await pasteText(page, "A lantern is green.");
  const card = documentCard(page, "A lantern is green.");
  await expect(card).toHaveAttribute("data-state", "complete");
  await pasteText(page, "A lantern is green.");
  await expect(notices(page)).toContainText("“A lantern is green.” is in the library already.");
  await expect(card).toHaveCount(1);
});

test("a web page that its server keeps from other pages is refused with the way to paste it", async ({
  open,
  context,
}) => {
  await context.route("https://closed.example/**", (route) => route.abort());
  const headers = { "access-control-allow-origin": "*" };
  await context.route("https://open.example/**", (route) =>
    route.fulfill({ headers, contentType: "text/plain", body: "The lantern of the open page." }),
  );
  const page = await open("scene=library");
  const openDialog = async (address: string) => {
    await page.getByRole("button", { name: "More ways to add" }).click();
    await page.getByRole("button", { name: "Add a web page" }).click();
    await page.getByRole("textbox", { name: "Address" }).fill(address);
    await page.getByRole("button", { name: "Fetch and add" }).click();
  };
  await openDialog("closed.example/a");
  const dialog = page.getByRole("dialog", { name: "Add a web page" });
  await expect(dialog.getByRole("alert")).toContainText("closed.example does not answer");
  await dialog.getByRole("button", { name: "Paste its text instead" }).click();
  await expect(page.getByRole("dialog", { name: "Paste text" })).toBeVisible();
  await page.keyboard.press("Escape");

  await openDialog("open.example/notes.txt");
  await expect(documentCard(page, "notes")).toBeVisible();
});

test("an address of a plain text in ?document= offers it, and it is read here", async ({
  open,
  context,
}) => {
  await context.route("https://books.example/**", (route) =>
    route.fulfill({
      headers: { "access-control-allow-origin": "*" },
      contentType: "text/plain",
      body: "The lantern of the link.",
    }),
  );
  const page = await open("scene=library&document=https://books.example/lantern.txt");
  const offer = page.getByRole("dialog", { name: "Add this document?" });
  await expect(offer).toContainText("It is a text without an index");
  await offer.getByRole("button", { name: "Add document" }).click();
  await expect(documentCard(page, "lantern")).toHaveAttribute("data-state", "complete");
});

test("a reading is given up only after a word, and comes back", async ({ open }) => {
  const page = await open("scene=library");
  await documentAction(page, REPORT, "Cancel reading");
  const dialog = page.getByRole("alertdialog", { name: "Cancel reading?" });
  await dialog.getByRole("button", { name: "Keep reading" }).click();
  await expect(documentCard(page, REPORT)).toBeVisible();
  await documentAction(page, REPORT, "Cancel reading");
  await dialog.getByRole("button", { name: "Stop" }).click();
  await expect(documentCard(page, REPORT)).toHaveCount(0);
  await notices(page).getByRole("button", { name: "Undo" }).click();
  await expect(documentCard(page, REPORT)).toContainText("37%");
});

test("what a long reading takes is said before it begins, and it begins only when wanted", async ({
  open,
}) => {
  const page = await open("scene=library");
  // The speed is known from another reading.
  await page.getByRole("button", { name: `Resume ${REPORT}` }).click();
  await expect(page.locator(".document", { hasText: REPORT })).toContainText("tokens/s");
  const buffer = Buffer.from("A long word. ".repeat(200_000));
  const add = () =>
    page
      .getByLabel("Document file")
      .setInputFiles({ name: "long.txt", mimeType: "text/plain", buffer });
  const dialog = page.getByRole("dialog", { name: "Read “long”?" });
  await add();
  await expect(dialog).toContainText(/\d+ min|\d+ h/);
  await expect(dialog).toContainText(/\d [MG]B/);
  await dialog.getByRole("button", { name: "Do not add" }).click();
  await expect(documentCard(page, "long")).toHaveCount(0);
  await add();
  await dialog.getByRole("button", { name: "Begin reading" }).click();
  await expect(documentCard(page, "long")).toHaveAttribute("data-state", "ingesting");
});

test("a folder brings all its texts, what it hides left out", async ({ open }) => {
  const folder = mkdtempSync(join(tmpdir(), "inkspan-folder-"));
  mkdirSync(join(folder, "part"));
  writeFileSync(join(folder, "first.txt"), "A lantern is green.");
  writeFileSync(join(folder, "part", "second.txt"), "Its code is 73194.");
  writeFileSync(join(folder, ".hidden.txt"), "Nobody means this.");
  const page = await open("scene=empty");
  await page.getByLabel("Document folder").setInputFiles(folder);
  for (const title of ["first", "second"]) {
    await expect(documentCard(page, title)).toHaveAttribute("data-state", "complete");
  }
  await expect(page.getByRole("list", { name: "Documents" }).getByRole("listitem")).toHaveCount(2);
  rmSync(folder, { recursive: true });
});

test("what is dragged over the page covers it, and dropped text opens the paste dialog", async ({
  open,
}) => {
  const page = await open("scene=library");
  const drag = (type: "dragover" | "drop") =>
    page.evaluate((name) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.setData("text/plain", "A dropped lantern.");
      const event = new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
    }, type);
  await drag("dragover");
  const cover = page.getByText("Drop documents to add them");
  await expect(cover).toBeVisible();
  const colour = await cover.evaluate((one) => getComputedStyle(one).backgroundColor);
  expect(colour, "opaque").toMatch(/^rgb\(/);
  await drag("drop");
  await expect(cover).toBeHidden();
  const dialog = page.getByRole("dialog", { name: "Paste text" });
  await expect(dialog.getByRole("textbox", { name: "Text", exact: true })).toHaveValue(
    "A dropped lantern.",
  );
});
