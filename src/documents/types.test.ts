// Which format a file has: text is text whatever its name; other files say what they are by their bytes.
import { expect, test } from "vitest";
import { buildZip, docxFiles, epubFiles, wordParagraph } from "./testing/build-archives.ts";
import { buildPdf, textPage } from "./testing/build-pdf.ts";
import { extract } from "./testing/extract.ts";

const PROSE = "The keeper keeps the key.\nIn drawer three.\n";

test.each([
  "notes.v1.2",
  "script.py",
  "data.ndjson",
  "main.c++",
  "Makefile",
  ".gitignore",
  "letter.doc",
  "paper.pdf",
  "book.epub",
  "film.ass",
  "table.xlsx",
  "a.b.c.d",
  "page.html",
])("a text called %s is read as text", async (name) => {
  expect((await extract(name, PROSE)).text).toBe(PROSE);
});

test.each([
  "%PDF-1.4 is the first line of such a file.",
  "%PDF-1.7, say, begins one.",
  "Of %PDF-1.4 it is said that it begins a file.",
  "PK is how an archive begins.",
  "BMW builds cars, MZ built motorcycles.",
  "GGUF is a format of models.",
  "GIF89a is an old picture.",
  "Rar! he cried.",
  "%PDF- is the mark of a file.",
  "%PDF-1.7\nThis line begins one.",
  "{\\rtf is how rich text begins, he wrote.",
  "<html> is the root of a page, and <body> is in it.",
  "<!DOCTYPE html> is what a page begins with.",
  "<head>\n\nholds what is not shown.",
])("%s is no such file", async (text) => {
  expect((await extract("about.txt", text)).text).toBe(text);
  expect((await extract("about.md", text)).text).toBe(text);
});

test("tables under the names of office programs are web pages", async () => {
  const table = "<meta charset=utf-8><table><tr><td>Märta<td>3<tr><td>Jonas<td>5</table>";
  expect((await extract("report.xls", table)).text).toBe("Märta | 3\nJonas | 5");
});

test("a file is what its bytes are, not what its name says", async () => {
  const pdf = buildPdf([textPage(["The lamp is lit at nine."])]);
  expect((await extract("lamp.txt", pdf)).text).toBe("The lamp is lit at nine.");
  const word = await buildZip(docxFiles(wordParagraph("The lamp is lit at nine.")));
  expect((await extract("lamp.epub", word)).text).toBe("The lamp is lit at nine.");
  const page = "\n<!-- saved -->\n<!DOCTYPE html><title>t</title><p>The lamp.</p>";
  expect((await extract("lamp.txt", page)).text).toBe("The lamp.");
  const marked = new Uint8Array([0xef, 0xbb, 0xbf, 0x0a, ...pdf]);
  expect((await extract("mailed", marked)).text).toBe("The lamp is lit at nine.");
});

test.each([
  ["a.bin", [0x89, 0x50, 0x4e, 0x47, 13, 10], "picture"],
  ["a.txt", [0xff, 0xd8, 0xff, 0xe0, 0, 16], "picture"],
  [
    "a.tar",
    [...new Uint8Array(257), 0x75, 0x73, 0x74, 0x61, 0x72, 0, 0x30, 0x30],
    "an archive (tar)",
  ],
  ["a.gz", [0x1f, 0x8b, 8, 0], "gzip"],
  ["model.txt", [0x47, 0x47, 0x55, 0x46, 3, 0, 0, 0], "model (GGUF)"],
  ["weights", [0x40, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22, 0x61], "model (safetensors)"],
])("%s is refused and named", async (name, bytes, what) => {
  const failure = extract(name, Uint8Array.from(bytes));
  await expect(failure).rejects.toMatchObject({ code: "format-unsupported" });
  await expect(failure).rejects.toThrow(what);
});

const MAIN = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
const STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument";
const relations = (type: string, target: string) =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="${type}" Target="${target}"/></Relationships>`;

test.each([
  ["an absolute target", MAIN, "/text/body.xml", "text/body.xml"],
  ["a backslash", MAIN, "word\\main.xml", "word/main.xml"],
  ["a strict document elsewhere", STRICT, "a/b/c.xml", "a/b/c.xml"],
  ["a stored backslash", MAIN, "word/main.xml", "word\\main.xml"],
  ["another case", MAIN, "Word/Document.XML", "word/document.xml"],
])("the main part of a Word file: %s", async (_, type, target, stored) => {
  const { "word/document.xml": main, ...files } = docxFiles(wordParagraph("Lamp", "Heading1"));
  const folder = stored.replaceAll("\\", "/").replace(/[^/]+$/, "");
  const bytes = await buildZip({
    ...files,
    "_rels/.rels": relations(type, target),
    ...(folder === "word/" ? {} : { [`${folder}styles.xml`]: files["word/styles.xml"]! }),
    [stored]: main!,
  });
  const { text, sections } = await extract("a.docx", bytes);
  expect(text).toBe("Lamp");
  expect(sections.map(({ label }) => label)).toEqual(["Lamp"]);
});

test("a truncated file is called truncated", async () => {
  const word = await buildZip(docxFiles(wordParagraph("Text. ".repeat(500))));
  const book = await buildZip(epubFiles("B", [{ body: "<p>x</p>", contents: [] }]));
  for (const [name, whole] of [
    ["a.docx", word],
    ["b.epub", book],
  ] as const) {
    const failure = extract(name, whole.slice(0, whole.length * 0.7));
    await expect(failure).rejects.toMatchObject({ code: "format-invalid" });
    await expect(failure).rejects.toThrow("truncated");
  }
  const pdf = extract("c.pdf", new TextEncoder().encode("%PDF-1.7\n1 0 obj\n<< /Type /Cat"));
  await expect(pdf).rejects.toMatchObject({ code: "format-invalid" });
  await expect(pdf).rejects.toThrow("truncated");
});
