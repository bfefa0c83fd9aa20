// One damaged or oddly named part of a file costs that part, is named, and the rest is read.
import { describe, expect, test } from "vitest";
import { buildZip, docxFiles, epubFiles, wordParagraph } from "./testing/build-archives.ts";
import { buildPdf, textPage } from "./testing/build-pdf.ts";
import { extract } from "./testing/extract.ts";

const chapter = (title: string) => ({ body: `<h1>${title}</h1><p>Of ${title}.</p>`, contents: [] });
const BOOK = epubFiles("Lamps", [chapter("One"), chapter("Two")]);
const labels = ({ sections }: { sections: readonly { label: string }[] }) =>
  sections.map(({ label }) => label);
const edit = (change: (opf: string) => string, more: Readonly<Record<string, string>> = {}) =>
  buildZip({ ...BOOK, "OEBPS/book.opf": change(BOOK["OEBPS/book.opf"]!), ...more });

/** Spoils the packed bytes of one entry. */
async function spoil(files: Readonly<Record<string, string>>, name: string) {
  const bytes = await buildZip(files);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 30 < bytes.length; at++) {
    if (view.getUint32(at, true) !== 0x04034b50) continue;
    const length = view.getUint16(at + 26, true);
    const entry = new TextDecoder().decode(bytes.subarray(at + 30, at + 30 + length));
    if (entry === name) bytes.fill(0xff, at + 34 + length, at + 60 + length);
  }
  return bytes;
}

