// Screenshots go to test-results; what is asserted is what a screenshot cannot: nothing overflows and
// everything can be reached.
import { join } from "node:path";
import { ROOT } from "../src/cli/build.mjs";
import { addFile, askQuestion, waitForDocument, waitForModel } from "../src/cli/page-driver.mjs";
import { expect, PLANTED_QUESTION, plantedBook, test, textFile } from "./fixtures.ts";

const picture = (name: string) => join(ROOT, "test-results", "appearance", `${name}.png`);

test("desktop and phone, light and dark", async ({ app }) => {
  await waitForModel(app);
  await addFile(app, textFile("Treasure Island.txt", plantedBook(2_500)));
  await waitForDocument(app, "Treasure Island");
  await askQuestion(app, PLANTED_QUESTION);
  for (const colorScheme of ["light", "dark"] as const) {
    await app.emulateMedia({ colorScheme });
    await app.setViewportSize({ width: 1280, height: 800 });
    await app.screenshot({ path: picture(`desktop-${colorScheme}`) });
    await app.setViewportSize({ width: 390, height: 844 });
    for (const view of ["Library", "Text", "Questions"]) {
      await app
        .getByRole("navigation", { name: "Views" })
        .getByRole("button", { name: view })
        .click();
      const overflow = await app.evaluate(() => document.body.scrollWidth - window.innerWidth);
      expect(overflow, `${view} fits the phone's width`).toBeLessThanOrEqual(0);
      await app.screenshot({ path: picture(`phone-${colorScheme}-${view.toLowerCase()}`) });
    }
  }
});

test("the theme switch overrides the system and is remembered", async ({ app }) => {
  const background = () => app.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await app.emulateMedia({ colorScheme: "light" });
  const light = await background();
  await app.getByRole("button", { name: "Theme: as the system" }).click();
  await app.getByRole("button", { name: "Theme: light" }).click();
  await expect.poll(background).not.toBe(light);
  await app.reload();
  await expect(app.getByRole("button", { name: "Theme: dark" })).toBeVisible();
  await expect.poll(background).not.toBe(light);
});

test("the keyboard reaches the question, the evidence and the text", async ({ app }) => {
  await waitForModel(app);
  await addFile(app, textFile("short.txt", plantedBook(2_500)));
  await waitForDocument(app, "short");
  await app.getByRole("textbox", { name: "Question" }).focus();
  await app.keyboard.type(PLANTED_QUESTION);
  await app.keyboard.press("Enter");
  const turn = app.getByRole("article").last();
  const evidence = turn.getByRole("list", { name: "Evidence" }).getByRole("button").first();
  await expect(evidence).toBeVisible({ timeout: 300_000 });
  await evidence.focus();
  await app.keyboard.press("Enter");
  await expect(evidence).toHaveAttribute("aria-pressed", "true");
  const text = app.getByRole("region", { name: "Document text" });
  await text.focus();
  await expect(text).toBeFocused();
  await app.keyboard.press("End");
  await expect.poll(() => text.evaluate((element) => element.scrollTop)).toBeGreaterThan(0);
});
