// What is the app's own, over the scripted engine: nothing is lost, long texts can be walked,
// conversations, the library.
import type { Page } from "@playwright/test";
import { documentCard } from "../src/cli/page-driver.mjs";
import { answers, ask, BOOK, menu, openBook, question, text, turns } from "./harness-page.ts";
import { expect, test } from "./harness-server.ts";

test("two tabs that ask at once keep both questions", async ({ open }) => {
  const [first, second] = [await open("scene=library"), await open("scene=library")];
  for (const page of [first, second]) await openBook(page);
  await Promise.all([ask(first, "Who came first?"), ask(second, "Who came second?")]);
  for (const page of [first, second]) {
    await expect(turns(page)).toHaveCount(2);
    await expect(page.locator('.answer[data-status="done"]')).toHaveCount(2);
  }
  await first.reload();
  await expect(turns(first)).toHaveCount(2);
});

test("a reload keeps the draft, the place, and a question in the middle of its answer", async ({
  open,
}) => {
  const page = await open("scene=library&wordMs=300");
  await openBook(page);
  await page.getByRole("combobox", { name: "Page or chapter" }).selectOption({ index: 12 });
  const place = page.getByRole("combobox", { name: "Page or chapter" });
  await expect.poll(() => place.evaluate((one: HTMLSelectElement) => one.selectedIndex)).toBe(12);
  await ask(page, "Who is the captain?");
  await expect(answers(page)).toHaveAttribute("data-status", "streaming");
  await question(page).fill("Half a thought");
  await page.reload();
  await expect(answers(page)).toHaveAttribute("data-status", "interrupted");
  await expect(question(page)).toHaveValue("Half a thought");
  await expect.poll(() => place.evaluate((one: HTMLSelectElement) => one.selectedIndex)).toBe(12);
  await turns(page).getByRole("button", { name: "Ask again" }).first().click();
  await expect(answers(page)).toHaveAttribute("data-status", "done", { timeout: 20_000 });
  await expect(turns(page)).toHaveCount(1);
});

test("each document keeps its place and its draft while others are looked at", async ({ open }) => {
  const page = await open("scene=library");
  const place = page.getByRole("combobox", { name: "Page or chapter" });
  const chapter = () => place.evaluate((one: HTMLSelectElement) => one.selectedIndex);
  await openBook(page);
  await place.selectOption({ index: 12 });
  await expect.poll(chapter).toBe(12);
  await question(page).fill("Half a thought");
  await page.getByRole("button", { name: "Kidnapped, by Robert Louis Stevenson" }).first().click();
  await expect(question(page)).toHaveValue("");
  await expect.poll(chapter).toBeLessThan(2);
  await openBook(page);
  await expect(question(page)).toHaveValue("Half a thought");
  await expect.poll(chapter).toBe(12);
});

