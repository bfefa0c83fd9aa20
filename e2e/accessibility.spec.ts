// axe on every view of the app, in both palettes and both widths: no serious violation.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { join } from "node:path";
import { ROOT } from "../src/cli/build.mjs";
import {
  addFile,
  askQuestion,
  documentAction,
  waitForDocument,
  waitForModel,
} from "../src/cli/page-driver.mjs";
import { buildPdf, textPage } from "../src/documents/testing/build-pdf.ts";
import { expect, PLANTED, PLANTED_QUESTION, test } from "./fixtures.ts";

async function check(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const told = grave.map(({ id, help, nodes }) => ({
    id,
    help,
    nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })),
  }));
  expect.soft(told, what).toEqual([]);
}

const picture = (name: string) => join(ROOT, "test-results", "accessibility", `${name}.png`);

async function inEveryLook(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 1280, height: 800 });
    await look(`desktop-${colorScheme}`);
    await page.setViewportSize({ width: 390, height: 844 });
    for (const view of ["Library", "Text", "Questions"]) {
      await page
        .getByRole("navigation", { name: "Views" })
        .getByRole("button", { name: view })
        .click();
      await look(`phone-${colorScheme}-${view.toLowerCase()}`);
      const overflow = await page.evaluate(() => document.body.scrollWidth - window.innerWidth);
      expect(overflow, `${view} fits the phone's width`).toBeLessThanOrEqual(0);
    }
  }
}

test("first visit, dialogs, model picker and problems", async ({ app }) => {
  await app.goto(new URL("?model=none", app.url()).href);
  await expect(app.getByRole("alert").locator("[data-code]")).toBeVisible();
  await inEveryLook(app, (name) => check(app, `first visit, ${name}`));
  await app.setViewportSize({ width: 1280, height: 800 });
  for (const colorScheme of ["light", "dark"] as const) {
    await app.emulateMedia({ colorScheme });
    await app.getByRole("button", { name: "Paste text" }).click();
    await check(app, `paste dialog, ${colorScheme}`);
    await app.keyboard.press("Escape");
    await app.getByRole("button", { name: "Choose a model" }).click();
    await expect(app.locator('[data-model="nano"]')).toBeVisible();
    await check(app, `model picker, ${colorScheme}`);
    await app.screenshot({ path: picture(`picker-${colorScheme}`) });
    await app.getByRole("button", { name: "Close" }).click();
  }
});

test("a document with pages, a conversation with evidence, the question before deleting", async ({
  app,
}) => {
  await waitForModel(app);
  // Longer than the attention sinks, which are never evidence.
  const sentences = Array.from(
    { length: 12 },
    (_, i) => `Line ${i + 1} of the log says nothing of note.`,
  );
  const filler = textPage(sentences);
  const buffer = Buffer.from(buildPdf([filler, textPage([PLANTED]), filler]));
  await addFile(app, { name: "notes.pdf", mimeType: "application/pdf", buffer });
  await waitForDocument(app, "notes");
  await askQuestion(app, PLANTED_QUESTION);
  await app.getByRole("list", { name: "Evidence" }).getByRole("button").first().click();
  await inEveryLook(app, async (name) => {
    await check(app, name);
    await app.screenshot({ path: picture(name) });
  });
  await app.setViewportSize({ width: 1280, height: 800 });
  await documentAction(app, "notes", "Delete");
  await check(app, "question before deleting");
});
