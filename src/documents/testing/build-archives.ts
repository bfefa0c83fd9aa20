// Small EPUB and DOCX files for tests.
import {
  configure,
  TextReader,
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipWriter,
} from "@zip.js/zip.js/lib/zip-core-native.js";

configure({ useWebWorkers: false });

export async function buildZip(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = new ZipWriter(new Uint8ArrayWriter());
  for (const [name, content] of Object.entries(files)) {
    const reader =
      typeof content === "string" ? new TextReader(content) : new Uint8ArrayReader(content);
    await writer.add(name, reader);
  }
  return Uint8Array.from(await writer.close());
}

export interface EpubChapter {
  /** Markup of the body. */
  readonly body: string;
  /** Its lines of the table of contents: label, and fragment or "". */
  readonly contents: readonly (readonly [label: string, fragment: string])[];
}

const XML = '<?xml version="1.0" encoding="utf-8"?>\n';

export function epubFiles(
  title: string,
  chapters: readonly EpubChapter[],
  version: 2 | 3 = 3,
): Record<string, string> {
  const ids = chapters.map((_, index) => `c${index + 1}`);
  const links = chapters.flatMap(({ contents }, index) =>
    contents.map(([label, fragment]) => {
      const href = `text/${ids[index]}.xhtml${fragment && `#${fragment}`}`;
      return { label, href };
    }),
  );
  const navigation =
    version === 3
      ? `<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body><nav epub:type="toc"><ol>${links.map(({ label, href }) => `<li><a href="${href}">${label}</a></li>`).join("")}</ol></nav></body></html>`
      : `<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>${links.map(({ label, href }) => `<navPoint><navLabel><text>${label}</text></navLabel><content src="${href}"/></navPoint>`).join("")}</navMap></ncx>`;
  const contents =
    version === 3
      ? '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
      : '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>';
  const items = ids.map(
    (id) => `<item id="${id}" href="text/${id}.xhtml" media-type="application/xhtml+xml"/>`,
  );
  const spine = ids.map((id) => `<itemref idref="${id}"/>`).join("");
  return {
    mimetype: "application/epub+zip",
    "META-INF/container.xml": `${XML}<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`,
    "OEBPS/book.opf": `${XML}<package xmlns="http://www.idpf.org/2007/opf" version="${version}.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${title}</dc:title></metadata><manifest>${contents}${items.join("")}</manifest><spine${version === 2 ? ' toc="ncx"' : ""}>${spine}</spine></package>`,
    [version === 3 ? "OEBPS/nav.xhtml" : "OEBPS/toc.ncx"]: XML + navigation,
    ...Object.fromEntries(
      chapters.map(({ body }, index) => [
        `OEBPS/text/${ids[index]}.xhtml`,
        `${XML}<html xmlns="http://www.w3.org/1999/xhtml"><head><title>unseen</title></head><body>${body}</body></html>`,
      ]),
    ),
  };
}

const WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

/** `body` is the markup inside `w:body`; paragraph styles are called Heading1, Heading2 and Title. */
export function docxFiles(body: string): Record<string, string> {
  const style = (id: string, name: string) =>
    `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/></w:style>`;
  return {
    "[Content_Types].xml": `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    "word/document.xml": `${XML}<w:document ${WORD}><w:body>${body}</w:body></w:document>`,
    "word/styles.xml": `${XML}<w:styles ${WORD}>${style("Heading1", "heading 1")}${style("berschrift2", "heading 2")}</w:styles>`,
  };
}

export function wordParagraph(text: string, style = ""): string {
  const properties = style && `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`;
  return `<w:p>${properties}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}
