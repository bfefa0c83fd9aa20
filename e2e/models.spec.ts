// Bringing models: files of this computer, an address read by ranges, downloads that are interrupted,
// changed or wrong. A server on loopback stands for the hub and counts every byte it sends.
import type { Page } from "@playwright/test";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../src/cli/build.mjs";
import { openSettings, waitForModel } from "../src/cli/page-driver.mjs";
import { expect, type Site, test as base } from "./fixtures.ts";
import { type ModelServer, serveModels } from "./model-server.ts";

const FIXTURES = join(ROOT, "src/engine/model/fixtures");
const GGUF = join(FIXTURES, "models/qwen2-Q4_0.gguf");
const GGUF_BYTES = readFileSync(GGUF);
const SHA256 = createHash("sha256").update(GGUF_BYTES).digest("hex");
const FOLDER = join(FIXTURES, "safetensors/llama3-rope");
const FOLDER_FILES = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "model.safetensors",
];

const test = base.extend<{ server: ModelServer; picker: Page }>({
  server: async ({}, use) => {
    const server = await serveModels();
    await use(server);
    await server.close();
  },
  /** The picker, open in a page that has no model yet: the specs here bring their own. */
  picker: async ({ page, site }, use) => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(pageOf(site, "?model=none"));
    await openPicker(page);
    await use(page);
    expect(errors, "uncaught errors").toEqual([]);
  },
});

function pageOf(site: Site, query: string): string {
  const { origin, pathname } = new URL(site.address);
  return origin + pathname + query;
}

async function openPicker(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Choose a model" }).click();
  await expect(page.getByRole("dialog", { name: "Choose a model" })).toBeVisible();
  await expect(page.locator('[data-model="nano"]')).toBeVisible();
}

async function openAddress(page: Page, address: string): Promise<void> {
  await page.getByRole("button", { name: "Open an address…" }).click();
  const form = page.getByRole("form", { name: "Open an address" });
  await form.getByRole("textbox", { name: "Address" }).fill(address);
  await form.getByRole("button", { name: "Open address" }).click();
}

const card = (page: Page) => page.locator('[data-model^="address-"]');
const problem = (page: Page) => page.getByRole("alert", { name: "Model problem" });

/** Slow enough that a busy machine still finds the download running. */
const SLOWLY = { pieceMs: 600 };

/** Waits until the page, not only the server, has part of the file. */
async function expectPart(page: Page): Promise<void> {
  const bar = page.getByRole("progressbar", { name: /^Downloading/ });
  const received = async () => Number((await bar.getAttribute("aria-valuenow")) ?? 0);
  await expect.poll(received, { intervals: [50], timeout: 15_000 }).toBeGreaterThan(32_768);
}

/** Shaders are compiled for a software adapter. */
const LOADED = { timeout: 180_000 };

/** What the settings tell of the model. */
async function expectFigures(page: Page, ...figures: readonly string[]): Promise<void> {
  const settings = await openSettings(page);
  const panel = settings.getByRole("region", { name: "Model", exact: true });
  for (const figure of figures) await expect(panel).toContainText(figure);
  await settings.getByRole("button", { name: "Close" }).click();
}

async function expectLoaded(page: Page, name: string, kind: string): Promise<void> {
  await expect(problem(page).locator("[data-code]")).toHaveCount(0);
  await expect(page.locator(".model", { hasText: "In use" })).toContainText(name, LOADED);
  await page.getByRole("button", { name: "Close" }).click();
  await expectFigures(page, name, kind);
}

test("a GGUF file and a safetensors folder load through the file picker", async ({ picker }) => {
  await picker.getByLabel("Model files").setInputFiles(GGUF);
  await expect(picker.locator('[data-model^="file-"]')).toContainText("qwen2");
  await expectLoaded(picker, "qwen2", "Q4_0");

  await openPicker(picker);
  await picker
    .getByLabel("Model files")
    .setInputFiles(FOLDER_FILES.map((name) => join(FOLDER, name)));
  await expect(picker.locator(".model", { hasText: "BF16" })).toContainText("In use", LOADED);
  await picker.getByRole("button", { name: "Close" }).click();
  await expectFigures(picker, "BF16");
});

test("its heads are measured, a measurement can be cancelled, and only then may they choose", async ({
  picker,
}) => {
  await picker.getByLabel("Model files").setInputFiles(GGUF);
  await expectLoaded(picker, "qwen2", "Q4_0");
  await openSettings(picker);
  await picker.getByText("Advanced", { exact: true }).click();
  const choice = picker.getByRole("checkbox", {
    name: "Let the heads that copy vote by themselves",
  });
  await expect(choice).toBeDisabled();
  await picker.getByRole("button", { name: "Measure heads" }).click();
  await expect(picker.getByRole("progressbar", { name: "Measuring heads" })).toBeVisible();
  await picker.getByRole("button", { name: "Cancel measuring" }).click();
  await picker.getByRole("button", { name: "Measure heads" }).click();
  await expect(picker.getByRole("status", { name: "Measured heads" })).toContainText(
    /\d+ of \d+ heads of this model copy/,
    LOADED,
  );
  await choice.check();
  await expect(choice).toBeChecked();
  await expect(picker.getByRole("alert").locator("[data-code]")).toHaveCount(0);
});

test("a file that is no model is refused in words", async ({ picker }) => {
  const buffer = Buffer.from("this is not a model at all, only some text of a few bytes");
  await picker
    .getByLabel("Model files")
    .setInputFiles({ name: "broken.gguf", mimeType: "application/octet-stream", buffer });
  await expect(problem(picker).locator('[data-code="format-invalid"]')).toContainText(
    "broken.gguf",
  );
  await openAddress(picker, "http://example.org/a.gguf");
  await expect(problem(picker).locator('[data-code="invalid-argument"]')).toContainText("https");
});

