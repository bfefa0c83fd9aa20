// Files made to keep a reader busy: work grows with the input and not with its square, sizes and depths
// have bounds. The bounds are listed in docs/limits.md.
import { describe, expect, test } from "vitest";
import type { PDFDocumentProxy } from "pdfjs-dist/types/src/display/api";
import { createParser, MAX_DEPTH } from "./bounded-parser.ts";
import { cleanText } from "./clean-text.ts";
import { decodeText } from "./decode-text.ts";
import { isJudged } from "./html.ts";
import { markdownOutline } from "./markdown-headings.ts";
import { renderMarkup } from "./markup-text.ts";
import { joinPages } from "./pdf-paragraphs.ts";
import { linesOfPage } from "./pdf-lines.ts";
import { readPage } from "./pdf-page.ts";
import type { TextPiece } from "./pdf-pieces.ts";
import { dropRunningLines } from "./pdf-running-lines.ts";
import { buildZip, epubFiles } from "./testing/build-archives.ts";
import { countSteps } from "./testing/count-steps.ts";
import { extract } from "./testing/extract.ts";
import { TextBuilder } from "./text-builder.ts";
import { findAll, parseXml } from "./xml.ts";

const markup = (text: string) => renderMarkup(text, new TextBuilder());
const piece = (str: string, x: number, y: number): TextPiece => ({
  str,
  transform: [10, 0, 0, 10, x, y],
  width: 5 * str.length,
  hasEOL: false,
});
const line = (text: string, baseline: number) => ({
  text,
  left: 72,
  right: 500,
  baseline,
  size: 10,
  isRow: false,
});

describe("twice the input is twice the steps", () => {
  test.each<[string, (n: number) => () => unknown]>([
    ["a heading of spaces and marks", (n) => {
      const text = `# a${" #".repeat(n)} b`;
      return () => markdownOutline(text);
    }],
    ["a line of list marks", (n) => {
      const text = `${"> ".repeat(n)}\`\`\``;
      return () => markdownOutline(text);
    }],
    ["lines below each other", (n) => {
      const text = "text\n".repeat(n);
      return () => markdownOutline(text);
    }],
    ["nested elements", (n) => () => markup("<div>".repeat(n) + "text")],
    ["nested elements that are closed", (n) => () => markup(`${"<i>".repeat(n)}x${"</i>".repeat(n)}`)],
    ["links", (n) => () => markup("<a href=x>y</a> ".repeat(n))],
    ["end tags of nothing", (n) => () => markup("<b>".repeat(n) + "</u>".repeat(n))],
    ["a long attribute", (n) => () => markup(`<img srcset="${"a 1x, ".repeat(n)}" style="${" ;".repeat(n)}">`)],
    ["blank lines of preformatted text", (n) => () => markup(`<pre>a${" \n".repeat(n)}b</pre>`)],
    ["anchors before one text", (n) => () => markup("<a id=x></a>".repeat(n) + "y")],
    ["nested lists", (n) => () => markup("<ol><li>".repeat(n) + "x")],
    ["nested formulas", (n) => () => markup(`<math>${"<mrow>".repeat(n)}<mi>x</mi></math>`)],
    ["nested XML", (n) => () => findAll(parseXml("<a>".repeat(n)), "a")],
    ["terminal marks", (n) => () => cleanText("\u001b[".repeat(n) + "_\b".repeat(n))],
    ["one paragraph of many lines", (n) => {
      const lines = Array.from({ length: n }, (_, i) => line("words that go on and on-", 10 * (n - i)));
      return () => joinPages([lines], String);
    }],
    ["one paragraph over many pages", (n) => {
      const pages = Array.from({ length: n }, () => [line("words that go on", 700)]);
      return () => joinPages(pages, String);
    }],
    ["one word at many places", (n) => {
      const pieces = Array.from({ length: n }, (_, i) => piece("word", 40 * (i % 10), 12 * Math.floor(i / 10)));
      return () => linesOfPage(pieces);
    }],
    ["one word at one place", (n) => () => linesOfPage(Array.from({ length: n }, () => piece("w", 72, 700)))],
    ["one row of many cells", (n) => () => linesOfPage(Array.from({ length: n }, (_, i) => piece("w", 40 * i, 700)))],
    ["a running title", (n) => {
      const pages = Array.from({ length: n }, (_, i) => ({
        lines: [line("Title", 800), ...Array.from({ length: 9 }, (_, j) => line(`${i} ${j}`, 700 - 12 * j))],
        bottom: 0,
        top: 842,
      }));
      return () => dropRunningLines(pages, 1.2);
    }],
    ["bytes of no encoding", (n) => {
      const bytes = Uint8Array.from({ length: 40 * n }, (_, i) => (i % 7 ? 0x61 : 0xe9));
      return () => decodeText("x", bytes);
    }],
  ])("%s", (_, build) => {
    const once = countSteps(build(2000));
    const twice = countSteps(build(4000));
    expect(once).toBeGreaterThan(0);
    expect(twice).toBeLessThan(2.2 * once + 2000);
  }); // prettier-ignore

  test("the counter sees a square", () => {
    const square = (n: number) => () => {
      const stack: number[] = [];
      for (let i = 0; i < n; i++) stack.unshift(i);
    };
    expect(countSteps(square(4000))).toBeGreaterThan(3.9 * countSteps(square(2000)));
  });

  test("a book of many files and a table of contents of them all", async () => {
    const book = (n: number) =>
      buildZip(
        epubFiles("B", Array.from({ length: n }, (_, i) => ({ body: `<p id="a">Chapter ${i}.</p>`, contents: [[`C ${i}`, ""], [`D ${i}`, "a"]] }))),
      ); // prettier-ignore
    const looked: number[] = [];
    const original = Array.prototype.filter;
    for (const n of [60, 120]) {
      const bytes = await book(n);
      let steps = 0;
      Array.prototype.filter = function (this: unknown[], ...args: unknown[]) {
        steps += this.length;
        return original.apply(this, args as never) as unknown[];
      } as typeof original;
      try {
        expect((await extract("b.epub", bytes)).sections).toHaveLength(n);
      } finally {
        Array.prototype.filter = original;
      }
      looked.push(steps);
    }
    expect(looked[1]!).toBeLessThan(2.2 * looked[0]! + 100);
  });
});

