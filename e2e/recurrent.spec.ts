// Recurrent models in the page. The nano that comes with it: a document's state is stored, answers after a reload
// without reading, and beyond its window passages do; what the family cannot do is said. And a folder of this
// computer with random weights: what they write changes with the smallest error of what was stored.
import type { Page } from "@playwright/test";
import { join } from "node:path";
import { ROOT } from "../src/cli/build.mjs";
import {
  addFile,
  askQuestion,
  documentCard,
  openSettings,
  waitForDocument,
} from "../src/cli/page-driver.mjs";
import {
  expect,
  PLANTED_QUESTION,
  plantedBook,
  type Site,
  test as base,
  textFile,
} from "./fixtures.ts";

const MODEL = join(ROOT, "src/engine/model/fixtures/rodimus/models/plus-tied-bf16");
const FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"];
const ANSWERS = { timeout: 180_000 }; // shaders are compiled for a software adapter
const FROM_STATE = {
  "document-tokens-recomputed": "0",
  "tokens-read-again": "0",
  "spans-recalled": "0",
};

/** Files of this computer are not kept: they are opened again after a reload. */
async function openFolder(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Choose a model" }).click();
  await page.getByLabel("Model files").setInputFiles(FILES.map((name) => join(MODEL, name)));
  await expect(page.locator(".model", { hasText: "In use" })).toContainText("BF16", ANSWERS);
  await page.getByRole("button", { name: "Close", exact: true }).click();
}

async function answerFrom(page: Page, mode: "auto" | "recalled"): Promise<void> {
  const settings = await openSettings(page);
  await settings.getByRole("combobox", { name: /^Answer/ }).selectOption(mode);
  await expect(settings.getByRole("slider", { name: /^Temperature/ })).toHaveValue("0");
  await settings.getByRole("spinbutton", { name: "Answer length" }).fill("12");
  await page.keyboard.press("Escape");
}

const test = base.extend<{ empty: Page; recurrent: Page }>({
  /** A page without a model. */
  empty: async ({ page, site }, use) => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(pageOf(site, "?model=none"));
    await use(page);
    expect(errors, "uncaught errors").toEqual([]);
  },
  /** With the nano of the family, which nobody fetches who does not choose it. */
  recurrent: async ({ empty: page, site }, use) => {
    const fetched: string[] = [];
    page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
    const ofNano = () => fetched.filter((path) => path.includes("/nano-rodimus/"));
    await page.getByRole("button", { name: "Choose a model" }).click();
    const card = page.locator('[data-model="nano-rodimus"]');
    await expect(card).toContainText("Beyond its last 513 tokens it seldom finds facts again");
    expect(ofNano()).toEqual([]);
    await card.getByRole("button", { name: "Load Inkspan nano Rodimus+" }).click();
    await expect(card).toContainText("In use", ANSWERS);
    expect(ofNano()).toHaveLength(4);
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await page.goto(pageOf(site, "")); // the choice is remembered
    await expect(page.locator(".engine-line")).toContainText(
      "Beyond its window of 513 tokens it seldom finds facts again",
      ANSWERS,
    );
    await use(page);
  },
});

function pageOf({ address }: Site, query: string): string {
  const { origin, pathname } = new URL(address);
  return origin + pathname + query;
}

/** The model said it: under a wrong answer the page quotes the sentence that tells better. */
async function expectRight(page: Page, answer: string): Promise<void> {
  await expect(page.locator(".answer").last()).toHaveAttribute("data-grounding", "supported");
  expect(answer).toMatch(/^73194\b/);
}

test("a fact within the window is answered from the stored state, after a reload as well", async ({
  recurrent: page,
}) => {
  await addFile(page, textFile("note.txt", plantedBook(1_000)));
  await waitForDocument(page, "note");
  await answerFrom(page, "auto");
  for (const visit of ["first", "second"]) {
    const { answer, statistics } = await askQuestion(page, PLANTED_QUESTION);
    await expectRight(page, answer);
    expect(Number(statistics["document-tokens"])).toBeGreaterThan(200);
    expect(statistics).toMatchObject(FROM_STATE);
    if (visit === "second") break;
    await page.reload();
    await expect(documentCard(page, "note")).toHaveAttribute("data-state", "complete");
    await page.getByRole("button", { name: "New conversation" }).click();
  }
});

test("a fact beyond the window is answered from passages that its words found", async ({
  recurrent: page,
}) => {
  await addFile(page, textFile("long.txt", plantedBook(6_000)));
  await waitForDocument(page, "long");
  await answerFrom(page, "auto");
  const { answer, evidence, statistics } = await askQuestion(page, PLANTED_QUESTION);
  await expectRight(page, answer);
  expect(evidence.join(" ")).toContain("73194");
  expect(statistics["document-tokens-recomputed"]).toBe("0");
  expect(Number(statistics["tokens-read-again"])).toBeGreaterThan(20);
  await expect(page.getByRole("article").locator("summary")).toContainText("tokens read again");
});