test("an address is read by ranges and loaded without being kept", async ({ picker, server }) => {
  const address = server.offer("small.gguf", GGUF_BYTES, { token: "secret-token" });
  await openAddress(picker, address);
  await expect(problem(picker).locator('[data-code="download-failed"]')).toContainText("token");
  await picker.getByRole("textbox", { name: "Access token" }).fill("secret-token");
  await picker.getByRole("button", { name: "Open address" }).click();
  await expect(card(picker)).toContainText("qwen2");
  await card(picker)
    .getByRole("button", { name: /^Load without keeping/ })
    .click();
  await expectLoaded(picker, "qwen2", "Q4_0");
  expect(
    server.requests.every((one) => one.range !== null),
    "only ranges are asked for",
  ).toBe(true);
  const stored = await picker.evaluate(() => Object.values(localStorage).join(" "));
  expect(stored).not.toContain("secret-token");
});

test("a download goes on after a reload, is kept, loads without the server, and is deleted", async ({
  picker,
  server,
  site,
}) => {
  const address = server.offer("slow.gguf", GGUF_BYTES, { sha256: SHA256, ...SLOWLY });
  await openAddress(picker, address);
  await expect(card(picker)).toContainText("qwen2");
  await card(picker)
    .getByRole("button", { name: /^Download / })
    .click();
  await expectPart(picker);
  await picker.reload();
  await openPicker(picker);
  await expect(card(picker)).toHaveAttribute("data-state", "partial");
  server.hurry();
  await card(picker)
    .getByRole("button", { name: /^Go on with/ })
    .click();
  await expect(card(picker)).toHaveAttribute("data-state", "ready", { timeout: 30_000 });
  // The header is read by ranges with an end, the file from a place to its end.
  const asked = server.requests.filter((one) => !/\d$/.test(one.range ?? ""));
  expect(asked.length, "one request before the reload and one after").toBe(2);
  const [first, second] = asked;
  expect(second?.start).toBeGreaterThan(0);
  const twice = (first?.sent ?? 0) - (second?.start ?? 0);
  expect(twice, "bytes sent twice").toBeLessThanOrEqual(2 * server.pieceBytes);

  await server.stop();
  await picker.reload();
  await openPicker(picker);
  await card(picker)
    .getByRole("button", { name: /^Check / })
    .click();
  await expect(card(picker)).toHaveAttribute("data-state", "ready");
  await card(picker)
    .getByRole("button", { name: /^Load / })
    .click();
  await expectLoaded(picker, "qwen2", "Q4_0");

  // The choice is remembered: the page comes back with it.
  await picker.goto(pageOf(site, ""));
  await waitForModel(picker);
  await expectFigures(picker, "Q4_0");

  await openPicker(picker);
  const kept = () =>
    picker.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const models = await root.getDirectoryHandle("models");
      let bytes = 0;
      for await (const handle of models.values()) {
        if (handle.kind === "file")
          bytes += (await (handle as FileSystemFileHandle).getFile()).size;
      }
      return bytes;
    });
  expect(await kept()).toBeGreaterThanOrEqual(GGUF_BYTES.length);
  await card(picker)
    .getByRole("button", { name: /^Delete / })
    .click();
  await expect(card(picker)).toHaveCount(0);
  expect(await kept(), "deleting frees the bytes").toBe(0);
});

test("wrong bytes are put aside and never loaded", async ({ picker, server }) => {
  const address = server.offer("wrong.gguf", GGUF_BYTES, { sha256: "0".repeat(64) });
  await openAddress(picker, address);
  await card(picker)
    .getByRole("button", { name: /^Download / })
    .click();
  await expect(problem(picker).locator('[data-code="checksum-mismatch"]')).toContainText("SHA-256");
  await expect(card(picker)).toHaveAttribute("data-state", "damaged");
  await expect(card(picker).getByRole("button", { name: /^Load/ })).toHaveCount(0);
});

test("a file that changes on the server ends the download, and the next one starts anew", async ({
  picker,
  server,
}) => {
  const address = server.offer("moving.gguf", GGUF_BYTES, { etag: '"one"', ...SLOWLY });
  await openAddress(picker, address);
  await card(picker)
    .getByRole("button", { name: /^Download / })
    .click();
  await expectPart(picker);
  await card(picker)
    .getByRole("button", { name: /^Cancel / })
    .click();
  await expect(card(picker)).toHaveAttribute("data-state", "partial");
  server.offer("moving.gguf", GGUF_BYTES, { etag: '"two"' });
  await card(picker)
    .getByRole("button", { name: /^Go on with/ })
    .click();
  await expect(problem(picker).locator('[data-code="download-failed"]')).toContainText("changed");
  await expect(card(picker)).toHaveAttribute("data-state", "remote");
  await card(picker)
    .getByRole("button", { name: /^Download / })
    .click();
  await expect(card(picker)).toHaveAttribute("data-state", "ready");
});

test("a server without ranges: the whole file is fetched and kept", async ({ picker, server }) => {
  const address = server.offer("whole.gguf", GGUF_BYTES, { ranges: false });
  await openAddress(picker, address);
  await card(picker)
    .getByRole("button", { name: /^Download / })
    .click();
  await expect(card(picker)).toHaveAttribute("data-state", "ready");
  await card(picker)
    .getByRole("button", { name: /^Load / })
    .click();
  await expectLoaded(picker, "qwen2", "Q4_0");
});
