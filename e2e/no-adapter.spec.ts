import { chromium } from "@playwright/test";
import { CHROMIUM_FLAGS, ensureChromium } from "../src/cli/chromium.mjs";
import { expect, test } from "./fixtures.ts";

test("without an adapter the page says so and offers a way on", async ({ site }) => {
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: [...CHROMIUM_FLAGS.filter((flag) => !flag.includes("webgpu")), "--disable-gpu"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(site.address);
    const alert = page.getByRole("alert");
    await expect(alert).toContainText(/No graphics adapter answered|This browser has no WebGPU/, {
      timeout: 60_000,
    });
    await expect(alert.getByRole("button", { name: "Try again" })).toBeVisible();
    await expect(page.getByRole("status", { name: "Model" })).toContainText("not available");
    await expect(page.getByRole("status", { name: "Asking" })).toBeVisible();
  } finally {
    await browser.close();
  }
});
