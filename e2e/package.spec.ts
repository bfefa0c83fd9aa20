// The package in an app of its own: a React app built by Vite without any setting, as npm would
// install it. Types are checked by the app's own compiler run.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { ROOT } from "../src/cli/build.mjs";
import { ensureLibrary, LIBRARY } from "../src/cli/library.mjs";
import { serveFolder } from "../src/cli/static-server.mjs";
import { expect, test, watch } from "./fixtures.ts";

const EXAMPLE = join(ROOT, "e2e/examples/react-vite");
const INSTALLED = [
  "react",
  "react-dom",
  "scheduler",
  "@types/react",
  "@types/react-dom",
  "csstype",
];
const SLOW_MS = 240_000;

/** The example with the packed package and React installed beside it. */
function installApp(): string {
  const app = mkdtempSync(join(tmpdir(), "inkspan-app-"));
  cpSync(EXAMPLE, app, { recursive: true });
  const modules = join(app, "node_modules");
  mkdirSync(join(modules, "@types"), { recursive: true });
  mkdirSync(join(modules, "inkspan"));
  cpSync(join(ROOT, "package.json"), join(modules, "inkspan/package.json"));
  cpSync(LIBRARY, join(modules, "inkspan/dist-lib"), { recursive: true });
  for (const name of INSTALLED) symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  return app;
}

test("a React app: document, question, completion, chat, export and import", async ({
  page,
  context,
}) => {
  await ensureLibrary("warn");
  const app = installApp();
  try {
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const types = spawnSync(process.execPath, [tsc, "-p", app], { encoding: "utf8" });
    expect(types.stdout).toBe("");
    expect(types.status).toBe(0);

    await build({ root: app, configFile: false, base: "./", logLevel: "warn" });
    const server = await serveFolder(join(app, "dist"), "/some/app/");
    try {
      const check = watch(context, new URL(server.address).origin);
      await page.goto(server.address);
      const shown = (name: string) => page.getByTestId(name);
      const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
      expect(page.workers(), "nothing starts by itself").toHaveLength(0);

      await press("Read");
      await expect(shown("documents")).toHaveText("Lantern complete", { timeout: SLOW_MS });
      await expect(shown("model")).toHaveText("ready");
      await press("Ask");
      await expect(shown("answer")).toHaveAttribute("data-status", "done", { timeout: SLOW_MS });
      await expect(shown("evidence")).toContainText("73194");
      await press("Complete");
      await expect(shown("completion")).toContainText(/^5 tokens: ./, { timeout: SLOW_MS });
      await press("Chat");
      await expect(shown("chat")).toHaveAttribute("data-finish", "stop", { timeout: SLOW_MS });
      await expect(shown("chat")).not.toBeEmpty();

      const before = await shown("answer").innerText();
      await press("Export and import");
      await expect(shown("documents")).toHaveText("Lantern complete");
      await press("Ask");
      await expect(shown("answer")).toHaveAttribute("data-status", "done", { timeout: SLOW_MS });
      expect(await shown("answer").innerText(), "the imported index answers alike").toBe(before);
      await expect(page.getByRole("button", { name: "Ask this page" })).toBeVisible();
      check();
    } finally {
      await server.close();
    }
  } finally {
    rmSync(app, { recursive: true, force: true });
  }
});
