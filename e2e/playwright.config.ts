import { defineConfig } from "@playwright/test";
import { CHROMIUM_FLAGS, ensureChromium } from "../src/cli/chromium.mjs";

/** One for all workers of a run: what one has built serves the others. */
process.env["INKSPAN_E2E_RUN"] ??= String(Date.now());

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results",
  fullyParallel: false,
  workers: 1, // every page runs a model on all cores; two at a time were slower
  retries: process.env["CI"] ? 1 : 0, // the report tells which test needed its second try
  timeout: 900_000,
  expect: { timeout: 45_000 }, // a busy machine with a software adapter
  forbidOnly: Boolean(process.env["CI"]),
  use: {
    viewport: { width: 1280, height: 800 },
    trace: "retain-on-failure",
    launchOptions: { executablePath: await ensureChromium(), args: CHROMIUM_FLAGS },
  },
});
