// npm run demo -- --document FILE --question TEXT [--question …] [--profile FOLDER] [--model ID]
// The real built app in headless Chromium: adds the document, asks, reloads the page, asks again.
// Succeeds only if every answer came and no document token was computed twice.
import { chromium } from "@playwright/test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { parseArgs } from "node:util";
import { DIST, ensureBuild } from "./build.mjs";
import { CHROMIUM_FLAGS, ensureChromium } from "./chromium.mjs";
import { ensureDefaultModel } from "./default-model.mjs";
import {
  addFile,
  askQuestion,
  documentCard,
  showPassage,
  waitForDocument,
  waitForModel,
} from "./page-driver.mjs";
import { serveFolder } from "./static-server.mjs";

const USAGE =
  "Usage: npm run demo -- --document FILE --question TEXT [--question TEXT …] [--profile FOLDER] [--model ID]";
// A profile keeps its library by origin, so a kept profile needs the same port every time.
const PROFILE_PORT = 41731;

/**
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function main(args) {
  const { values } = parseArgs({
    args,
    options: {
      document: { type: "string" },
      question: { type: "string", multiple: true },
      profile: { type: "string" },
      model: { type: "string" },
    },
  });
  const { document, question: questions = [], profile, model } = values;
  if (!document || questions.length === 0) {
    console.error(USAGE);
    return 2;
  }
  if (!existsSync(document)) throw new Error(`${document} does not exist.`);

  const executablePath = await ensureChromium();
  await ensureDefaultModel();
  console.log("Building the app …");
  await ensureBuild("warn");
  const server = await serveFolder(DIST, "/inkspan/", profile ? PROFILE_PORT : 0);
  const folder = profile ?? mkdtempSync(join(tmpdir(), "inkspan-demo-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    args: CHROMIUM_FLAGS,
    viewport: { width: 1280, height: 800 },
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const address = server.address + (model ? `?model=${encodeURIComponent(model)}` : "");
    return (await runDemo(page, address, document, questions)) ? 0 : 1;
  } finally {
    await context.close().catch(() => {}); // closed already when interrupted
    await server.close();
    if (!profile) rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {import("@playwright/test").Page} page
 * @param {string} address
 * @param {string} document
 * @param {string[]} questions
 */
async function runDemo(page, address, document, questions) {
  console.log(`Opening ${address}`);
  await page.goto(address);
  await waitForModel(page, (text) => console.log(`Model: ${text}`));

  const title = basename(document, extname(document)).replace(/_+/g, " ").trim();
  const known = documentCard(page, title);
  await page.waitForTimeout(500); // the list of a kept profile arrives with the worker's first events
  if ((await known.count()) === 0) await addFile(page, document);
  else console.log(`“${title}” is in the library already.`);
  let told = 0;
  await waitForDocument(page, title, (facts) => {
    if (Date.now() - told < 2000) return;
    told = Date.now();
    console.log(`Reading: ${facts}`);
  });
  await known.getByRole("button", { name: title, exact: true }).click();
  console.log("The document is read and stored.");

  const first = await askAll(page, questions);
  console.log("\nReloading the page …");
  await page.reload();
  await waitForModel(page);
  await waitForDocument(page, title);
  const second = await askAll(page, questions);
  const recomputed = [...first, ...second].reduce((sum, count) => sum + count, 0);
  console.log(
    `\nDocument tokens recomputed after the reload: ${second.reduce((a, b) => a + b, 0)}`,
  );
  console.log(recomputed === 0 ? "Done." : "Failed: document tokens were computed twice.");
  return recomputed === 0;
}

/**
 * @param {import("@playwright/test").Page} page
 * @param {string[]} questions
 * @returns {Promise<number[]>} recomputed tokens of each answer
 */
async function askAll(page, questions) {
  const counts = [];
  for (const question of questions) {
    console.log(`\nQuestion: ${question}`);
    const { answer, evidence, statistics } = await askQuestion(page, question);
    console.log(`Answer: ${answer}`);
    for (const [index, quote] of evidence.entries()) {
      console.log(`Evidence ${index + 1}: ${quote.replace(/\s+/g, " ").trim()}`);
    }
    if (evidence.length > 0) {
      const marked = await showPassage(page, 0);
      console.log(`Marked in the text: ${marked.length} characters`);
    }
    for (const [name, value] of Object.entries(statistics)) console.log(`  ${name}: ${value}`);
    const recomputed = Number(statistics["document-tokens-recomputed"]);
    if (Number.isNaN(recomputed)) throw new Error("The page showed no recomputed-token count.");
    counts.push(recomputed);
  }
  return counts;
}
