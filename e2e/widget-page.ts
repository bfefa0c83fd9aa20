// What the tests of the widget share: sites with headers, a watch on the policy, the panel and its passages.
import AxeBuilder from "@axe-core/playwright";
import type { BrowserContext, Locator, Page } from "@playwright/test";
import { join } from "node:path";
import { DIST, ROOT } from "../src/cli/build.mjs";
import { serveFolder } from "../src/cli/static-server.mjs";
import { expect } from "./fixtures.ts";

const SITE = process.env["INKSPAN_E2E_DIST"] ?? DIST;
export const QUESTION = "What is the secret code of the green lantern?";
const READY_MS = 240_000;
export const picture = (name: string) => join(ROOT, "test-results", "widget", `${name}.png`);

/** A server for one test; every answer has `headers`. */
export async function withSite(
  headers: Record<string, string>,
  use: (address: string) => Promise<void>,
): Promise<void> {
  const server = await serveFolder(SITE, "/docs/inkspan/", 0, headers);
  try {
    await use(server.address);
  } finally {
    await server.close();
  }
}

/** Violations of the page's policy, also in its workers, as far as the browser reports them. */
export async function watchPolicy(context: BrowserContext): Promise<() => Promise<string[]>> {
  const violations: string[] = [];
  await context.exposeFunction("tellViolation", (text: string) => violations.push(text));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const { tellViolation } = window as unknown as {
        readonly tellViolation: (text: string) => void;
      };
      tellViolation(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  context.on("console", (message) => {
    if (/Content.Security.Policy|TrustedHTML|TrustedScript/i.test(message.text())) {
      violations.push(message.text());
    }
  });
  context.on("weberror", (error) => violations.push(error.error().message));
  return async () => violations;
}

export const panelOf = (widget: Locator) => widget.getByRole("dialog");

export async function openReady(widget: Locator): Promise<Locator> {
  await widget.getByRole("button").first().click({ timeout: 30_000 });
  const panel = panelOf(widget);
  await expect(panel).toBeVisible();
  await expect(panel.locator(".preparation")).toBeHidden({ timeout: READY_MS });
  return panel;
}

/** Asks and returns the button of the passage that holds the planted number. */
export async function ask(panel: Locator): Promise<Locator> {
  await panel.getByRole("textbox", { name: "Question" }).fill(QUESTION);
  await panel.getByRole("textbox", { name: "Question" }).press("Enter");
  const turn = panel.getByRole("article").last();
  await expect(turn).toHaveAttribute("data-status", "done", { timeout: READY_MS });
  const passage = turn.getByRole("list", { name: "Passages" }).getByRole("button");
  return passage.filter({ hasText: "73194" }).first();
}

/** Text painted by the highlight registry. */
export function highlighted(page: Page): Promise<string> {
  return page.evaluate(() => {
    const ranges = [...(CSS.highlights.get("inkspan-current-passage") ?? [])];
    return ranges.map((range) => (range as Range).toString()).join("");
  });
}

export function isInView(page: Page, text: string): Promise<boolean> {
  return page.evaluate((wanted) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (!walker.currentNode.textContent?.includes(wanted)) continue;
      const { top, bottom } = walker.currentNode.parentElement!.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    }
    return false;
  }, text);
}

export async function expectAccessible(page: Page, part?: string): Promise<void> {
  const inside: [string, string] = ["inkspan-chat", part ?? ""];
  const scope = part === undefined ? "inkspan-chat" : { fromShadowDom: inside };
  const { violations } = await new AxeBuilder({ page }).include(scope).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}
