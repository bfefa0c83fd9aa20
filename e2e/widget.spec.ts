// The widget on pages of others: plain, with a strict policy, with its script from another origin.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveFolder } from "../src/cli/static-server.mjs";
import { buildPdf, textPage } from "../src/documents/testing/build-pdf.ts";
import {
  chunk,
  openScriptedServer,
  sendPieces,
} from "../src/engine/model-server/testing/scripted-server.ts";
import type {} from "../src/widget/inkspan-chat.ts"; // the element in HTMLElementTagNameMap
import { expect, test } from "./fixtures.ts";
import {
  QUESTION,
  picture,
  withSite,
  watchPolicy,
  panelOf,
  openReady,
  ask,
  highlighted,
  isInView,
  expectAccessible,
} from "./widget-page.ts";

test("a plain page: nothing before opening, one worker for two widgets, evidence on the page", async ({
  page,
}) => {
  await withSite({}, async (address) => {
    const requests: string[] = [];
    page.on("request", (request) => requests.push(new URL(request.url()).pathname));
    await page.goto(`${address}examples/plain.html`);
    const widget = page.locator("inkspan-chat").first();
    const other = page.locator("inkspan-chat").last();
    await expect(widget.getByRole("button", { name: "Ask this page" })).toBeVisible();
    await expect(other.getByRole("button", { name: "Ask the manual" })).toBeVisible();
    const scripts = requests.filter((path) => path.endsWith(".js"));
    expect(scripts[0]).toMatch(/\/inkspan-chat\.js$/);
    expect(scripts.length, scripts.join(" ")).toBeLessThanOrEqual(2);
    expect(requests.some((path) => path.endsWith(".gguf"))).toBe(false);
    expect(page.workers()).toHaveLength(0);

    await test.step("styles of the page do not reach it", async () => {
      const look = () =>
        widget
          .getByRole("button")
          .first()
          .evaluate((button) => {
            const { fontSize, textTransform, letterSpacing, minHeight } = getComputedStyle(button);
            return { fontSize, textTransform, letterSpacing, minHeight };
          });
      const before = await look();
      await page.addStyleTag({
        content: `* { font-size: 40px !important; text-transform: uppercase !important;
          letter-spacing: 9px !important } button { min-height: 300px !important }`,
      });
      expect(await look()).toEqual(before);
      await page.locator("style").evaluateAll((styles) => styles.forEach((one) => one.remove()));
    });

    const panel = await openReady(widget);
    await expect(panel.getByRole("textbox", { name: "Question" })).toBeFocused();
    expect(page.workers()).toHaveLength(1);
    const passage = await ask(panel);
    await expect(passage.locator("q")).toHaveCSS("quotes", "none");
    await page.evaluate(() => scrollTo(0, 0));
    await passage.click();
    expect(await highlighted(page)).toContain("73194");
    // Across an inline element and folded white space, and nothing of the neighbours.
    expect(await highlighted(page)).not.toContain("half a litre");
    await expect.poll(() => isInView(page, "of the green lantern is 73194")).toBe(true);
    await expect(panel.getByRole("status")).toHaveText(/marked on the page/);
    await expectAccessible(page);

    await test.step("looks", async () => {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.screenshot({ path: picture(`desktop-${colorScheme}`) });
        await expectAccessible(page);
        await page.setViewportSize({ width: 390, height: 844 });
        await page.evaluate(() => scrollTo(0, 0));
        await passage.click();
        const covered = (await panel.boundingBox())!;
        expect(covered.x).toBeGreaterThanOrEqual(0);
        expect(covered.width).toBeLessThanOrEqual(390);
        await expect.poll(() => isInView(page, "of the green lantern is 73194")).toBe(true);
        const place = page.getByText("of the green lantern is 73194").first();
        const box = (await place.boundingBox())!;
        expect(box.y + box.height, "the passage is above the panel").toBeLessThan(covered.y);
        await page.screenshot({ path: picture(`phone-${colorScheme}`) });
      }
      await page.emulateMedia({ colorScheme: null });
      await page.setViewportSize({ width: 1280, height: 800 });
    });

    await test.step("the keyboard stays inside, Escape leaves", async () => {
      await panel.getByRole("textbox", { name: "Question" }).focus();
      for (let i = 0; i < 12; i++) {
        await page.keyboard.press(i % 3 === 2 ? "Shift+Tab" : "Tab");
        expect(await page.evaluate(() => document.activeElement?.localName)).toBe("inkspan-chat");
      }
      await page.keyboard.press("Escape");
      await expect(panel).toBeHidden();
      await expect(widget.getByRole("button", { name: "Ask this page" })).toBeFocused();
      expect(await highlighted(page)).toBe("");
    });

    await test.step("a file in a second widget, with the same worker", async () => {
      const second = await openReady(other);
      expect(page.workers()).toHaveLength(1);
      await (await ask(second)).click();
      await expect(second.locator("mark")).toContainText("73194");
      await page.screenshot({ path: picture("passage-of-a-file") });
      await expectAccessible(page);
      await second.getByRole("button", { name: "Back to the answers" }).click();
      await widget.getByRole("button", { name: "Ask this page" }).click();
      await expect(second, "one panel at a time").toBeHidden();
    });

    await test.step("after a reload the text is not read again, and answers come by script", async () => {
      await page.reload();
      const seen = await widget.evaluate(async (element, question) => {
        const chat = element as HTMLElementTagNameMap["inkspan-chat"];
        const events: string[] = [];
        chat.addEventListener("ready", () => events.push("ready"));
        chat.addEventListener("progress", ({ detail }) => events.push(detail.stage));
        chat.addEventListener("answer", ({ detail }) => events.push(detail.question));
        const { stats } = await chat.ask(question);
        return { events, recomputed: stats.recomputedDocumentTokens, open: chat.open };
      }, QUESTION);
      expect(seen).toMatchObject({ recomputed: 0, open: true });
      expect(seen.events).not.toContain("reading");
      expect(seen.events.slice(-2)).toEqual(["ready", QUESTION]);
    });

    await test.step("the conversation is still there, and its passages too", async () => {
      await page.reload();
      const again = await openReady(widget);
      await expect(again.getByRole("article")).toHaveCount(2);
      const passages = again.getByRole("article").first().getByRole("list", { name: "Passages" });
      await passages.getByRole("button").filter({ hasText: "73194" }).first().click();
      expect(await highlighted(page)).toContain("73194");
    });

    await test.step("the app of the same origin does not list what the widget read", async () => {
      await page.goto(`${address}?model=none`);
      await expect(page.getByText("No documents yet")).toBeVisible();
    });
  });
});