describe("books", () => {
  test.each([
    ["in another case", (opf: string) => opf.replace("text/c1.xhtml", "Text/C1.XHTML")],
    ["with percent codes", (opf: string) => opf.replace("text/c1.xhtml", "text/%631.xhtml")],
    ["with a dot and a detour", (opf: string) => opf.replace("text/c1", "./x/../text/c1")],
    ["from the root", (opf: string) => opf.replace("text/c1.xhtml", "/OEBPS/text/c1.xhtml")],
    ["of a wrong type", (opf: string) => opf.replaceAll("application/xhtml+xml", "text/plain")],
    ["without types", (opf: string) => opf.replaceAll(/ media-type="[^"]*"/g, "")],
    [
      "of the old types",
      (opf: string) => opf.replaceAll("application/xhtml+xml", "text/x-oeb1-document"),
    ],
    ["without a spine", (opf: string) => opf.replace(/<spine.*<\/spine>/, "")],
    ["with blanks around its id", (opf: string) => opf.replace('idref="c1"', 'idref=" c1 "')],
    [
      "that stands in for a picture",
      (opf: string) =>
        opf
          .replace(
            '<item id="c1"',
            '<item id="p" href="p.pdf" media-type="application/pdf" fallback="q"/><item id="q" href="q.svg" media-type="image/svg+xml" fallback="c1"/><item id="c1"',
          )
          .replace('idref="c1"', 'idref="p"'),
    ],
    ["listed twice", (opf: string) => opf.replace(/<itemref/, '<itemref idref="c1"/><itemref')],
    [
      "listed but unknown",
      (opf: string) => opf.replace(/<itemref/, '<itemref idref="no"/><itemref'),
    ],
  ])("a chapter %s is read", async (_, change) => {
    const document = await extract("a.epub", await edit(change));
    expect(labels(document)).toEqual(["One", "Two"]);
    expect(document.notices).toEqual([]);
  });

  test.each(["a%20b 50%.xhtml", "näme #1.xhtml", "C++ & more.xhtml", "Ünï%C3%BC.xhtml"])(
    "a chapter called %s is read",
    async (name) => {
      const { "OEBPS/text/c1.xhtml": first, ...files } = BOOK;
      const href = name.replaceAll("&", "&amp;");
      const opf = files["OEBPS/book.opf"]!.replace("text/c1.xhtml", `text/${href}`);
      const bytes = await buildZip({
        ...files,
        "OEBPS/book.opf": opf,
        [`OEBPS/text/${name}`]: first!,
      });
      expect(labels(await extract("a.epub", bytes))).toEqual(["One", "Two"]);
    },
  );

  test("a damaged chapter is left out and named", async () => {
    const document = await extract("a.epub", await spoil(BOOK, "OEBPS/text/c1.xhtml"));
    expect(labels(document)).toEqual(["Two"]);
    expect(document.notices.join()).toContain("OEBPS/text/c1.xhtml");
  });

  test("an encrypted picture costs nothing, an encrypted chapter itself", async () => {
    const three = epubFiles("Lamps", [chapter("One"), chapter("Two"), chapter("Three")]);
    const encrypted = (part: string) =>
      buildZip({
        ...three,
        "META-INF/encryption.xml": `<encryption><e:EncryptedData xmlns:e="e"><e:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/><e:CipherData><e:CipherReference URI="${part}"/></e:CipherData></e:EncryptedData></encryption>`,
      });
    const picture = await extract("a.epub", await encrypted("OEBPS/lamp.png"));
    expect(labels(picture)).toEqual(["One", "Two", "Three"]);
    const text = await extract("a.epub", await encrypted("OEBPS/text/c2.xhtml"));
    expect(labels(text)).toEqual(["One", "Three"]);
    expect(text.notices.join()).toContain("c2.xhtml");
  });

  test("two items with one id, and what macOS packs beside files", async () => {
    const twice = await edit((opf) =>
      opf.replace("</manifest>", '<item id="c1" href="text/c2.xhtml"/></manifest>'),
    );
    expect(labels(await extract("a.epub", twice))).toEqual(["One", "Two"]);
    const { "META-INF/container.xml": _gone, ...rest } = BOOK;
    const packed = await buildZip({ "__MACOSX/OEBPS/._book.opf": "attributes", ...rest });
    expect(labels(await extract("a.epub", packed))).toEqual(["One", "Two"]);
  });

  test("a damaged table of contents costs the names, a missing container nothing", async () => {
    expect(labels(await extract("a.epub", await spoil(BOOK, "OEBPS/nav.xhtml")))).toEqual([
      "One",
      "Two",
    ]);
    const { "META-INF/container.xml": _gone, ...rest } = BOOK;
    expect(labels(await extract("a.epub", await buildZip(rest)))).toEqual(["One", "Two"]);
  });
});

describe("Word", () => {
  test.each(["word/styles.xml", "word/numbering.xml", "word/footnotes.xml"])(
    "a damaged %s costs what it says",
    async (part) => {
      const files: Record<string, string> = {
        ...docxFiles(wordParagraph("The lamp is lit.")),
        "word/numbering.xml": `<w:numbering xmlns:w="w">${"<w:num/>".repeat(20)}</w:numbering>`,
        "word/footnotes.xml": `<w:footnotes xmlns:w="w">${wordParagraph("x".repeat(90))}</w:footnotes>`,
      };
      const document = await extract("a.docx", await spoil(files, part));
      expect(document.text).toContain("The lamp is lit.");
      expect(document.notices.join()).toContain(part);
    },
  );
});

describe("PDF", () => {
  const pages = ["First page is sound.", "Second page.", "Third page is sound."];
  const text = (change: (pdf: string) => string) => {
    const pdf = change(
      new TextDecoder("latin1").decode(buildPdf(pages.map((one) => textPage([one])))),
    );
    return extract(
      "a.pdf",
      Uint8Array.from(pdf, (one) => one.charCodeAt(0)),
    );
  };

  test.each([
    [
      "a page that is a number",
      (pdf: string) => pdf.replace(/(\n7 0 obj\n)[^]*?(endobj)/, "$1 42 $2"),
    ],
    [
      "a page that is cut",
      (pdf: string) =>
        pdf.replace(
          "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 842] /Contents 6 0 R",
          "<< /Type /Page /Contents [",
        ),
    ],
    [
      "a stream that says another length",
      (pdf: string) => pdf.replace(/\/Length \d+/, "/Length 7"),
    ],
    ["a stream that is noise", (pdf: string) => pdf.replace("(Second page.) Tj", ")>>)( [ ]> Tj")],
    [
      "a table of places that lies",
      (pdf: string) => pdf.replace(/(startxref\n)\d+/, "$1" + "99999"),
    ],
  ])("%s costs that page at most", async (_, change) => {
    const document = await text(change);
    expect(document.text).toContain("First page is sound.");
  });

  test("a damaged page is named", async () => {
    const document = await text((pdf) => pdf.replace(/(\n7 0 obj\n)[^]*?(endobj)/, "$1 42 $2"));
    expect(document.notices.join()).toContain("Page 2");
  });
});
