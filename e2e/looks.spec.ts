// Every state of the app at a desk and on a phone: axe finds nothing serious, nothing sticks out of the page, no
// English is left in German. Palettes have the same layout and sizes the same colours, so a desk is light and a phone
// dark; the long suite looks at all four and leaves a picture of each in `test-results/looks`, on four sheets, too.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ALL_ENGLISH, ALL_GERMAN, wordEntries } from "../src/app/words/testing/word-entries.ts";
import { ROOT } from "../src/cli/build.mjs";
import { expect, test } from "./harness-server.ts";

interface State {
  readonly name: string;
  readonly scene: string;
  /** Leads there at a desk. */
  readonly reach?: (page: Page) => Promise<void>;
}

const BOOK = "Treasure Island, by Robert Louis Stevenson";
const button = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name, exact: true }).first().click();

/** What is loaded when it is first wanted. */
async function openDialog(page: Page, label: string, name = label): Promise<void> {
  await button(page, label);
  await expect(page.getByRole("dialog", { name })).toBeVisible();
}

async function ask(page: Page, question: string): Promise<void> {
  await page.getByRole("textbox", { name: "Question" }).fill(question);
  await page.keyboard.press("Enter");
  await expect(page.locator(".answer").last()).toHaveAttribute("data-status", "done");
}

async function addLong(page: Page): Promise<void> {
  await button(page, "Paste text");
  const dialog = page.getByRole("dialog", { name: "Paste text" });
  await dialog.getByRole("textbox", { name: "Text", exact: true }).fill("word ".repeat(200_000));
  await button(page, "Add text");
  await expect(page.locator('.document[data-state="ingesting"]')).toBeVisible();
}

const inGerman = (reach: (page: Page) => Promise<void>) => async (page: Page) => {
  await button(page, "Settings");
  await page.getByRole("combobox", { name: "Language" }).selectOption("Deutsch");
  await expect(page.getByRole("dialog", { name: "Einstellungen" })).toBeVisible();
  await page.keyboard.press("Escape");
  await reach(page);
};