test("what is deleted can be taken back; what is pasted is kept", async ({ open }) => {
  const page = await open("scene=library");
  await openBook(page);
  await ask(page, "Who is the captain?");
  await expect(answers(page)).toHaveAttribute("data-status", "done");
  await page.getByRole("button", { name: "Delete question" }).click();
  await expect(turns(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(turns(page)).toHaveCount(1);
  await menu(page, "Actions for this conversation");
  await page.getByRole("button", { name: "Clear questions" }).click();
  await expect(turns(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(turns(page)).toHaveCount(1);

  await menu(page, `Actions for ${BOOK}`);
  await page.getByRole("button", { name: `Delete ${BOOK}`, exact: true }).click();
  await page.getByRole("button", { name: "Delete document" }).click();
  await expect(documentCard(page, BOOK)).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(documentCard(page, BOOK)).toBeVisible();

  await page.getByRole("button", { name: "Paste text" }).click();
  const dialog = page.getByRole("dialog", { name: "Paste text" });
  await dialog.getByRole("textbox", { name: "Text", exact: true }).fill("A long night's work.");
  await expect(dialog).toContainText("about 6 tokens");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Paste text" }).click();
  await expect(dialog.getByRole("textbox", { name: "Text", exact: true })).toHaveValue(
    "A long night's work.",
  );
});

test("a book of 3 MB is searched, with counts, steps, case and whole words", async ({ open }) => {
  const page = await open("scene=library&copies=9");
  await openBook(page);
  await expect(text(page)).toContainText("Trelawney");
  await text(page).focus();
  await page.keyboard.press("Control+f");
  const field = page.getByRole("searchbox", { name: "Search for" });
  await expect(field).toBeFocused();
  await page.keyboard.type("pieces of eight");
  const count = page.locator(".find-count");
  await expect(count).toHaveText(/^1 of \d+$/);
  const current = text(page).locator("mark[data-current]");
  await expect(current).toHaveText(/pieces\s+of\s+eight/i);
  await page.keyboard.press("Enter");
  await expect(count).toHaveText(/^2 of \d+$/);
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.press("Shift+Enter");
  await expect(count).toHaveText(/^(\d+) of \1$/);
  await expect(current).toBeInViewport();
  await expect(page.locator(".scroll-marks")).toBeVisible();
  await field.fill("SEA");
  const all = Number(/of ([\d,]+)/.exec((await count.textContent()) ?? "")?.[1]?.replace(",", ""));
  await page.getByRole("button", { name: "Match case" }).click();
  await expect(count).not.toHaveText(new RegExp(`of ${all.toLocaleString("en")}$`));
  await page.getByRole("button", { name: "Match case" }).click();
  await page.getByRole("button", { name: "Whole words" }).click();
  await expect(count).toHaveText(/of [\d,]+$/);
  await field.fill("no such words anywhere");
  await expect(count).toHaveText("Not found");
  await page.keyboard.press("Escape");
  await expect(field).toHaveCount(0);
  expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");
});

test("the outline of a plain text goes to a chapter; size and width are remembered", async ({
  open,
}) => {
  const page = await open("scene=library");
  await openBook(page);
  await page.getByRole("button", { name: "Outline" }).click();
  const outline = page.getByRole("navigation", { name: "Outline" });
  await outline.getByRole("textbox", { name: "Go to" }).fill("black spot");
  await page.keyboard.press("Enter");
  await expect(outline.locator("[aria-current]")).toContainText("Black Spot");
  await outline.getByRole("textbox", { name: "Go to" }).fill("no such place");
  await page.keyboard.press("Enter");
  await expect(outline).toContainText("There is no such place.");
  await menu(page, "Appearance of the text");
  await page.getByRole("button", { name: "Larger text" }).click();
  await page.getByRole("combobox", { name: "Width" }).selectOption("Narrow");
  const size = () => page.locator(".text-body").evaluate((one) => getComputedStyle(one).fontSize);
  await expect.poll(size).toBe("18px");
  await page.reload();
  await expect.poll(size).toBe("18px");
});

test("Markdown is drawn with its marks in the right place, and a paste anywhere adds it", async ({
  open,
}) => {
  const page = await open("scene=empty");
  const source =
    "# Report\n\nThe **green** lantern is `on`.\n\n## Table\n\n| a | b |\n| --- | --- |\n| one | two |\n\n- first\n- second\n\n<img src=x onerror=alert(1)>\n\nשלום עולם";
  await page.evaluate((content) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", content);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  }, source);
  await page.getByRole("button", { name: "Add text" }).click();
  await expect(text(page).getByRole("heading", { name: "Report" })).toBeVisible();
  await expect(text(page).locator("td").first()).toHaveText("one");
  await expect(text(page).locator("img")).toHaveCount(0);
  await expect(text(page)).toContainText("<img src=x");
  await page.keyboard.press("Control+f");
  await page.keyboard.type("green");
  await expect(text(page).locator("strong mark")).toHaveText("green");
  await page.getByRole("searchbox", { name: "Search for" }).fill("first");
  await expect(text(page).locator("li mark")).toHaveText("first");
  const direction = (words: string) =>
    text(page)
      .getByText(words, { exact: true })
      .evaluate((one) => getComputedStyle(one).direction);
  expect([await direction("שלום עולם"), await direction("Report")]).toEqual(["rtl", "ltr"]);
});

/** What a copy of the selection puts onto the clipboard. */
function copied(page: Page): Promise<string> {
  return page.evaluate(() => {
    const clipboardData = new DataTransfer();
    const target = document.activeElement ?? document.body;
    target.dispatchEvent(
      new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true }),
    );
    return clipboardData.getData("text/plain");
  });
}

test("a copy is of the stored text, also of rows that are not drawn", async ({ open }) => {
  const page = await open("scene=library");
  await openBook(page);
  const book = await page.evaluate(async () => (await fetch("/sample/treasure-island.txt")).text());
  await text(page).focus();
  await expect
    .poll(async () => {
      await page.keyboard.press("Control+a");
      return await copied(page);
    })
    .toBe(book);

  // From the middle of a paragraph to one that is far below, as a drag or Shift does it.
  const first = await page.evaluate(() => {
    const rows = [...document.querySelectorAll(".text-body p:not(.page-break)")];
    const node = rows.find((one) => (one.textContent ?? "").length > 200)?.firstChild;
    getSelection()?.setBaseAndExtent(node!, 10, node!, 20);
    return node?.textContent ?? "";
  });
  await expect.poll(() => copied(page)).toBe(first.slice(10, 20));
  await text(page).evaluate((one) => one.scrollBy(0, 60_000));
  await expect(text(page).getByText(first.slice(0, 100))).toHaveCount(0);
  const last = await page.evaluate(() => {
    const rows = [...document.querySelectorAll(".text-body p:not(.page-break)")];
    const node = rows.find((one) => (one.textContent ?? "").length > 200)?.firstChild;
    getSelection()?.extend(node!, 15);
    return node?.textContent ?? "";
  });
  const whole = book.slice(book.indexOf(first) + 10, book.indexOf(last) + 15);
  expect(whole.length).toBeGreaterThan(20_000);
  await expect.poll(() => copied(page)).toBe(whole);

  await question(page).fill("Who?");
  await page.evaluate(() => getSelection()?.removeAllRanges());
  await expect.poll(() => copied(page), "what is not the text's is left alone").toBe("");
});

test("several conversations, an edited question, history, and a file to keep", async ({ open }) => {
  const page = await open("scene=library");
  await openBook(page);
  await ask(page, "Who is the captain?");
  await expect(answers(page)).toHaveAttribute("data-status", "done");
  await page.getByRole("button", { name: "New conversation" }).click();
  await expect(turns(page)).toHaveCount(0);
  await ask(page, "What did he drnik?");
  await expect(answers(page)).toHaveAttribute("data-status", "done");
  await page.getByRole("button", { name: "Edit question" }).click();
  await page.getByRole("textbox", { name: "Edited question" }).fill("What did he drink?");
  await page.keyboard.press("Enter");
  await expect(turns(page)).toHaveCount(1);
  await expect(answers(page)).toHaveAttribute("data-status", "done");
  await expect(page.getByRole("combobox", { name: "Conversation" })).toContainText("drink");

  await menu(page, "Actions for this conversation");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export as Markdown" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("What did he drink.md");
  const stream = await file.createReadStream();
  const content = (await stream.toArray()).join("");
  expect(content).toContain("## What did he drink?");
  expect(content).toContain("> He had taken me aside one day");
  expect(content).toContain(`> — ${BOOK}`);

  await menu(page, "Actions for this conversation");
  await page.getByRole("button", { name: "Search in all questions" }).click();
  await page.getByRole("searchbox", { name: "Search for" }).fill("captain");
  await page.getByRole("button", { name: /Who is the captain/ }).click();
  await expect(turns(page)).toHaveAccessibleName("Question: Who is the captain?");
});

test("the library is searched, sorted and grouped, and a group is asked together", async ({
  open,
}) => {
  const page = await open("scene=library");
  const cards = page.getByRole("list", { name: "Documents" }).getByRole("listitem");
  await expect(cards).toHaveCount(4);
  await page.getByRole("combobox", { name: "Sort by" }).selectOption("Title");
  await expect(cards.first()).toContainText("Annual");
  const search = page.getByRole("searchbox", { name: "Search the library" });
  await search.fill("stevenson");
  await expect(cards).toHaveCount(2);
  await search.fill("pieces of eight");
  await page.keyboard.press("Enter");
  const hits = page.getByRole("region", { name: /^Found in the texts/ });
  await expect(hits.getByRole("heading")).toHaveCount(4);
  await hits.getByRole("button").first().click();
  await expect(text(page).locator("mark[data-current]")).toHaveText(/pieces\s+of\s+eight/i);
  await page.getByRole("button", { name: "Clear the search" }).click();

  await page.getByRole("button", { name: "Select", exact: true }).click();
  for (const title of [BOOK, "Kidnapped, by Robert Louis Stevenson"]) {
    await page.getByRole("checkbox", { name: `Select ${title}` }).check();
  }
  await menu(page, "Add to a collection");
  await page.getByRole("button", { name: "New collection" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Stevenson");
  await page.keyboard.press("Enter");
  await expect(cards).toHaveCount(2);
  await question(page).fill("Who sails?");
  await page.getByRole("button", { name: "Ask 2 documents" }).click();
  await expect(answers(page)).toHaveAttribute("data-status", "done");
  await page.getByRole("combobox", { name: "Collection" }).selectOption("All documents");
  await expect(turns(page)).toHaveCount(0);
});

test("waiting shows progress, rate and time left where one looks", async ({ open }) => {
  const page = await open("scene=library&copies=3");
  await page.getByRole("button", { name: "Paste text" }).click();
  const dialog = page.getByRole("dialog", { name: "Paste text" });
  await dialog.getByRole("textbox", { name: "Text", exact: true }).fill("word ".repeat(100_000));
  await dialog.getByRole("button", { name: "Add text" }).click();
  const card = page.locator('.document[data-state="ingesting"]');
  for (const place of [card, page.locator(".reader-title")]) {
    await expect(place).toContainText(/\d+%/);
    await expect(place).toContainText("412 tokens/s");
    await expect(place).toContainText("left");
  }
  await expect(page.getByRole("status", { name: "Asking" })).toContainText(/\d+% read, .* left/);
  await expect(page).toHaveTitle(/^\d+% · /);
  const cards = page.getByRole("list", { name: "Documents" }).getByRole("listitem");
  await expect(cards.first()).toHaveAttribute("data-state", "ingesting");
});
