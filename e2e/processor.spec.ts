// What computes: the processor where there is no graphics card, WebGPU where it is asked for. The one
// answers what the other has read.
import { chromium, type Page } from "@playwright/test";
import { DIST } from "../src/cli/build.mjs";
import { CHROMIUM_FLAGS, ensureChromium } from "../src/cli/chromium.mjs";
import {
  addFile,
  askQuestion,
  documentCard,
  openSettings,
  showPassage,
  waitForDocument,
  waitForModel,
} from "../src/cli/page-driver.mjs";
import { serveFolder } from "../src/cli/static-server.mjs";
import { expect, PLANTED_QUESTION, plantedBook, test, textFile, watch } from "./fixtures.ts";

const computes = (page: Page) => page.locator(".engine-line [data-device]");

async function askPlanted(page: Page): Promise<void> {
  const { answer, evidence, statistics } = await askQuestion(page, PLANTED_QUESTION);
  expect(answer).not.toBe("");
  expect(statistics["document-tokens-recomputed"]).toBe("0");
  const index = evidence.findIndex((quote) => quote.includes("73194"));
  expect(index, `the planted sentence is among the evidence: ${evidence.join(" | ")}`).not.toBe(-1);
  expect(await showPassage(page, index), "the passage is marked in the text").toContain("73194");
}

test("without an adapter the processor computes, and the page says so", async ({ site }) => {
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: [...CHROMIUM_FLAGS.filter((flag) => !flag.includes("webgpu")), "--disable-gpu"],
  });
  try {
    const context = await browser.newContext();
    const check = watch(context, site.origin);
    const page = await context.newPage();
    await page.goto(site.address);
    await waitForModel(page);
    await expect(computes(page)).toHaveText("The processor computes.");
    await addFile(page, textFile("short.txt", plantedBook(2_500)));
    await waitForDocument(page, "short");
    await askPlanted(page);
    check();
  } finally {
    await browser.close();
  }
});

test("where WebGPU was asked for and is missing, one button goes on with the processor", async ({
  site,
}) => {
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: [...CHROMIUM_FLAGS.filter((flag) => !flag.includes("webgpu")), "--disable-gpu"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`${site.address}&device=webgpu`);
    const alert = page.getByRole("alert");
    await expect(alert.locator("[data-code]")).toHaveAttribute("data-code", /no-adapter|no-webgpu/);
    await alert.getByRole("button", { name: "Compute on the processor" }).click();
    await expect(alert).toBeEmpty();
    await waitForModel(page);
    await expect(computes(page)).toHaveText("The processor computes.");
    await expect(alert).toBeEmpty();
  } finally {
    await browser.close();
  }
});

test("WebGPU reads, answers, and after a reload answers again; then the processor does, reading nothing", async ({
  app,
  site,
}) => {
  await app.goto(`${site.address}&device=webgpu`);
  await waitForModel(app);
  await expect(computes(app)).toHaveText("A software adapter computes.");
  await addFile(app, textFile("short.txt", plantedBook(2_500)));
  await waitForDocument(app, "short");
  await askPlanted(app);

  await app.reload();
  await waitForModel(app);
  await waitForDocument(app, "short");
  await askPlanted(app);

  await app.goto(`${site.address}&device=cpu`);
  await waitForModel(app);
  await expect(computes(app)).toHaveText("The processor computes.");
  await waitForDocument(app, "short");
  await askPlanted(app);
});

test("the choice in the settings moves the model, and is remembered", async ({ app }) => {
  await waitForModel(app);
  await expect(computes(app)).toHaveText("The processor computes.");
  const settings = await openSettings(app);
  await settings.getByText("Advanced").click();
  await settings.getByLabel("Compute on").selectOption("webgpu");
  await app.keyboard.press("Escape");
  await expect(computes(app)).toHaveText("A software adapter computes.", { timeout: 120_000 });
  await app.reload();
  await waitForModel(app);
  await expect(computes(app)).toHaveText("A software adapter computes.");
});

test("from the second visit on the page is isolated, whatever the host sends", async ({
  page,
  site,
}) => {
  await page.goto(site.address);
  await waitForModel(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await page.waitForFunction(
    async () => (await navigator.serviceWorker.ready).active?.state === "activated",
  );
  await page.reload();
  await waitForModel(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test("in an isolated page threads compute together", async ({ page }) => {
  const server = await serveFolder(DIST, "/books/inkspan/", 0, {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
  });
  try {
    // As on a computer with four cores.
    const cores = 'Object.defineProperty(navigator, "hardwareConcurrency", { value: 4 });';
    await page.route(/engine-worker/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `${cores}\n${await response.text()}` });
    });
    await page.goto(`${server.address}?model=nano`);
    await waitForModel(page);
    const settings = await openSettings(page);
    await settings.getByText("Advanced").click();
    await expect(settings).toContainText("3 threads");
    await page.keyboard.press("Escape");
    await addFile(page, textFile("short.txt", plantedBook(2_500)));
    await waitForDocument(page, "short");
    await askPlanted(page);
  } finally {
    await server.close();
  }
});

test("a worker that dies while it reads is started again, and the reading goes on", async ({
  app,
}) => {
  await waitForModel(app);
  await addFile(app, textFile("long.txt", plantedBook(60_000)));
  const card = documentCard(app, "long");
  await expect
    .poll(async () => Number(await card.getByRole("progressbar").getAttribute("aria-valuenow")))
    .toBeGreaterThan(2_048);
  const worker = app.workers().find((one) => one.url().includes("engine-worker"));
  await worker?.evaluate(() => {
    setTimeout(() => {
      throw new Error("the kernels trapped");
    });
  });
  await expect.poll(() => app.workers().includes(worker!), "the worker has died").toBe(false);
  await waitForModel(app);
  await waitForDocument(app, "long");
  await askPlanted(app);
});

test("where the policy forbids WebAssembly, a sentence says what to allow", async ({
  app,
  site,
}) => {
  // The policy of a dedicated worker is that of its own script.
  await app.route(/engine-worker/, async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), "content-security-policy": "script-src 'self'" };
    await route.fulfill({ response, headers });
  });
  await app.goto(`${site.address}&device=cpu`);
  const problem = app.getByRole("alert").locator("[data-code='no-wasm']");
  await expect(problem).toContainText("wasm-unsafe-eval");

  // A page whose policy forbids it still computes on what WebGPU there is.
  await app.goto(site.address);
  await waitForModel(app);
  await expect(computes(app)).toHaveText("A software adapter computes.");
});