const STATES: readonly State[] = [
  { name: "empty", scene: "empty" },
  { name: "loading", scene: "loading" },
  { name: "no-adapter", scene: "no-adapter" },
  {
    name: "waiting-for-model",
    scene: "loading",
    reach: async (page) => {
      await button(page, "Begin with Treasure Island");
      await expect(page.getByRole("status", { name: "Being added" })).not.toBeEmpty();
    },
  },
  { name: "library", scene: "library" },
  { name: "reading", scene: "library", reach: addLong },
  {
    name: "answer",
    scene: "library",
    reach: async (page) => {
      await button(page, BOOK);
      await ask(page, "What was Jim promised, and for what?");
    },
  },
  {
    name: "unsupported",
    scene: "library",
    reach: async (page) => {
      await button(page, BOOK);
      await ask(page, "An unsupported question?");
    },
  },
  {
    name: "outline-and-search",
    scene: "library",
    reach: async (page) => {
      await button(page, BOOK);
      await button(page, "Outline");
      await page.keyboard.press("Control+f");
      await page.keyboard.type("silver");
      await expect(page.locator(".find-count")).toHaveText(/of/);
    },
  },
  {
    name: "selection",
    scene: "library",
    reach: async (page) => {
      await button(page, "Select");
      await page.getByRole("checkbox").first().check();
      await page.getByRole("checkbox").nth(1).check();
    },
  },
  { name: "settings", scene: "library", reach: (page) => openDialog(page, "Settings") },
  { name: "picker", scene: "library", reach: (page) => openDialog(page, "Choose a model") },
  {
    name: "evaluate",
    scene: "library",
    reach: (page) => page.getByRole("link", { name: "Evaluate" }).click(),
  },
  { name: "paste", scene: "library", reach: (page) => button(page, "Paste text") },
  { name: "menu", scene: "library", reach: (page) => button(page, "More ways to add") },
  {
    name: "web-page",
    scene: "library",
    reach: async (page) => {
      await button(page, "More ways to add");
      await button(page, "Add a web page");
    },
  },
  {
    name: "delete",
    scene: "library",
    reach: async (page) => {
      await button(page, `Actions for ${BOOK}`);
      await button(page, `Delete ${BOOK}`);
    },
  },
  {
    name: "cancel-reading",
    scene: "library",
    reach: async (page) => {
      await button(page, "Actions for Annual maintenance report");
      await button(page, "Cancel reading Annual maintenance report");
    },
  },
  {
    name: "history",
    scene: "library",
    reach: async (page) => {
      await button(page, "Actions for this conversation");
      await openDialog(page, "Search in all questions", "All questions");
    },
  },
  {
    name: "shortcuts",
    scene: "library",
    reach: async (page) => {
      await page.locator(".shell").press("?");
      await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
    },
  },
  {
    name: "consent",
    scene: "library",
    reach: async (page) => {
      await openDialog(page, "Settings");
      await page.getByRole("checkbox", { name: "Let a server answer" }).check();
      await page.getByLabel(/^Server address/).fill("http://127.0.0.1:9/v1");
      await button(page, "Look for models");
      await expect(page.getByRole("combobox", { name: /^Model/ })).toHaveValue("scripted");
      await page.keyboard.press("Escape");
      await button(page, BOOK);
      await page.getByRole("textbox", { name: "Question" }).fill("Who?");
      await page.keyboard.press("Enter");
      await expect(page.getByRole("alertdialog", { name: /Send this question/ })).toBeVisible();
    },
  },
  {
    name: "long-reading",
    scene: "library",
    reach: async (page) => {
      await button(page, "Resume Annual maintenance report");
      await expect(page.locator(".document", { hasText: "Annual" })).toContainText("tokens/s");
      const buffer = Buffer.from("A long word. ".repeat(200_000));
      await page
        .getByLabel("Document file")
        .setInputFiles({ name: "long.txt", mimeType: "text/plain", buffer });
      await expect(page.getByRole("dialog", { name: "Read “long”?" })).toBeVisible();
    },
  },
  {
    name: "make-room",
    scene: "full",
    reach: (page) => expect(page.getByRole("alertdialog")).toContainText("The storage is full"),
  },
  {
    name: "offer",
    scene: "library&document=https://books.example/cristo.ltri",
    reach: (page) => expect(page.getByRole("dialog")).toContainText("Monte Cristo"),
  },
  {
    name: "errors",
    scene: "library",
    reach: async (page) => {
      const files = ["a", "b", "c", "d"].map((name) => ({
        name: `${name}.png`,
        mimeType: "image/png",
        buffer: Buffer.from([137, 80, 78, 71]),
      }));
      await page.getByLabel("Document file").setInputFiles(files);
      await expect(page.getByRole("alert").filter({ hasText: "d.png" })).toBeVisible();
    },
  },
  {
    name: "german",
    scene: "library",
    reach: inGerman(async (page) => {
      await button(page, BOOK);
      await page.getByRole("textbox", { name: "Frage" }).fill("An unsupported question?");
      await page.keyboard.press("Enter");
      await expect(page.locator(".answer")).toHaveAttribute("data-status", "done");
    }),
  },
  { name: "german-empty", scene: "empty", reach: inGerman(() => Promise.resolve()) },
  {
    name: "german-settings",
    scene: "library",
    reach: inGerman((page) => openDialog(page, "Einstellungen")),
  },
  {
    name: "german-evaluate",
    scene: "library",
    reach: inGerman(async (page) => {
      await page.getByRole("link", { name: "Auswerten" }).click();
      await page.getByText("Aufgaben, Längen und Regeln").click();
    }),
  },
  {
    name: "german-picker",
    scene: "library",
    reach: inGerman((page) => openDialog(page, "Modell wählen")),
  },
];

const IS_LONG = process.env["INKSPAN_LONG"] === "1";
const LOOKS = join(ROOT, "test-results/looks");
const PALETTES = ["light", "dark"] as const;
const DESK = { width: 1366, height: 657 };
const PHONE = { width: 360, height: 740 };

/** What English says and German does not, as patterns over a whole text. */
const ENGLISH = (() => {
  const own = new Map(wordEntries(ALL_GERMAN));
  return (
    wordEntries(ALL_ENGLISH)
      .filter(([path, said]) => said !== own.get(path) && /\p{L}{3}/u.test(said))
      .map(([, said]) => {
        const parts = said.split(/«\d»/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
        return new RegExp(`^${parts.join(".+")}$`);
      })
      // "X: Y" and the like would fit anything.
      .filter((pattern) => /\p{L}{3}/u.test(pattern.source))
  );
})();

/** Texts, names, titles and hints that are in the page, without the documents and conversations. */
function saidOn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const own = ".text-body, .turn, [data-own], .document-title, option";
    const found = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode;
      if (parentElement && !parentElement.closest(own)) found.add((textContent ?? "").trim());
    }
    for (const one of document.querySelectorAll("[aria-label], [title], [placeholder]")) {
      for (const name of ["aria-label", "title", "placeholder"]) {
        found.add(one.getAttribute(name)?.trim() ?? "");
      }
    }
    return [...found].filter((said) => /\p{L}{3}/u.test(said));
  });
}

