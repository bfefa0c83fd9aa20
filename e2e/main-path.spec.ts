import { chromium, type Page } from "@playwright/test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHROMIUM_FLAGS, ensureChromium } from "../src/cli/chromium.mjs";
import {
  addFile,
  askQuestion,
  showPassage,
  waitForDocument,
  waitForModel,
} from "../src/cli/page-driver.mjs";
import { expect, PLANTED_QUESTION, plantedBook, test, textFile, watch } from "./fixtures.ts";

const BOOK = textFile("island.txt", plantedBook(5_500));

async function askPlanted(page: Page): Promise<void> {
  const { answer, evidence, statistics } = await askQuestion(page, PLANTED_QUESTION);
  expect(answer).not.toBe("");
  expect(statistics["document-tokens-recomputed"]).toBe("0");
  expect(Number(statistics["spans-recalled"])).toBeGreaterThan(0);
  const index = evidence.findIndex((quote) => quote.includes("73194"));
  expect(index, `the planted sentence is among the evidence: ${evidence.join(" | ")}`).not.toBe(-1);
  expect(await showPassage(page, index), "the passage is marked in the text").toContain("73194");
}

test("a document is read, asked, and after a reload asked again without being read twice", async ({
  app,
}) => {
  await waitForModel(app);
  await addFile(app, BOOK);
  const progress: string[] = [];
  await waitForDocument(app, "island", (facts) => progress.push(facts));
  expect(progress.some((facts) => /of [\d,]+ tokens/.test(facts))).toBe(true);
  await askPlanted(app);

  await app.reload();
  await waitForModel(app);
  await waitForDocument(app, "island");
  const kept = app.getByRole("article", { name: `Question: ${PLANTED_QUESTION}` });
  await expect(kept, "the conversation survives the reload").toHaveCount(1);
  await askPlanted(app);

  const natural = await askQuestion(app, "Who took up his lodging under our roof?");
  expect(natural.answer).not.toBe("");
  expect(natural.statistics["document-tokens-recomputed"]).toBe("0");
});

test("closing and opening the browser keeps the library", async ({ site }) => {
  const profile = mkdtempSync(join(tmpdir(), "inkspan-e2e-"));
  const open = async () =>
    chromium.launchPersistentContext(profile, {
      executablePath: await ensureChromium(),
      args: CHROMIUM_FLAGS,
    });
  try {
    const first = await open();
    const page = await first.newPage();
    await page.goto(site.address);
    await waitForModel(page);
    await addFile(page, textFile("short.txt", plantedBook(2_500)));
    await waitForDocument(page, "short");
    await first.close();

    const second = await open();
    const check = watch(second, site.origin);
    const again = await second.newPage();
    await again.goto(site.address);
    await waitForModel(again);
    await waitForDocument(again, "short");
    const { statistics } = await askQuestion(again, PLANTED_QUESTION);
    expect(statistics["document-tokens-recomputed"]).toBe("0");
    check();
    await second.close();
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
});
