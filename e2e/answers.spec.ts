// What stands behind an answer, over the scripted engine: citations, answers that the text does not support,
// several documents, and asking while a document is still being read.
import type { Page } from "@playwright/test";
import { expect, test } from "./harness-server.ts";

const BOOK = "Treasure Island, by Robert Louis Stevenson";
const turn = (page: Page) => page.getByRole("article").last();
const evidence = (page: Page) => turn(page).getByRole("list", { name: "Evidence" });
const marked = (page: Page) =>
  page.getByRole("region", { name: "Document text" }).locator("mark[data-active]").first();

async function ask(page: Page, question: string): Promise<void> {
  await page.getByRole("textbox", { name: "Question" }).fill(question);
  await page.keyboard.press("Enter");
  await expect(turn(page).locator(".answer")).toHaveAttribute("data-status", "done");
}

test("a citation shows its passage in small, and in the text when it is pressed", async ({
  open,
}) => {
  const page = await open("scene=library");
  await page.getByRole("button", { name: BOOK, exact: true }).click();
  await ask(page, "What was promised?");
  const first = turn(page).getByRole("button", { name: /^Citation 1: He had taken me aside/ });
  const second = turn(page).getByRole("button", { name: /^Citation 2: a seafaring man/ });
  await expect(first).toHaveText("[1]");
  await first.hover();
  await expect(page.getByRole("tooltip")).toContainText("He had taken me aside one day");
  await second.focus();
  await expect(page.getByRole("tooltip")).toContainText("a seafaring man with one leg");
  await expect(page.getByRole("tooltip").locator("q")).toHaveCSS("quotes", "none");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("tooltip")).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(marked(page)).toBeInViewport();
  await expect(marked(page)).toContainText("seafaring man with one leg");
  await expect(evidence(page).getByRole("button").nth(1)).toHaveAttribute("aria-pressed", "true");
  await expect(evidence(page).locator("[data-strength]")).toHaveText(["strong", "medium", "weak"]);
  // A passage may be speech: the page adds no marks to those of the text.
  await expect(evidence(page).locator("q")).toHaveCount(3);
  for (const passage of await evidence(page).locator("q").all()) {
    await expect(passage).toHaveCSS("quotes", "none");
  }
  await expect(turn(page).locator("summary")).toContainText("212 tokens read again");
  await page.reload();
  await expect(first, "citations are kept with the conversation").toBeVisible();
});

test("markup in an answer brings no attributes, pictures, links, styles or forms onto the page", async ({
  open,
}) => {
  const page = await open("scene=library");
  await page.getByRole("button", { name: BOOK, exact: true }).click();
  const title = await page.title();
  await ask(page, "Any markup?");
  const answer = turn(page).locator(".markdown");
  await expect(answer).toContainText("words");
  const found = await answer.evaluate((box) =>
    [...box.querySelectorAll("*")].flatMap(({ localName, attributes, classList }) =>
      // The marks of citations are the page's own.
      classList.contains("citation")
        ? []
        : [localName, ...Array.from(attributes, ({ name }) => name)],
    ),
  );
  expect(found.filter((name) => !/^(?:p|strong|br)$/.test(name))).toEqual([]);
  expect(await page.title()).toBe(title);
});

test("an answer that the text does not support is marked, behind the closest sentence", async ({
  open,
}) => {
  const page = await open("scene=library");
  await page.getByRole("button", { name: BOOK, exact: true }).click();
  await ask(page, "Something unsupported?");
  await expect(turn(page).locator(".answer")).toHaveAttribute("data-grounding", "unsupported");
  const note = turn(page).getByRole("note", { name: "Not supported by the text:" });
  const closest = note.locator("q");
  await expect(closest).toContainText("He had taken me aside one day");
  await expect(closest).toHaveCSS("quotes", "none");
  const [above, below] = [
    await closest.boundingBox(),
    await turn(page).locator(".markdown").boundingBox(),
  ];
  expect(above!.y).toBeLessThan(below!.y);
  await expect(turn(page).getByRole("heading", { name: "Closest passages" })).toBeVisible();
  await expect(evidence(page).locator("[data-strength]")).toHaveCount(0);
  await note.getByRole("button").click();
  await expect(marked(page)).toBeInViewport();
});

test("evidence of several documents names its document", async ({ open }) => {
  const page = await open("scene=library&copies=3");
  await page.getByRole("button", { name: "Select", exact: true }).click();
  const boxes = page.getByRole("checkbox", { name: /^Select / });
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.getByRole("button", { name: "Ask together" }).click();
  await ask(page, "What was promised?");
  const places = await evidence(page).locator(".place").allInnerTexts();
  expect(new Set(places.map((place) => place.split(", ").slice(0, -1).join(", "))).size).toBe(2);
});

test("a document is asked while it is being read, unless the index alone is to answer", async ({
  open,
}) => {
  const page = await open("scene=library");
  await page.getByRole("button", { name: "Paste text" }).click();
  const dialog = page.getByRole("dialog", { name: "Paste text" });
  await dialog.getByRole("textbox", { name: "Text", exact: true }).fill("word ".repeat(100_000));
  await dialog.getByRole("button", { name: "Add text" }).click();
  await expect(page.locator('.document[data-state="ingesting"]')).toBeVisible();
  const status = page.getByRole("status", { name: "Asking" });
  await expect(status).toContainText("passages are found by words alone");
  await ask(page, "What was promised?");

  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("combobox", { name: /^Answer/ }).selectOption("recalled");
  await page.keyboard.press("Escape");
  await expect(status).toContainText("You can ask when the document has been read.");
  await page.getByRole("textbox", { name: "Question" }).fill("And now?");
  await expect(page.getByRole("button", { name: "Ask", exact: true })).toBeDisabled();
});

test("a document that nobody has asked offers a summary and first questions, unless they are switched off", async ({
  open,
}) => {
  const page = await open("scene=overview");
  await page.getByRole("button", { name: BOOK, exact: true }).click();
  const suggestions = page.getByRole("list", { name: "You could ask" });
  const first = suggestions.getByRole("button").first();
  await expect(suggestions).toHaveAttribute("lang", "en");
  await expect(suggestions.getByRole("button")).toHaveCount(2);
  const summary = page.getByRole("region", { name: "In short" });
  await expect(summary).toContainText("Jim Hawkins finds a map");
  await expect(summary).toContainText("Written by a model");

  const settings = async () => page.getByRole("button", { name: "Settings" }).click();
  await settings();
  const choice = page.getByRole("checkbox", { name: /^Suggest first questions/ });
  await choice.uncheck();
  await page.keyboard.press("Escape");
  await expect(suggestions).toHaveCount(0);
  await expect(summary).toHaveCount(0);
  await settings();
  await choice.check();
  await page.keyboard.press("Escape");

  await first.focus();
  await page.keyboard.press("Enter");
  await expect(turn(page).locator(".question")).toHaveText("Who wrote down the whole story?");
  await expect(turn(page).locator(".answer")).toHaveAttribute("data-status", "done");
  await expect(suggestions).toHaveCount(0);
});