async function isPictured(page: Page, name: string): Promise<void> {
  if (IS_LONG) await page.screenshot({ path: join(LOOKS, `${name}.png`) });
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll("button, select, input, textarea, p, td, th, h1, h2, h3")]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }))
      .filter((one) => !one.closest(".visually-hidden, table"))
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
      .map((one) => one.outerHTML.slice(0, 100)),
  );
  expect.soft(wide, `${name}: nothing sticks out`).toEqual([]);
  if ((page.viewportSize()?.width ?? 0) > PHONE.width) return;
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("button, select, input:not([type])")]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }))
      // What stands in a line of text keeps its height (WCAG 2.5.8), as do the cells of a table.
      .filter((one) => !one.matches(".link, .citation, table *"))
      .filter((one) => one.getBoundingClientRect().height < 39.5)
      .map((one) => one.outerHTML.slice(0, 100)),
  );
  expect.soft(small, `${name}: large enough to touch`).toEqual([]);
}

async function isAccessible(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .options({ resultTypes: ["violations"] })
    .analyze();
  const grave = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }));
  expect.soft(grave, name).toEqual([]);
}

test.describe.configure({ timeout: 90_000 });
// The pictures tell more, and take half of the time.
test.use({ trace: "off" });

for (const { name, scene, reach } of STATES) {
  test(`${name} can be seen and used by everybody`, async ({ open }) => {
    const page = await open(`scene=${scene}`);
    await page.setViewportSize(DESK);
    await reach?.(page);
    if (name.startsWith("german")) {
      const said = await saidOn(page);
      expect(said.length).toBeGreaterThan(20);
      const left = said.filter((one) => ENGLISH.some((pattern) => pattern.test(one)));
      expect.soft(left, "English words").toEqual([]);
    }
    const look = (width: string, colorScheme: "light" | "dark") =>
      page
        .emulateMedia({ colorScheme, reducedMotion: "reduce" })
        .then(() => `${name}-${width}-${colorScheme}`);
    for (const colorScheme of IS_LONG ? PALETTES : ["light" as const]) {
      const desk = await look("desk", colorScheme);
      await isPictured(page, desk);
      await isAccessible(page, desk);
    }
    await page.setViewportSize(PHONE);
    const tabs = page.locator(".view-tabs button");
    const isCovered = await page.getByRole("dialog").or(page.getByRole("alertdialog")).count();
    const views = isCovered > 0 ? 0 : await tabs.count();
    for (let at = 0; at < Math.max(1, views); at++) {
      if (at < views) await tabs.nth(at).click();
      for (const colorScheme of IS_LONG ? PALETTES : ["dark" as const]) {
        const phone = await look("phone", colorScheme);
        await isPictured(page, views > 0 ? `${phone}-${at + 1}` : phone);
        // Pages without a dialog: accessibility.spec.ts, view by view.
        if (isCovered > 0 || at === 0) await isAccessible(page, phone);
      }
    }
  });
}

if (IS_LONG) {
  test("all of them on four sheets", async ({ page }) => {
    const names = readdirSync(LOOKS).filter((name) => name.endsWith(".png"));
    for (const [width, columns] of [
      ["desk", 4],
      ["phone", 10],
    ] as const) {
      for (const colorScheme of ["light", "dark"]) {
        const shown = names.filter((name) => name.includes(`-${width}-${colorScheme}`));
        expect(shown.length).toBeGreaterThan(0);
        const figures = shown.map((name) => {
          const bytes = readFileSync(join(LOOKS, name)).toString("base64");
          const title = name.replace(`-${width}-${colorScheme}`, "").replace(".png", "");
          return `<figure><img src="data:image/png;base64,${bytes}"><figcaption>${title}</figcaption></figure>`;
        });
        await page.setViewportSize({ width: 1280, height: 600 });
        await page.setContent(
          `<style>body{margin:8px;display:grid;grid-template-columns:repeat(${columns},1fr);gap:8px;font:12px sans-serif;background:#ddd}figure{margin:0}img{width:100%}</style>${figures.join("")}`,
        );
        const sheet = join(LOOKS, `sheet-${width}-${colorScheme}.jpg`);
        await page.screenshot({ path: sheet, type: "jpeg", quality: 45, fullPage: true });
      }
    }
  });
}
