// The durable store on the browser's real IndexedDB and OPFS. Serves its own small page.
import { expect, test, type Page } from "@playwright/test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createServer, type ViteDevServer } from "vite";
import { launchKillable } from "./store-contract/killable-browser.ts";

let server: ViteDevServer;
let address: string;

test.beforeAll(async () => {
  server = await createServer({
    configFile: false,
    root: fileURLToPath(new URL("..", import.meta.url)),
    cacheDir: "node_modules/.vite-store-contract",
    logLevel: "error",
    server: { host: "127.0.0.1", port: 0, hmr: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  await server.listen();
  const port = (server.httpServer!.address() as { port: number }).port;
  address = `http://127.0.0.1:${port}/e2e/store-contract/index.html`;
});

test.afterAll(() => server.close());

async function open(page: Page): Promise<void> {
  await page.goto(address);
  await page.waitForFunction("typeof run === 'function'");
}

function run<T>(page: Page, task: string, argument: unknown): Promise<T> {
  return page.evaluate(`run(${JSON.stringify(task)}, ${JSON.stringify(argument)})`);
}

interface Found {
  readonly tokens: number;
  readonly state: string;
  readonly bytes: number;
}

interface Rates {
  readonly write: number; // MB/s
  readonly read: number;
}

/** Token counts a crash may leave; −1 is no document. */
const COMMITS = [-1, 0, 512, 1024, 1536, 2048, 2560, 3000];

for (const extents of ["opfs", "indexeddb"]) {
  test.describe(`with extent bytes in ${extents}`, () => {
    test("the backends keep the store contract", async ({ page }) => {
      await open(page);
      const lines = await run<string[]>(page, "contract", extents);
      expect(lines.length).toBeGreaterThan(10);
      expect(lines.filter((line) => !line.startsWith("ok: "))).toEqual([]);
    });

    test("a document survives a reload, resumes at its commit and is really deleted", async ({
      page,
    }) => {
      await open(page);
      expect(await run(page, "ingest", { extents, until: 1400 })).toBe("left open");
      await page.reload();
      await open(page);
      expect(await run(page, "inspect", extents)).toMatchObject({
        tokens: 1024,
        state: "ingesting",
      });
      expect(await run(page, "ingest", { extents })).toBe("finished");
      await page.reload();
      await open(page);
      const whole = await run<Found>(page, "inspect", extents);
      expect(whole).toMatchObject({ tokens: 3000, state: "complete" });
      expect(whole.bytes).toBeGreaterThan(300_000);
      expect(await run(page, "remove", extents)).toBe(0);
      expect(await run(page, "inspect", extents)).toMatchObject({ tokens: -1 });
    });

    test("a second tab is refused while the first one writes, and may read", async ({
      page,
      context,
    }) => {
      await open(page);
      await run(page, "ingest", { extents, until: 1400 });
      const second = await context.newPage();
      await open(second);
      expect(await run(second, "ingest", { extents })).toBe("locked-by-other-tab");
      expect(await run(second, "inspect", extents)).toMatchObject({ tokens: 1024 });
      await page.close();
      await expect.poll(() => run(second, "ingest", { extents })).toBe("finished");
    });

    test("a page closed while it writes leaves a commit, and the next one reads on", async ({
      context,
    }) => {
      for (const delayMs of [20, 90]) {
        const page = await context.newPage();
        await open(page);
        const ingestion = run(page, "ingest", { extents }).catch(() => "closed");
        await page.waitForTimeout(delayMs);
        await page.close();
        await ingestion;
      }
      const page = await context.newPage();
      await open(page);
      const found = await run<Found>(page, "inspect", extents);
      expect(COMMITS).toContain(found.tokens);
      await expect.poll(() => run(page, "ingest", { extents })).toBe("finished");
      expect(await run(page, "inspect", extents)).toMatchObject({ tokens: 3000 });
    });

    test("a browser killed while it writes leaves a commit, and the next one reads on", async () => {
      const kills = process.env["INKSPAN_LONG"] ? 100 : 3;
      test.setTimeout(60_000 + kills * 20_000);
      const profile = mkdtempSync(join(tmpdir(), "inkspan-store-"));
      const states = new Map<number, number>();
      for (let kill = 0; kill <= kills; kill++) {
        const browser = await launchKillable(profile);
        await open(browser.page);
        const found = await run<Found>(browser.page, "inspect", extents);
        expect(COMMITS).toContain(found.tokens);
        states.set(found.tokens, (states.get(found.tokens) ?? 0) + 1);
        if (found.tokens === 3000) await run(browser.page, "remove", extents);
        const ingestion = run(browser.page, "ingest", { extents }).catch(() => "killed");
        if (kill === kills) {
          expect(await ingestion).toBe("finished");
          expect(await run(browser.page, "inspect", extents)).toMatchObject({ tokens: 3000 });
        } else {
          await browser.page.waitForTimeout(((kill * 61) % 200) + 5);
        }
        await browser.kill();
        await ingestion;
      }
      rmSync(profile, { recursive: true, force: true });
      const summary = [...states].map(([tokens, times]) => `${tokens}: ${times}`).join(", ");
      console.log(`${extents}: ${kills} kills, states found (tokens: times) ${summary}`);
    });

    test("the rates on disk are measured", async () => {
      const profile = mkdtempSync(join(tmpdir(), "inkspan-store-"));
      const browser = await launchKillable(profile);
      await open(browser.page);
      const { write, read } = await run<Rates>(browser.page, "rates", extents);
      await browser.kill();
      rmSync(profile, { recursive: true, force: true });
      console.log(`${extents}: 64 MiB written at ${write} MB/s, read at random at ${read} MB/s`);
      expect(Math.min(write, read)).toBeGreaterThan(1);
    });
  });
}