const STRICT = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types inkspan dompurify",
].join("; ");

test("the button that opens the panel is as legible when it is pointed at", async ({ page }) => {
  await withSite({}, async (address) => {
    await page.goto(`${address}examples/plain.html`);
    const widget = page.locator("inkspan-chat").first();
    const launcher = widget.getByRole("button").first();
    const colours = () =>
      launcher.evaluate((one) => {
        const { backgroundColor, color } = getComputedStyle(one);
        return { backgroundColor, color };
      });
    const before = await colours();
    await launcher.click();
    const panel = panelOf(widget);
    await expect(panel).toBeVisible();
    await panel.getByRole("button", { name: "Close" }).click();
    await launcher.hover();
    expect(await launcher.evaluate((one) => one.matches(":hover"))).toBe(true);
    expect(await colours()).toEqual(before);
  });
});

test("a strict policy with Trusted Types is never violated; without highlights the passage is selected", async ({
  page,
  context,
}) => {
  const violations = await watchPolicy(context);
  await context.addInitScript(() => {
    Object.defineProperty(CSS, "highlights", { value: undefined });
  });
  await withSite({ "content-security-policy": STRICT }, async (address) => {
    await page.goto(`${address}examples/strict-csp.html`);
    const isolated = await page.evaluate(() => crossOriginIsolated);
    expect(isolated, "no isolation headers").toBe(false);
    const panel = await openReady(page.locator("inkspan-chat"));
    await (await ask(panel)).click();
    expect(await page.evaluate(() => getSelection()?.toString())).toContain("73194");
    expect(await violations()).toEqual([]);
  });
});

