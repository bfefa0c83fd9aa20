// Files people have become documents: each format, what is refused and how it is said, places in the
// reader and in evidence. The text view is enough for most; nothing here waits for a whole reading.
import type { Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../src/cli/build.mjs";
import {
  addFile,
  askQuestion,
  documentCard,
  waitForDocument,
  waitForModel,
} from "../src/cli/page-driver.mjs";
import {
  buildZip,
  docxFiles,
  epubFiles,
  wordParagraph,
} from "../src/documents/testing/build-archives.ts";
import { buildPdf, textPage } from "../src/documents/testing/build-pdf.ts";
import { expect, PLANTED, PLANTED_QUESTION, test } from "./fixtures.ts";

const file = (
  name: string,
  content: string | Uint8Array,
  mimeType = "application/octet-stream",
) => ({
  name,
  mimeType,
  buffer: Buffer.from(content),
});

const text = (page: Page) => page.getByRole("region", { name: "Document text" });
const places = (page: Page) => page.getByRole("combobox", { name: "Page or chapter" });

/** Stops the reading of a document that was added only to see its text. */
async function remove(page: Page, title: string): Promise<void> {
  const card = documentCard(page, title);
  await card.getByRole("button", { name: `Actions for ${title}` }).click();
  await page.getByRole("button", { name: /^(Cancel reading|Delete) / }).click();
  await page.getByRole("button", { name: /^(Stop|Delete document)$/ }).click();
  await expect(card).toHaveCount(0, { timeout: 60_000 });
}

test("PDF: pages in the reader and in the evidence, also after a reload", async ({ app }) => {
  await waitForModel(app);
  const filler = (page: number) =>
    textPage(
      Array.from(
        { length: 12 },
        (_, i) => `Page ${page} has nothing to tell in its line ${i}, only`,
      ),
    );
  const pages = [
    filler(1),
    [...filler(2), ...textPage([PLANTED]).map((one) => ({ ...one, y: 500 }))],
    filler(3),
  ];
  await addFile(app, file("field_notes.pdf", buildPdf(pages), "application/pdf"));
  await waitForDocument(app, "field notes");
  await expect(places(app).getByRole("option")).toHaveText(["Page 1", "Page 2", "Page 3"]);
  await places(app).selectOption({ label: "Page 3" });
  await expect(text(app)).toContainText("Page 3 has nothing to tell");

  await askQuestion(app, PLANTED_QUESTION);
  const planted = app
    .getByRole("article")
    .last()
    .getByRole("list", { name: "Evidence" })
    .getByRole("listitem")
    .filter({ hasText: "73194" });
  await expect(planted.locator(".place")).toHaveText("Page 2");
  await app.reload();
  await waitForModel(app);
  await expect(planted.locator(".place")).toHaveText("Page 2");
  await expect(places(app).getByRole("option")).toHaveCount(3);
  // Behind the first answer the passage may be a longer one that lies mostly on the next page.
  await app.getByRole("button", { name: "New conversation" }).click();
  const again = await askQuestion(app, PLANTED_QUESTION);
  expect(again.statistics["document-tokens-recomputed"]).toBe("0");
  await expect(planted.locator(".place")).toHaveText("Page 2");
});

test("EPUB, Word, a web page and old encodings show their text, under their own titles", async ({
  app,
}) => {
  await waitForModel(app);
  const chapters = [
    { body: "<h1>The Sea</h1><p>It was grey.</p>", contents: [["Chapter 1: The Sea", ""]] },
    { body: "<p>It was over.</p>", contents: [["Chapter 2: The End", ""]] },
  ] as const;
  const word = wordParagraph("Annual report", "Heading1") + wordParagraph("All went well.");
  const web = readFileSync(join(ROOT, "e2e/pages/letter.html"));
  const cases = [
    {
      file: file("pg1.epub", await buildZip(epubFiles("Grey Waters", chapters))),
      title: "Grey Waters",
      shows: "It was over.",
      place: "Chapter 2: The End",
    },
    {
      file: file("report.docx", await buildZip(docxFiles(word))),
      title: "report",
      shows: "All went well.",
      place: undefined,
    },
    {
      file: file("saved.html", web, "text/html"),
      title: "A letter from the lighthouse",
      shows: "the lamp burned every night",
      place: undefined,
    },
    {
      file: file(
        "alt.txt",
        Buffer.from("Über alte Zeiträume öfter gehört", "latin1"),
        "text/plain",
      ),
      title: "alt",
      shows: "Über alte Zeiträume",
      place: undefined,
    },
    {
      file: file("wide.txt", Buffer.from("\ufeffZwei Bytes je Zeichen", "utf16le"), "text/plain"),
      title: "wide",
      shows: "Zwei Bytes je Zeichen",
      place: undefined,
    },
  ];
  for (const { file: added, title, shows, place } of cases) {
    await addFile(app, added);
    await expect(text(app), added.name).toContainText(shows);
    await expect(documentCard(app, title)).toBeVisible();
    if (place) await expect(places(app)).toContainText(place);
    await expect(text(app)).not.toContainText("should never show");
    await remove(app, title);
  }
  await expect(app).toHaveTitle("Inkspan");
});

test("files that cannot be read are refused in words, and the library stays as it was", async ({
  app,
}) => {
  await waitForModel(app);
  const blanks = new Uint8Array(24 * 1024 * 1024).fill(0x20);
  const cases = [
    ["no-text", "OCR", file("scan.pdf", buildPdf([[], []]))],
    [
      "encrypted",
      "password",
      file("locked.pdf", buildPdf([textPage(["x"])], { password: "secret" })),
    ],
    ["format-invalid", "damaged", file("broken.pdf", `%PDF-1.4\n${"noise ".repeat(50)}`)],
    [
      "too-large",
      "unpacks",
      file("bomb.docx", await buildZip({ ...docxFiles(""), "word/document.xml": blanks })),
    ],
    [
      "format-invalid",
      "container",
      file("cut.epub", (await buildZip(epubFiles("Cut", []))).slice(0, 300)),
    ],
    [
      "format-unsupported",
      "spreadsheet",
      file("table.xlsx", await buildZip({ "xl/workbook.xml": "" })),
    ],
    ["no-text", "empty", file("empty.txt", "")],
    [
      "format-unsupported",
      "binary",
      file("program.txt", Buffer.from(Array.from({ length: 900 }, (_, i) => i % 7)), "text/plain"),
    ],
  ] as const;
  for (const [code, words, added] of cases) {
    await addFile(app, added);
    const problem = app.getByRole("alert").locator(`[data-code="${code}"]`);
    await expect(problem, added.name).toContainText(words, { timeout: 30_000 });
    await expect(problem).toContainText(added.name);
    await problem.getByRole("button", { name: /^Dismiss/ }).click();
    await expect(problem).toHaveCount(0);
  }
  await expect(app.getByRole("list", { name: "Documents" })).toHaveCount(0);
});

test("opening a long PDF shows pages, rate and time left, and can be cancelled", async ({
  app,
}) => {
  const lines = Array.from(
    { length: 45 },
    (_, i) => `Line ${i} of a page among a great many others.`,
  );
  const long = buildPdf(Array.from({ length: 1_500 }, () => textPage(lines)));
  await waitForModel(app);
  await addFile(app, file("long.pdf", long));
  const opening = app.getByRole("group", { name: "Opening long.pdf" });
  await expect(opening).toContainText(/[\d,]+ of 1,500 pages/, { timeout: 60_000 });
  await expect(opening).toContainText(/pages\/s/);
  await expect(opening).toContainText(/left/);
  await expect(opening.getByRole("progressbar")).toHaveAttribute("aria-valuemax", "1500");
  await opening.getByRole("button", { name: "Cancel opening long.pdf" }).click();
  await expect(opening).toHaveCount(0);
  await expect(app.getByRole("alert")).toBeEmpty();
  await expect(app.getByRole("list", { name: "Documents" })).toHaveCount(0);
});

const MODELS = join(ROOT, "src/engine/model/fixtures");

/** Drops files onto the page as a person would. */
async function drop(page: Page, paths: readonly string[]): Promise<void> {
  const files = paths.map((path) => ({
    name: path.slice(path.lastIndexOf("/") + 1),
    content: readFileSync(path).toString("base64"),
  }));
  const transfer = await page.evaluateHandle((given) => {
    const data = new DataTransfer();
    for (const { name, content } of given) {
      const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
      data.items.add(new File([bytes], name));
    }
    return data;
  }, files);
  await page.dispatchEvent("body", "dragover", { dataTransfer: transfer });
  await expect(page.getByText("Drop documents to add them, or a model to open it")).toBeVisible();
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
}

test("a dropped model is offered in the picker and opened as model, not as document", async ({
  app,
}) => {
  await app.goto(new URL("?model=none", app.url()).href);
  await drop(app, [join(MODELS, "models/qwen2-Q4_0.gguf")]);
  const picker = app.getByRole("dialog", { name: "Choose a model" });
  const offer = picker.getByRole("group", { name: "Dropped model" });
  await expect(offer).toContainText("qwen2-Q4_0.gguf");
  await offer.getByRole("button", { name: "Not now" }).click();
  await expect(offer).toHaveCount(0);
  await expect(picker.locator('[data-model^="file-"]')).toHaveCount(0);
  await picker.getByRole("button", { name: "Close" }).click();

  const folder = join(MODELS, "safetensors/qwen2");
  await drop(
    app,
    ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"].map((name) =>
      join(folder, name),
    ),
  );
  await expect(offer).toContainText("4 files");
  await offer.getByRole("button", { name: "Open as model" }).click();
  await expect(offer).toHaveCount(0);
  await expect(picker.locator('[data-model^="file-"]')).toContainText("qwen2");
  const status = app.getByRole("status", { name: "Model" });
  await expect(status, "it is being loaded").toHaveAttribute("data-phase", /loading|ready/);
  await expect(picker.getByText("Weights in graphics memory").first()).toBeVisible();
  await picker.getByRole("button", { name: "Close" }).click();
  await expect(app.getByRole("list", { name: "Documents" })).toHaveCount(0);
  await expect(app.getByRole("alert").first()).not.toContainText("was not added");
});