test("a folder with random weights: after a reload it answers the same and reads nothing", async ({
  empty: page,
}) => {
  await openFolder(page);
  await expect(page.locator(".engine-line")).toContainText(
    "Beyond its window of 17 tokens it seldom finds facts again",
  );
  await addFile(page, textFile("first.txt", plantedBook(2_500)));
  await waitForDocument(page, "first");
  await answerFrom(page, "recalled");
  const first = await askQuestion(page, PLANTED_QUESTION);
  expect(first.answer).not.toBe("");
  expect(first.statistics).toMatchObject(FROM_STATE);
  const followUp = await askQuestion(page, "And who keeps it?");
  expect(followUp.statistics).toMatchObject(FROM_STATE);

  await page.reload();
  await openFolder(page);
  const card = documentCard(page, "first");
  await expect(card).toHaveAttribute("data-state", "complete");
  // In a conversation of its own the first question is one without a history again.
  await page.getByRole("button", { name: "New conversation" }).click();
  const again = await askQuestion(page, PLANTED_QUESTION);
  expect(again.answer).toBe(first.answer);
  expect(again.statistics).toMatchObject(FROM_STATE);
  const followUpAgain = await askQuestion(page, "And who keeps it?");
  expect(followUpAgain.answer, "a question leaves nothing behind").toBe(followUp.answer);
});

test("several documents are answered from passages, and refused where the state alone may answer", async ({
  recurrent: page,
}) => {
  await addFile(page, textFile("one.txt", plantedBook(1_500)));
  await waitForDocument(page, "one");
  await addFile(page, textFile("two.txt", Buffer.from("The second lantern is red. ".repeat(20))));
  await waitForDocument(page, "two");
  await answerFrom(page, "auto");
  await page.getByRole("button", { name: "Select", exact: true }).click();
  for (const title of ["one", "two"]) {
    await page.getByRole("checkbox", { name: `Select ${title}` }).check();
  }
  await page.getByRole("button", { name: "Ask together" }).click();
  const status = page.getByRole("status", { name: "Asking" });
  await expect(status).toContainText("one state per document");
  await page.getByRole("textbox", { name: "Question" }).fill(PLANTED_QUESTION);
  await page.getByRole("button", { name: "Ask 2 documents" }).click();
  const turn = page.getByRole("article").last();
  await expect(turn.locator(".answer")).toHaveAttribute("data-status", "done", ANSWERS);
  await expect(turn.getByRole("list", { name: "Evidence" })).toContainText("73194");
  await expect(turn.locator("summary")).toContainText("tokens read again");

  await answerFrom(page, "recalled");
  await expect(status).toContainText("Ask about one document");
  await page.getByRole("textbox", { name: "Question" }).fill("And now?");
  await expect(page.getByRole("button", { name: "Ask 2 documents" })).toBeDisabled();
});

test("the evaluation takes the engine that fits, and says of others that they cannot work", async ({
  recurrent: page,
}) => {
  await page.getByRole("link", { name: "Evaluate" }).click();
  const form = page.getByRole("form", { name: "New run" });
  await expect(form.getByRole("checkbox", { name: /^Recurrent state/ })).toBeChecked();
  const spans = form.getByRole("checkbox", { name: /^Span index/ });
  await expect(spans).not.toBeChecked();
  await spans.check();
  await form.getByText("Tasks, lengths and rules").click();
  await form.getByLabel("Lengths, tokens").fill("1500");
  await form.getByLabel("Depths, per cent").fill("100");
  // The smallest run has one task alone: there is nothing to choose.
  await expect(form.getByRole("group", { name: "Tasks" })).toBeHidden();
  const estimate = page.getByRole("status", { name: "Estimate" });
  await expect(estimate).toContainText("Span index: cannot work with what this model keeps");
  await form.getByRole("button", { name: "Start" }).click();
  const runs = page.getByRole("list", { name: "Benchmark runs" }).getByRole("listitem");
  await expect(runs).toHaveCount(2);
  for (const run of await runs.all()) {
    await expect(run).toHaveAttribute("data-state", "complete", ANSWERS);
  }
  const cells = page.getByRole("grid").getByRole("button", { name: /^1,500 tokens, depth 100%/ });
  const states = () =>
    cells.evaluateAll((all) => all.map((cell) => cell.dataset["state"] ?? "").sort());
  await expect.poll(states).toEqual(["scored", "unsupported"]);
});