test("the script comes from another origin, by a blob worker or a worker file of the page's own", async ({
  page,
  context,
}) => {
  const violations = await watchPolicy(context);
  await withSite({ "access-control-allow-origin": "*" }, async (scripts) => {
    const { origin } = new URL(scripts);
    const policy = (workers: string) =>
      `default-src 'none'; script-src 'self' 'wasm-unsafe-eval' ${origin}; connect-src 'self' ${origin}; worker-src ${workers} ${origin}; require-trusted-types-for 'script'; trusted-types inkspan dompurify`;
    const html = (attribute: string) => `<!doctype html><html lang="en"><title>Elsewhere</title>
      <script type="module" src="${scripts}inkspan-chat.js"></script>
      <main><h1>Lantern</h1><p>The secret code of the green lantern is 73194.</p></main>
      <inkspan-chat for="main" model="nano" ${attribute}></inkspan-chat></html>`;
    // Real servers: the browser blocks loopback addresses to pages that a test only makes up.
    const folder = mkdtempSync(join(tmpdir(), "inkspan-elsewhere-"));
    writeFileSync(join(folder, "blob.html"), html(""));
    writeFileSync(join(folder, "file.html"), html('worker="worker.js"'));
    writeFileSync(join(folder, "worker.js"), `import "${scripts}inkspan-worker.js";`);
    // A file is read by a second worker, which is started the same way.
    const pdf = (attribute: string) =>
      html(`${attribute} src="lantern.pdf"`).replace('for="main"', "");
    writeFileSync(
      join(folder, "lantern.pdf"),
      buildPdf([textPage(["Lantern", "The secret code of the green lantern is 73194."])]),
    );
    writeFileSync(join(folder, "blob-pdf.html"), pdf(""));
    writeFileSync(
      join(folder, "file-pdf.html"),
      pdf('worker="worker.js" extraction="extraction.js"'),
    );
    writeFileSync(join(folder, "extraction.js"), `import "${scripts}inkspan-extraction.js";`);
    try {
      for (const [name, workers, script] of [
        ["blob.html", "blob:", /^blob:/],
        ["file.html", "'self'", /\/site\/worker\.js$/],
        ["blob-pdf.html", "blob:", /^blob:/],
        ["file-pdf.html", "'self'", /\/site\/worker\.js$/],
      ] as const) {
        const headers = { "content-security-policy": policy(workers) };
        const host = await serveFolder(folder, "/site/", 0, headers);
        try {
          await page.goto(`${host.address}${name}`);
          const widget = page.locator("inkspan-chat");
          await openReady(widget);
          expect(page.workers()).toHaveLength(1);
          expect(page.workers()[0]!.url()).toMatch(script);
          const { text } = await widget.evaluate(
            (element, question) => (element as HTMLElementTagNameMap["inkspan-chat"]).ask(question),
            QUESTION,
          );
          expect(text).not.toBe("");
        } finally {
          await host.close();
        }
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    expect(await violations()).toEqual([]);
  });
});

test("what cannot work is said in the panel, and can be tried again", async ({ page }) => {
  await withSite({}, async (address) => {
    await page.goto(`${address}examples/plain.html`);
    const widget = page.locator("inkspan-chat").first();
    const codes = await widget.evaluateHandle((element) => {
      const seen: string[] = [];
      const chat = element as HTMLElementTagNameMap["inkspan-chat"];
      chat.addEventListener("error", ({ detail }) => seen.push(detail.code));
      chat.setAttribute("for", "#nothing-here");
      chat.open = true;
      return seen;
    });
    const panel = panelOf(widget);
    await expect(panel.locator(".preparation")).toContainText("#nothing-here");
    await widget.evaluate((element) => element.setAttribute("src", "missing.txt"));
    await expect(panel.locator(".preparation")).toContainText("answered 404");
    expect(await codes.jsonValue()).toEqual(["not-found", "download-failed"]);
    await page.route("**/missing.txt", (route) => route.fulfill({ body: "   " }));
    await panel.getByRole("button", { name: "Try again" }).click();
    await expect(panel.locator(".preparation")).toContainText("is empty");
    const engines = page.workers().filter((worker) => /engine/.test(worker.url()));
    expect(engines, "no engine for a text that is not there").toHaveLength(0);
  });
});

test("a model server answers where the page's script names one, after the person has agreed, without a model here", async ({
  page,
}) => {
  const models: string[] = [];
  page.on("request", (request) => {
    if (/\.(gguf|bin)$/.test(request.url())) models.push(request.url());
  });
  const server = await openScriptedServer(async ({ method }, response) => {
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Headers", "authorization, content-type");
    if (method === "OPTIONS") return void response.writeHead(204).end();
    await sendPieces(response, [
      chunk("The secret code of the green lantern is 73194 [1]."),
      chunk("", "stop"),
    ]);
    response.end();
  });
  const asked = () => server.seen.filter(({ method }) => method === "POST");
  try {
    await withSite({}, async (address) => {
      await page.goto(`${address}examples/plain.html`);
      const widget = page.locator("inkspan-chat").first();
      const name = (choice: { address: string; model: string; key: string | null }) =>
        widget.evaluate((element, given) => {
          (element as HTMLElementTagNameMap["inkspan-chat"]).answerer = given;
        }, choice);
      await name({ address: server.base, model: "large-model", key: "secret" });
      const panel = await openReady(widget);
      await expect(panel).toContainText("it gets the question and the passages found for it");
      const box = panel.getByRole("textbox", { name: "Question" });
      await box.fill(QUESTION);
      await box.press("Enter");
      const consent = panel.getByRole("alertdialog", { name: /Send this question/ });
      await expect(consent).toContainText(`large-model at ${new URL(server.base).origin}`);
      await expectAccessible(page, ".consent");
      await consent.getByRole("button", { name: "Do not send" }).click();
      expect(asked()).toEqual([]);
      await expect(box, "the question is kept").toHaveValue(QUESTION);
      await box.press("Enter");
      await consent.getByRole("button", { name: "Send", exact: true }).click();
      const turn = panel.getByRole("article").last();
      await expect(turn).toHaveAttribute("data-status", "done");
      await expect(turn).toContainText("Answered by large-model at");
      const citation = turn.getByRole("button", { name: /^Citation/ }).first();
      await expect(citation).toHaveAttribute("title", /73194/);
      const preview = () => citation.evaluate((it) => getComputedStyle(it, "::after").content);
      expect(await preview()).toBe("none");
      await citation.focus();
      expect(await preview(), "the passage in small, for the keyboard").not.toBe("none");
      await citation.click();
      await expect.poll(() => highlighted(page)).toContain("73194");
      expect(asked()).toHaveLength(1);
      expect(asked()[0]!.headers.authorization).toBe("Bearer secret");

      await page.reload();
      await name({ address: server.base, model: "large-model", key: null });
      await ask(await openReady(widget));
      await expect(consent, "asked once for each server").toBeHidden();
      expect(asked()).toHaveLength(2);
    });
    expect(models, "no model is fetched").toEqual([]);
  } finally {
    await server.close();
  }
});
