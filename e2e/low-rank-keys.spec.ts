// ShadowKV in the page, on the processor: what it would save is said before it is chosen, a document is read
// with it, asked, and asked again after a reload without reading; what is too long for it is refused.
import type { Page } from "@playwright/test";
import {
  addFile,
  askQuestion,
  documentCard,
  openSettings,
  waitForDocument,
  waitForModel,
} from "../src/cli/page-driver.mjs";
import { expect, PLANTED_QUESTION, plantedBook, test, textFile } from "./fixtures.ts";

async function chooseShadow(page: Page): Promise<void> {
  const settings = await openSettings(page);
  await settings.getByText("Advanced", { exact: true }).click();
  const says = (engine: string) => settings.locator("p.detail", { hasText: `${engine}: ` });
  await expect(says("Low-rank keys (ShadowKV)")).toContainText("it keeps 1/2.8 of the keys");
  await expect(says("Low-rank keys, values in int8")).toContainText("not advised with this model");
  await settings.getByRole("combobox", { name: "Attention" }).selectOption("shadowkv");
  await settings.getByRole("combobox", { name: /^Answer/ }).selectOption("recalled");
  await settings.getByRole("spinbutton", { name: "Answer length" }).fill("12");
  await page.keyboard.press("Escape");
}

test("a document is read with ShadowKV, asked, and asked the same after a reload", async ({
  app: page,
  site,
}) => {
  await page.goto(`${site.address}&device=cpu`);
  await waitForModel(page);
  await chooseShadow(page);
  await addFile(page, textFile("short.txt", plantedBook(1_800)));
  await waitForDocument(page, "short");
  const first = await askQuestion(page, PLANTED_QUESTION);
  expect(first.answer).not.toBe("");
  expect(first.evidence.length).toBeGreaterThan(0);
  expect(first.statistics).toMatchObject({
    "document-tokens-recomputed": "0",
    "tokens-read-again": "0",
  });

  await page.reload();
  await waitForModel(page);
  await expect(documentCard(page, "short")).toHaveAttribute("data-state", "complete");
  await page.getByRole("button", { name: "New conversation" }).click();
  const again = await askQuestion(page, PLANTED_QUESTION);
  expect(again.answer).toBe(first.answer);
  expect(again.evidence).toEqual(first.evidence);
  expect(again.statistics).toMatchObject({
    "document-tokens-recomputed": "0",
    "tokens-read-again": "0",
  });

  await addFile(page, textFile("long.txt", plantedBook(8_000)));
  const long = documentCard(page, "long");
  await long.getByText("This attention engine cannot do that").click();
  await expect(long.getByText(/Choose the attention “Spans \(Ltri-LLM\)”/)).toBeVisible();
});
