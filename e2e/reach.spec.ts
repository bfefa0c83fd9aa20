// Who reaches the scripted app: the keyboard alone, every width, the second language (axe: looks.spec.ts).
import { answers, ask, openBook, question, text, turns } from "./harness-page.ts";
import { expect, test } from "./harness-server.ts";

test("the keyboard alone goes from the start to a cited passage", async ({ open }) => {
  const page = await open("scene=library");
  await expect(page.getByRole("status", { name: "Model" })).toHaveAttribute("data-phase", "ready");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the question" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(question(page)).toBeFocused();
  await page.keyboard.type("What was promised?");
  await page.keyboard.press("Enter");
  await expect(answers(page)).toHaveAttribute("data-status", "done");
  // The strongest passage came into view by itself; the way to the second one is by Tab.
  await expect(text(page).locator("mark[data-active]")).toContainText("He had taken me aside");
  const second = turns(page).getByRole("button", { name: /^Show passage 2/ });
  for (
    let i = 0;
    i < 12 && !(await second.evaluate((one) => one === document.activeElement));
    i++
  ) {
    await page.keyboard.press("Shift+Tab");
  }
  await expect(second).toBeFocused();
  await page.keyboard.press("Enter");
  // It runs over several paragraphs, with a mark in each.
  await expect(text(page).locator("mark[data-active]").first()).toContainText("a seafaring man");
  await page.keyboard.press("/");
  await expect(question(page)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(question(page)).toHaveValue("What was promised?");
  await text(page).focus();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
});

test("no width scrolls sideways, and the wheel never moves the app", async ({ open }) => {
  const page = await open("scene=library");
  await openBook(page);
  await ask(page, "Who is the captain?");
  await expect(answers(page)).toHaveAttribute("data-status", "done");
  for (const [width, height] of [
    [360, 740],
    [1024, 768],
    [1366, 657],
    [2560, 1300],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const view of width < 900 ? ["Library", "Text", "Questions"] : [""]) {
      if (view) await page.getByRole("button", { name: view, exact: true }).click();
      await page.mouse.move(width - 40, height / 2);
      await page.mouse.wheel(0, 4_000);
      const moved = await page.evaluate(() => {
        const shell = document.querySelector(".shell");
        scrollTo(500, 500);
        shell?.scrollTo(500, 500);
        return [scrollX, scrollY, shell?.scrollLeft, shell?.scrollTop];
      });
      expect(moved, `${width} ${view}`).toEqual([0, 0, 0, 0]);
      const wide = await page.evaluate(() =>
        [...document.querySelectorAll("button, select, input, p")]
          .filter((one) => one.checkVisibility({ visibilityProperty: true }))
          .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
          .map((one) => one.outerHTML.slice(0, 80)),
      );
      expect(wide, `${width} ${view}: nothing sticks out`).toEqual([]);
    }
  }
  await page.setViewportSize({ width: 360, height: 740 });
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("button")]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }))
      // Links and citations stand in a line of text: WCAG 2.5.8 leaves them their line's height.
      .filter((one) => !one.matches(".link, .citation"))
      .filter((one) => one.getBoundingClientRect().height < 39.5)
      .map((one) => one.outerHTML.slice(0, 80)),
  );
  expect(small, "large enough to touch").toEqual([]);
});

test("problems are one line each with details, and many do not cover the page", async ({
  open,
}) => {
  const page = await open("scene=library");
  const broken = ["a", "b", "c", "d"].map((name) => ({
    name: `${name}.png`,
    mimeType: "image/png",
    buffer: Buffer.from([137, 80, 78, 71]),
  }));
  await page.getByLabel("Document file").setInputFiles(broken);
  const alert = page.getByRole("alert").filter({ hasText: "d.png" });
  await expect(alert).toBeVisible();
  await expect(alert.locator(".toast")).toHaveCount(2);
  await expect(alert.getByRole("button", { name: "2 more" })).toBeVisible();
  expect((await page.locator(".toasts").boundingBox())?.height).toBeLessThan(260);
});

test("the app speaks German, at once and after a reload", async ({ open }) => {
  const page = await open("scene=library");
  await page.getByRole("button", { name: "Settings", exact: true }).click();
  await page.getByRole("combobox", { name: "Language" }).selectOption("Deutsch");
  await expect(page.getByRole("dialog", { name: "Einstellungen" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Bibliothek" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page.getByRole("list", { name: "Dokumente" })).toContainText("etwa 200 Seiten");
});

test("what the engine says of a failure is German, too, but for the names in it", async ({
  open,
}) => {
  const page = await open("scene=library");
  await page.getByRole("button", { name: "Settings", exact: true }).click();
  await page.getByRole("combobox", { name: "Language" }).selectOption("Deutsch");
  await page.keyboard.press("Escape");
  const buffer = Buffer.from([137, 80, 78, 71]);
  await page
    .getByLabel("Dokumentdatei")
    .setInputFiles({ name: "a program.png", mimeType: "image/png", buffer });
  const alert = page.getByRole("alert").filter({ hasText: "a program.png" });
  await alert.getByText("Einzelheiten").click();
  await expect(alert.locator(".detail")).toHaveText(
    "„a program.png“ ist ein Bild (PNG). Lass eine Texterkennung (OCR) darüber laufen und füge das Ergebnis hinzu.",
  );
});
