// A Chromium of its own process group and profile folder, to be killed without warning. Playwright's
// own launch closes a browser in order, which is just what must not happen here.
import { chromium, type Page } from "@playwright/test";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { CHROMIUM_FLAGS, ensureChromium } from "../../src/cli/chromium.mjs";

export interface KillableBrowser {
  readonly page: Page;
  kill(): Promise<void>;
}

export async function launchKillable(profile: string): Promise<KillableBrowser> {
  const flags = [
    ...CHROMIUM_FLAGS,
    "--headless=new",
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
    "about:blank",
  ];
  const child = spawn(await ensureChromium(), flags, {
    detached: true, // its own group: renderers and helpers die with it
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  const endpoint = await readEndpoint(child.stderr);
  const browser = await chromium.connectOverCDP(endpoint);
  const context = browser.contexts()[0]!;
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    page,
    async kill() {
      process.kill(-child.pid!, "SIGKILL");
      await exited;
      await browser.close();
    },
  };
}

async function readEndpoint(stderr: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stderr })) {
    const found = /DevTools listening on (ws:\S+)/.exec(line);
    if (found) {
      stderr.resume(); // or the pipe fills up and blocks the browser
      return found[1]!;
    }
  }
  throw new Error("Chromium ended before it listened");
}
