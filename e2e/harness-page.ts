// Parts of the scripted app by their accessible names, for the specs that walk through it.
import type { Page } from "@playwright/test";
import { expect } from "./harness-server.ts";

export const BOOK = "Treasure Island, by Robert Louis Stevenson";
export const question = (page: Page) => page.getByRole("textbox", { name: "Question" });
export const text = (page: Page) => page.getByRole("region", { name: "Document text" });
export const turns = (page: Page) => page.getByRole("article");
export const answers = (page: Page) => page.locator(".answer");
export const menu = (page: Page, label: string) =>
  page.getByRole("button", { name: label }).click();

export async function openBook(page: Page): Promise<void> {
  await page.getByRole("button", { name: BOOK, exact: true }).click();
  await expect(text(page)).toBeVisible();
}

export async function ask(page: Page, words: string): Promise<void> {
  await question(page).fill(words);
  await page.keyboard.press("Enter");
}
