// Settings and limits, over the scripted engine: what the browser is asked for, what is out of range.
import type { Page } from "@playwright/test";
import { openSettings } from "../src/cli/page-driver.mjs";
import { expect, test } from "./harness-server.ts";

/** What the browser was asked for. */
interface Asked {
  locks: number;
  released: number;
  notices: string[];
}

const asked = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { asked: Asked }).asked);

test("the screen stays on while a document is read, and a word comes when it is, where wanted", async ({
  open,
  context,
}) => {
  await context.addInitScript(() => {
    const told: Asked = { locks: 0, released: 0, notices: [] };
    class Notice {
      static readonly permission = "granted";
      static requestPermission = () => Promise.resolve("granted");
      constructor(title: string) {
        told.notices.push(title);
      }
    }
    const release = () => {
      told.released++;
      return Promise.resolve();
    };
    const request = () => Promise.resolve({ release, sentinel: ++told.locks });
    Object.assign(globalThis, { asked: told, Notification: Notice });
    Object.defineProperty(navigator, "wakeLock", { value: { request } });
  });
  const page = await open("scene=library");
  const settings = await openSettings(page);
  await expect(settings.getByLabel("Keep the screen on while a document is read")).toBeChecked();
  await settings.getByLabel("Tell me when a document has been read").check();
  await page.keyboard.press("Escape");
  expect(await asked(page)).toEqual({ locks: 0, released: 0, notices: [] });

  await page.getByRole("button", { name: "Resume Annual maintenance report" }).click();
  await expect.poll(async () => (await asked(page)).locks).toBe(1);
  await page.evaluate(() =>
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true }),
  );
  await expect
    .poll(async () => (await asked(page)).notices, { timeout: 60_000 })
    .toEqual(["“Annual maintenance report” has been read. You can ask about it now."]);
  expect((await asked(page)).released).toBe(1);
});

test("numbers out of range and the end of a question's length say so, and are not taken", async ({
  open,
}) => {
  const page = await open("scene=library");
  const settings = await openSettings(page);
  const length = settings.getByRole("spinbutton", { name: "Answer length" });
  const before = await length.inputValue();
  await length.fill("0");
  await expect(settings).toContainText(/A whole number from 1 to/);
  await expect(length).toHaveAttribute("aria-invalid", "true");
  await length.blur();
  await expect(length).toHaveValue(before);
  await page.keyboard.press("Escape");

  const question = page.getByRole("textbox", { name: "Question" });
  await question.fill("a".repeat(3_400));
  const status = page.getByRole("status", { name: "Asking" });
  await expect(status).not.toContainText("characters left");
  await question.fill("a".repeat(3_600));
  await expect(status).toContainText("400 characters left");
});

test("storage that the browser does not protect is said, and a refusal, too", async ({ open }) => {
  const page = await open("scene=library");
  await page.getByRole("button", { name: "Protect it" }).first().click();
  await expect(page.getByRole("status", { name: "Notices" })).toContainText("The browser refused.");
});

test("the list of models stays open when the window changes its size", async ({ open }) => {
  const page = await open("scene=library");
  await page.getByRole("button", { name: "Choose a model" }).click();
  const picker = page.getByRole("dialog", { name: "Choose a model" });
  await expect(picker.locator('[data-model="nano"]')).toContainText("In use");
  await page.setViewportSize({ width: 360, height: 740 });
  await expect(picker).toBeVisible();
  await page.setViewportSize({ width: 1366, height: 657 });
  await expect(picker).toBeVisible();
});
