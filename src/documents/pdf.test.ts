// PDF: reading order, joined lines, page labels, running titles, and files that cannot be read.
import { expect, test } from "vitest";
import { joinText } from "./pdf-hyphens.ts";
import { linesOfPage } from "./pdf-lines.ts";
import { joinLines, usualSpacing } from "./pdf-paragraphs.ts";
import { joinPieces, type TextPiece } from "./pdf-pieces.ts";
import { buildPdf, textPage } from "./testing/build-pdf.ts";
import { extract, places } from "./testing/extract.ts";

test("lines become paragraphs, divided words whole, and pages sections", async () => {
  const bytes = buildPdf(
    [
      textPage(["The captain opened the hea-", "vy chest and looked inside for", "a long time."]),
      textPage(["and then he closed it.", "", "Nobody spoke."]),
    ],
    { title: "The Chest" },
  );
  const document = await extract("scan 1.pdf", bytes);
  expect(document.title).toBe("The Chest");
  expect(document.text).toBe(
    "The captain opened the heavy chest and looked inside for a long time.\n\nand then he closed it.\n\nNobody spoke.",
  );
  expect(places(document, 7)).toEqual(["Page 1: The cap", "Page 2: and the"]);
});

test("a sentence that goes on over the page stays one paragraph, its page begins inside it", async () => {
  const bytes = buildPdf([
    textPage(["This sentence was too long for the first page and so it is con-"]),
    textPage(["tinued on the second one."]),
  ]);
  const document = await extract("two.pdf", bytes);
  expect(document.text).toBe(
    "This sentence was too long for the first page and so it is continued on the second one.",
  );
  expect(places(document, 6)).toEqual(["Page 1: This s", "Page 2: tinued"]);
});

test("the labels of the pages are the ones people see; running titles and numbers are left out", async () => {
  const words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"];
  const pages = words.map((word, index) => [
    { text: "A HISTORY OF LETTERS", x: 72, y: 800 },
    ...textPage([`The word ${word} is the first of this page.`, `So ${word} is also its last.`]),
    { text: String(index + 1), x: 300, y: 40 },
  ]);
  const document = await extract("history.pdf", buildPdf(pages, { romanPages: 2 }));
  expect(document.text).not.toContain("HISTORY OF LETTERS");
  expect(document.text.match(/\d/g)).toBeNull();
  expect(document.text).toContain("The word theta is the first of this page. So theta is also");
  expect(places(document, 14).slice(0, 3)).toEqual([
    "Page i: The word alpha",
    "Page ii: The word beta ",
    "Page 1: The word gamma",
  ]);
});

test("columns are read one after the other", async () => {
  const column = (x: number, lines: string[]) =>
    lines.map((text, index) => ({ text, x, y: 700 - 14 * index }));
  const page = [
    ...column(72, ["The left column comes", "first and goes on until", "its foot, where it turns"]),
    ...column(320, ["to the right column, which", "ends the page."]),
  ];
  const { text } = await extract("columns.pdf", buildPdf([page]));
  expect(text).toBe(
    "The left column comes first and goes on until its foot, where it turns to the right column, which ends the page.",
  );
});

test.each([
  ["scan.pdf", buildPdf([[], []]), "no-text", "OCR"],
  [
    "locked.pdf",
    buildPdf([textPage(["Secret."])], { password: "secret" }),
    "encrypted",
    "password",
  ],
  [
    "noise.pdf",
    new TextEncoder().encode(`%PDF-1.4\n${"noise ".repeat(100)}`),
    "format-invalid",
    "damaged",
  ],
])("%s is refused in words", async (name, bytes, code, words) => {
  const failure = extract(name, bytes);
  await expect(failure).rejects.toMatchObject({ code });
  await expect(failure).rejects.toThrow(name);
  await expect(failure).rejects.toThrow(words);
});

test("a file cut anywhere is read as far as it goes or refused with a code", async () => {
  const whole = buildPdf([textPage(["Some text."]), textPage(["More text."])]);
  for (let cut = 20; cut < whole.length; cut += Math.ceil(whole.length / 12)) {
    const result: unknown = await extract("cut.pdf", whole.slice(0, cut)).catch(
      (error: unknown) => error,
    );
    if (result instanceof Error) expect(result).toHaveProperty("code");
    else expect(result).toHaveProperty("text", expect.stringContaining("text."));
  }
});

const piece = (str: string, x: number, y: number, size = 10): TextPiece => ({
  str,
  transform: [size, 0, 0, size, x, y],
  width: str.length * size * 0.5,
  hasEOL: false,
});
function paragraphs(pieces: readonly TextPiece[]): string[] {
  const lines = linesOfPage(pieces);
  return joinLines(lines, usualSpacing([lines])).map(({ text }) => text);
}

test("pieces on one baseline are one line; superscripts belong to it; a gap is a space", () => {
  expect(
    joinPieces([
      piece("E = mc", 72, 700),
      piece("2", 102, 703.5, 6),
      piece("holds", 112, 700),
      piece("always.", 140, 700),
    ]).map(({ text }) => text),
  ).toEqual(["E = mc² holds always."]);
});

test("headings, gaps, indents and list items begin paragraphs", () => {
  expect(
    paragraphs([
      piece("A Heading", 72, 740, 16),
      piece("The first paragraph has a line that is full", 72, 700),
      piece("and a short one.", 72, 688),
      piece("Indented begins the second, also full width", 84, 676),
      piece("and it goes on.", 72, 664),
      piece("- one item", 72, 640),
      piece("- another item", 72, 628),
    ]),
  ).toEqual([
    "A Heading",
    "The first paragraph has a line that is full and a short one.",
    "Indented begins the second, also full width and it goes on.",
    "- one item",
    "- another item",
  ]);
});

test("line ends: divided words, compounds, and scripts without spaces", () => {
  expect(joinText("a won-", "derful day")).toBe("a wonderful day");
  expect(joinText("in Alsace-", "Lorraine")).toBe("in Alsace-Lorraine");
  expect(joinText("we read –", "and wrote")).toBe("we read – and wrote");
  expect(joinText("1914-", "1918")).toBe("1914-1918");
  expect(joinText("我能吞下玻璃", "而不伤身体")).toBe("我能吞下玻璃而不伤身体");
});
