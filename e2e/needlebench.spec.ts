// The evaluation in the browser: a small run is started, interrupted by a reload, continued, looked
// at, exported and taken in again; and it asks the same as the command line.
import AxeBuilder from "@axe-core/playwright";
import type { Download, Locator, Page } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../src/cli/build.mjs";
import { waitForModel } from "../src/cli/page-driver.mjs";
import { expect, test } from "./fixtures.ts";

// Short enough for a software adapter; the form takes any.
const LENGTHS = [400, 600];
const DEPTHS = [0, 100];
const SLOW = { timeout: 300_000 };
const picture = (name: string) => join(ROOT, "test-results", "needlebench", `${name}.png`);

interface Exported {
  readonly runs: readonly {
    readonly plan: { readonly hash: string };
    readonly results: readonly {
      readonly status: string;
      readonly item: { readonly id: string };
      readonly promptSha256: string;
      readonly rawAnswer: string;
    }[];
    readonly aggregates: { readonly scored: number };
  }[];
}

async function openEvaluation(page: Page): Promise<void> {
  await waitForModel(page);
  await page.getByRole("link", { name: "Evaluate" }).click();
  await expect(page.getByRole("form", { name: "New run" })).toBeVisible();
}

async function fillForm(page: Page): Promise<void> {
  const form = page.getByRole("form", { name: "New run" });
  await form.getByText("Tasks, lengths and rules").click();
  await form.getByLabel("Lengths, tokens").fill(LENGTHS.join(", "));
  await form.getByLabel("Depths, per cent").fill(DEPTHS.join(", "));
  const estimate = page.getByRole("status", { name: "Estimate" });
  await expect(estimate).toHaveAttribute("data-status", "ready", SLOW);
  await expect(estimate).toContainText("4 prompts");
  await expect(estimate).toContainText(/About .+ on this device/, SLOW);
}

async function textOf(download: Promise<Download>): Promise<string> {
  return readFileSync(await (await download).path(), "utf8");
}

async function exported(page: Page, format: "JSON" | "CSV"): Promise<string> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: `Export ${format}` }).click();
  return textOf(download);
}

function run(page: Page): Locator {
  return page.getByRole("list", { name: "Benchmark runs" }).getByRole("listitem").first();
}

async function takePictures(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [width, height] of [
      [1280, 900],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      const overflow = await page.evaluate(() => document.body.scrollWidth - window.innerWidth);
      expect(overflow, `fits ${width} pixels`).toBeLessThanOrEqual(0);
      await page.screenshot({ path: picture(`${colorScheme}-${width}`) });
      await page.getByRole("region", { name: /^Results/ }).scrollIntoViewIfNeeded();
      await page.screenshot({ path: picture(`${colorScheme}-${width}-results`) });
    }
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(
      ({ impact }) => impact === "serious" || impact === "critical",
    );
    expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

test("a run survives a reload, is looked at, exported and imported", async ({ app }) => {
  await openEvaluation(app);
  await fillForm(app);
  await app.getByRole("button", { name: "Start" }).click();
  const running = app.getByRole("region", { name: "Running" });
  await expect(running).toContainText(/[123] of 4 answered/, SLOW);
  await expect(running).toContainText("left");

  await app.reload();
  await waitForModel(app);
  await expect(run(app)).toHaveAttribute("data-state", "stopped", SLOW);
  await app.getByRole("button", { name: /^Resume Span index/ }).click();
  await expect(run(app)).toHaveAttribute("data-state", "running", SLOW);
  await expect(run(app)).toHaveAttribute("data-state", "complete", SLOW);

  const grid = app.getByRole("grid");
  const cell = grid.getByRole("button", { name: /^600 tokens, depth 100%: \d+ of 100/ });
  await expect(cell).toBeVisible(SLOW);
  // By keyboard: from the first cell to the one at the other corner.
  await grid.getByRole("button", { name: /^400 tokens, depth 0%/ }).focus();
  await app.keyboard.press("ArrowRight");
  await app.keyboard.press("ArrowDown");
  await expect(cell).toBeFocused();
  await app.keyboard.press("Enter");
  const dialog = app.getByRole("dialog");
  await expect(dialog).toContainText("Expected");
  await expect(dialog).toContainText("attended to");
  await dialog.getByRole("button", { name: "Show the text around the facts" }).click();
  await expect(dialog.locator("mark")).toHaveCount(1, SLOW);
  await app.screenshot({ path: picture("cell") });
  await app.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);

  const json = await exported(app, "JSON");
  const [made] = (JSON.parse(json) as Exported).runs;
  expect(made?.results.map(({ status }) => status)).toEqual(Array(4).fill("scored"));
  expect(made?.aggregates.scored).toBe(4);
  const csv = await exported(app, "CSV");
  expect(csv.trim().split("\n")).toHaveLength(1 + 4);
  const image = app.waitForEvent("download");
  await app.getByRole("button", { name: /^Save .* as PNG/ }).click();
  expect((await textOf(image)).slice(1, 4)).toBe("PNG");

  const words = ["bench", "needlebench", "--prompts", "--model", "nano"];
  const places = ["--lengths", LENGTHS.join(","), "--depths", DEPTHS.join(",")];
  const output = execFileSync(
    process.execPath,
    [join(ROOT, "src/cli/run.mjs"), ...words, ...places],
    { encoding: "utf8" },
  );
  const line = output.split("\n").find((text) => text.startsWith("{"));
  expect(JSON.parse(line ?? "{}"), "the command line asks the same").toEqual({
    plan: made?.plan.hash,
    prompts: Object.fromEntries(
      (made?.results ?? []).map(({ item, promptSha256 }) => [item.id, promptSha256]),
    ),
  });

  await takePictures(app);

  await app.getByRole("button", { name: /^Delete Span index/ }).click();
  await app.getByRole("button", { name: "Delete run" }).click();
  await expect(app.getByText("No run yet")).toBeVisible();
  const file = { name: "results.json", mimeType: "application/json" };
  await app.getByLabel("Result file").setInputFiles({ ...file, buffer: Buffer.from("{}") });
  await expect(app.getByText("“results.json” could not be imported")).toBeVisible();
  await app.getByLabel("Result file").setInputFiles({ ...file, buffer: Buffer.from(json) });
  await expect(run(app)).toContainText("imported", SLOW);
  await expect(cell).toBeVisible(SLOW);
});
