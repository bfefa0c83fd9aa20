// EPUB and DOCX: order, chapters, what is left out, and archives that are damaged or made to harm.
import { expect, test } from "vitest";
import {
  buildZip,
  docxFiles,
  type EpubChapter,
  epubFiles,
  wordParagraph,
} from "./testing/build-archives.ts";
import { extract, places } from "./testing/extract.ts";

const CHAPTERS: EpubChapter[] = [
  { body: "<img src='cover.png'/>", contents: [] },
  {
    body: "<h1>The Sea</h1><p>It was&#160;<i>grey</i> and wide.</p><p id='b'>A second part.</p>",
    contents: [
      ["Chapter 1: The Sea", ""],
      ["Chapter 1, part 2", "b"],
    ],
  },
  { body: "<h2>Unlisted</h2><p>Not in the contents.<br/>Still read.</p>", contents: [] },
  { body: "<p>The end.</p>", contents: [["Chapter 2 &amp; last", ""]] },
];

test.each([2, 3] as const)(
  "an EPUB %i is read in spine order with its chapters",
  async (version) => {
    const progress: string[] = [];
    const bytes = await buildZip(epubFiles("Grey &amp; Wide", CHAPTERS, version));
    const document = await extract("book.epub", bytes, {
      onProgress: ({ done, total, unit }) => progress.push(`${done}/${total} ${unit}`),
    });
    expect(document.title).toBe("Grey & Wide");
    expect(document.text).toBe(
      "The Sea\n\nIt was grey and wide.\n\nA second part.\n\nUnlisted\n\nNot in the contents.\nStill read.\n\nThe end.",
    );
    expect(places(document, 8)).toEqual([
      "Chapter 1: The Sea: The Sea\n",
      "Chapter 1, part 2: A second",
      "Unlisted: Unlisted",
      "Chapter 2 & last: The end.",
    ]);
    expect(progress).toContain("2/4 chapters");
  },
);

test("an EPUB with sold protection is refused, one with scrambled fonts is read", async () => {
  const files = epubFiles("Locked", CHAPTERS);
  const encryption = (algorithm: string) =>
    `<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:EncryptionMethod Algorithm="${algorithm}"/></enc:EncryptedData></encryption>`;
  const locked = await buildZip({
    ...files,
    "META-INF/encryption.xml": encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc"),
  });
  await expect(extract("locked.epub", locked)).rejects.toMatchObject({ code: "encrypted" });
  const fonts = await buildZip({
    ...files,
    "META-INF/encryption.xml": encryption("http://www.idpf.org/2008/embedding"),
  });
  expect((await extract("fonts.epub", fonts)).text).toContain("The Sea");
});

test("an EPUB whose parts are missing names them and keeps the rest", async () => {
  const { "OEBPS/text/c4.xhtml": _gone, ...files } = epubFiles("Cut", CHAPTERS);
  const { text, notices } = await extract("cut.epub", await buildZip(files));
  expect(text).toContain("Not in the contents.");
  expect(notices).toEqual([
    "Chapters of the book that could not be read were left out: OEBPS/text/c4.xhtml.",
  ]);
  const chapters = Object.entries(files).filter(([name]) => !name.includes("/text/"));
  const none = extract("none.epub", await buildZip(Object.fromEntries(chapters)));
  await expect(none).rejects.toMatchObject({ code: "format-invalid" });
  await expect(none).rejects.toThrow("OEBPS/text/c1.xhtml");
});

const TABLE =
  "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Name</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Age</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>Ann</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>31</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";

test("a Word document gives paragraphs, tables, notes and headings, without deleted text", async () => {
  const body =
    wordParagraph("Report", "Heading1") +
    "<w:p><w:r><w:t>Split </w:t></w:r><w:r><w:t>runs</w:t><w:tab/><w:t>join.</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>" +
    wordParagraph("Details &amp; more", "berschrift2") +
    TABLE +
    wordParagraph("The end.");
  const notes = `<w:footnotes xmlns:w="w"><w:footnote>${wordParagraph("A note.")}</w:footnote></w:footnotes>`;
  const document = await extract(
    "report.docx",
    await buildZip({ ...docxFiles(body), "word/footnotes.xml": notes }),
  );
  expect(document.text).toBe(
    "Report\n\nSplit runs join.\n\nDetails & more\n\nName | Age\nAnn | 31\n\nThe end.\n\nA note.",
  );
  expect(places(document, 4)).toEqual(["Report: Repo", "Details & more: Deta"]);
});

test("a Word document without headings has its pages", async () => {
  const body =
    wordParagraph("First page.") +
    '<w:p><w:r><w:br w:type="page"/><w:t>Second page.</w:t></w:r></w:p>' +
    "<w:p><w:r><w:lastRenderedPageBreak/><w:t>Third page.</w:t></w:r></w:p>";
  const document = await extract("pages.docx", await buildZip(docxFiles(body)));
  expect(places(document, 5)).toEqual(["Page 1: First", "Page 2: Secon", "Page 3: Third"]);
});

test("an archive made to fill memory is refused while it is read", async () => {
  const zeros = new Uint8Array(16 * 1024 * 1024).fill(0x20);
  const bomb = await buildZip({ ...docxFiles(""), "word/document.xml": zeros });
  expect(bomb.length).toBeLessThan(100_000);
  let furthest = 0;
  const failure = extract("bomb.docx", bomb, { onProgress: ({ done }) => (furthest = done) });
  await expect(failure).rejects.toMatchObject({ code: "too-large" });
  expect(furthest, "bytes unpacked before it was stopped").toBeLessThan(12 * 1024 * 1024);
});

test("a size in the header that lies does not get past the limit", async () => {
  const zeros = new Uint8Array(16 * 1024 * 1024).fill(0x20);
  const bomb = await buildZip({ ...docxFiles(""), "word/document.xml": zeros });
  const view = new DataView(bomb.buffer);
  for (let at = 0; at + 46 < bomb.length; at++) {
    // Central directory: the uncompressed size of a large entry becomes 1,000.
    if (view.getUint32(at, true) === 0x02014b50 && view.getUint32(at + 24, true) === zeros.length) {
      view.setUint32(at + 24, 1_000, true);
    }
  }
  await expect(extract("liar.docx", bomb)).rejects.toMatchObject({
    code: expect.stringMatching(/too-large|format-invalid/) as string,
  });
});

test("other archives are named, damaged ones end in a typed error wherever they break", async () => {
  const sheet = await buildZip({ "xl/workbook.xml": "<workbook/>" });
  await expect(extract("table.xlsx", sheet)).rejects.toThrow("CSV");
  const other = await buildZip({ "a.txt": "text" });
  await expect(extract("files.zip", other)).rejects.toMatchObject({ code: "format-unsupported" });

  const whole = await buildZip(docxFiles(wordParagraph("Some text, long enough to be packed.")));
  const codes = new Set<string>();
  for (let cut = 5; cut < whole.length; cut += 17) {
    const failure = await extract("cut.docx", whole.slice(0, cut)).catch((error: unknown) => error);
    codes.add((failure as { code: string }).code);
  }
  expect([...codes]).toEqual(["format-invalid"]);
  let seed = 7;
  for (let round = 0; round < 60; round++) {
    const mutant = whole.slice();
    for (let i = 0; i < 3; i++) {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      mutant[seed % mutant.length] = seed >>> 24;
    }
    const result: unknown = await extract("mutant.docx", mutant).catch((error: unknown) => error);
    // Either it still reads, or it is refused with a code of ours.
    if (result instanceof Error) expect(result).toHaveProperty("code");
  }
});
