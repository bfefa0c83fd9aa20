// Drives the real page through its accessible names (e2e/README.md). Used by the demo and the e2e
// tests, so both prove the same path.

/** @typedef {import("@playwright/test").Page} Page */
/**
 * @typedef {object} PageAnswer
 * @property {string} answer
 * @property {string[]} evidence quotes as shown
 * @property {Record<string, string>} statistics by `data-statistic`
 */

const POLL_MS = 250;

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Waits until the model can answer; throws with the page's own message if it cannot.
 * @param {Page} page
 * @param {(text: string) => void} [onState] told whenever the state's text changes
 */
export async function waitForModel(page, onState = () => {}) {
  const status = page.getByRole("status", { name: "Model" });
  let told = "";
  for (;;) {
    const phase = await status.getAttribute("data-phase");
    const text = await status.innerText();
    if (text !== told) onState(text);
    told = text;
    if (phase === "ready") return;
    // Without a message the failure has passed between two looks: somebody has pressed a way on.
    const problem = phase === "failed" ? (await page.getByRole("alert").innerText()).trim() : "";
    if (problem) throw new Error(problem);
    await pause(POLL_MS);
  }
}

/**
 * @param {Page} page
 * @param {string} title
 */
export function documentCard(page, title) {
  return page
    .getByRole("list", { name: "Documents" })
    .getByRole("listitem")
    .filter({ has: page.getByRole("button", { name: title, exact: true }) });
}

/**
 * @param {Page} page
 * @param {string | { name: string, mimeType: string, buffer: Buffer }} file path, or name and content
 */
export async function addFile(page, file) {
  await page.getByLabel("Document file").setInputFiles(file);
}

/**
 * Presses a button of the menu of a document: "Rename", "Export", "Delete", "Cancel reading".
 * @param {Page} page
 * @param {string} title
 * @param {string} verb
 */
export async function documentAction(page, title, verb) {
  await documentCard(page, title)
    .getByRole("button", { name: `Actions for ${title}` })
    .click();
  await page.getByRole("button", { name: `${verb} ${title}`, exact: true }).click();
}

/**
 * Opens the settings, and gives back the dialog.
 * @param {Page} page
 */
export async function openSettings(page) {
  await page.getByRole("button", { name: "Settings", exact: true }).click();
  return page.getByRole("dialog", { name: "Settings" });
}

/**
 * Waits until the document is read; throws with the page's message if it fails or the app reports one.
 * @param {Page} page
 * @param {string} title
 * @param {(facts: string) => void} [onProgress]
 */
export async function waitForDocument(page, title, onProgress = () => {}) {
  const card = documentCard(page, title);
  let told = "";
  for (;;) {
    const alert = (await page.getByRole("alert").innerText()).trim();
    if (alert) throw new Error(alert);
    if ((await card.count()) > 0) {
      const state = await card.getAttribute("data-state");
      const facts = (await card.locator(".facts").innerText()).replace(/\s*\n\s*/g, " · ");
      if (facts !== told) onProgress(facts);
      told = facts;
      if (state === "complete") return;
      if (state === "stale" || state === "damaged") throw new Error(await card.innerText());
    }
    await pause(POLL_MS);
  }
}

/**
 * Asks about the selected document and waits for the whole answer.
 * @param {Page} page
 * @param {string} question
 * @returns {Promise<PageAnswer>}
 */
export async function askQuestion(page, question) {
  const turns = page.getByRole("article");
  const before = await turns.count();
  await page.getByRole("textbox", { name: "Question" }).fill(question);
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  const turn = turns.nth(before);
  const region = turn.getByRole("region", { name: "Answer" });
  for (;;) {
    const status = await region.getAttribute("data-status");
    if (status === "done") break;
    if (status === "failed") throw new Error(await turn.innerText());
    await pause(POLL_MS);
  }
  const statistics = await turn
    .locator("[data-statistic]")
    .evaluateAll((elements) =>
      Object.fromEntries(
        elements.map((element) => [element.dataset["statistic"] ?? "", element.textContent ?? ""]),
      ),
    );
  return {
    answer: (await region.innerText()).trim(),
    evidence: await turn.getByRole("list", { name: "Evidence" }).locator("q").allInnerTexts(),
    statistics,
  };
}

/**
 * Shows a passage of the last answer in the text and returns what is marked there.
 * @param {Page} page
 * @param {number} index
 */
export async function showPassage(page, index) {
  const list = page.getByRole("article").last().getByRole("list", { name: "Evidence" });
  await list.getByRole("button").nth(index).click();
  const marks = page.getByRole("region", { name: "Document text" }).locator("mark[data-active]");
  await marks.first().waitFor();
  return (await marks.allInnerTexts()).join("\n\n");
}