describe("bounds", () => {
  test("elements below the depth of browsers are flattened, their text is kept", () => {
    let open = 0;
    let deepest = 0;
    let text = "";
    const parser = createParser(
      {
        onopentag: () => (deepest = Math.max(deepest, ++open)),
        onclosetag: () => open--,
        ontext: (one) => (text += one),
      },
      {},
    );
    const deep = 59_000;
    parser.end(`${"<div>".repeat(deep)}deep<br>er${"</div>".repeat(deep)}<p>after</p>`);
    expect(deepest).toBeLessThanOrEqual(MAX_DEPTH + 1);
    expect(open).toBe(0);
    expect(text).toBe("deeperafter");
  });

  test.each([
    ["too deep", "<div>".repeat(200)],
    ["too many elements", "<i>a</i>".repeat(30_001)],
    ["too many links", "<a>a</a>".repeat(5_001)],
    ["too long attributes", `<img srcset="${"x".repeat(10_001)}">`],
  ])("a page %s is not given to the reader view's library", async (_, page) => {
    expect(isJudged("<p>An article.</p>")).toBe(true);
    expect(isJudged(page)).toBe(false);
    expect((await extract("a.html", `<p>Text.</p>${page}`)).text).toMatch(/^Text\./);
  });

  test("the text of a PDF page is counted while it comes", async () => {
    let pulled = 0;
    let cancelled = false;
    const page = {
      streamTextContent: () =>
        new ReadableStream(
          {
            pull(controller) {
              pulled++;
              controller.enqueue({ items: [piece("x".repeat(999), 0, 0)], styles: {} });
            },
            cancel: () => void (cancelled = true),
          },
          { highWaterMark: 0 },
        ),
    };
    const document = { getPage: () => Promise.resolve(page) } as unknown as PDFDocumentProxy;
    const failure = readPage(document, 1, { characters: 10_000 }, () => {});
    await expect(failure).rejects.toMatchObject({ code: "too-large" });
    expect(pulled).toBe(11);
    expect(cancelled).toBe(true);
  });

  test("lists of parts have a size", () => {
    expect(() => parseXml(" ".repeat(32_000_001))).toThrow(
      expect.objectContaining({ code: "too-large" }) as Error,
    );
  });
});
