// A saved web page: its main text, found by the reader view's own library, without menus and
// advertisements. A page that is no article is taken whole.
import { EngineError } from "../engine/errors.ts";
import { createParser } from "./bounded-parser.ts";
import { decodeText } from "./decode-text.ts";
import { listStyle } from "./markup-lists.ts";
import { isInvisible, renderMarkup } from "./markup-text.ts";
import { orderSections, TextBuilder } from "./text-builder.ts";
import type { ExtractedDocument, ExtractionHost } from "./types.ts";

const MAX_BYTES = 64 * 1024 * 1024;
/** What is found must be most of the words; otherwise the page is not one article. */
const LEAST_SHARE = 0.4;
const MENUS = ["nav", "menu"];
const MARGINS = [...MENUS, "footer", "aside"];
/** How far a charset may be declared; the HTML standard asks for the first 1,024 bytes. */
const HEAD_BYTES = 4096;
/** Characters after which a page may prove too large to be judged. */
const CHUNK = 64 * 1024;

/**
 * Pages that the library judges in reasonable time: its work grows with elements times depth, links
 * times ancestors, and the square of an attribute's length. Others are lists or made to harm.
 */
const ARTICLE_LIMITS = {
  elements: 30_000,
  links: 5_000,
  depth: 150,
  attributeCharacters: 10_000,
  characters: 8_000_000,
} as const;

export async function readHtml(file: File, host: ExtractionHost): Promise<ExtractedDocument> {
  if (file.size > MAX_BYTES) {
    throw new EngineError("too-large", `"${file.name}" is larger than 64 MB. Add it in parts.`);
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const markup = decodeText(file.name, bytes, declaredCharset(bytes));
  const whole = render(markup, MARGINS, (characters) => {
    const done = Math.round((file.size * characters) / (2 * markup.length));
    host.onProgress({ done, total: file.size, unit: "bytes" });
  });
  const article = isJudged(markup) ? await findArticle(markup) : undefined;
  host.onProgress({ done: file.size, total: file.size, unit: "bytes" });
  if (!article) return whole;
  const main = render(article.content, MENUS);
  if (main.text.length < LEAST_SHARE * whole.text.length) return whole;
  const title = article.title.trim() || whole.title;
  // The library takes the headline out of the text because it shows it apart; a title that stands
  // nowhere on the page is none.
  const isHeadline = title !== undefined && title !== "" && whole.text.includes(title);
  if (!isHeadline || main.text.slice(0, 2 * title.length).includes(title))
    return { ...main, title };
  return { ...render(`<h1>${escapeMarkup(title)}</h1>${article.content}`, MENUS), title };
}

function render(
  markup: string,
  leaveOut: readonly string[],
  onRead: (characters: number) => void = () => {},
): ExtractedDocument {
  const builder = new TextBuilder();
  const { title, headings } = renderMarkup(markup, builder, { leaveOut, onRead });
  const sections = orderSections(headings);
  return { title: title || undefined, text: builder.text(), sections, notices: [] };
}

/** Whether the library is asked about a page; one pass over its tags. */
export function isJudged(markup: string): boolean {
  if (markup.length > ARTICLE_LIMITS.characters) return false;
  let elements = 0;
  let links = 0;
  let depth = 0;
  let deepest = 0;
  let longest = 0;
  const parser = createParser(
    {
      onopentag(name, attributes) {
        elements++;
        if (name === "a") links++;
        deepest = Math.max(deepest, ++depth);
        for (const key in attributes) longest = Math.max(longest, attributes[key]!.length);
      },
      onclosetag: () => depth--,
    },
    { recognizeSelfClosing: true },
  );
  const isWithin = () =>
    elements <= ARTICLE_LIMITS.elements &&
    links <= ARTICLE_LIMITS.links &&
    deepest <= ARTICLE_LIMITS.depth &&
    longest <= ARTICLE_LIMITS.attributeCharacters;
  for (let at = 0; at < markup.length && isWithin(); at += CHUNK) {
    parser.write(markup.slice(at, at + CHUNK));
  }
  return isWithin();
}

/** The library is typed over the page's DOM, which a worker does not have. */
interface ArticleReader {
  parse(): { readonly title?: string | null; readonly content?: string | null } | null;
}

interface PageElement {
  readonly localName: string;
  remove(): void;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
}

interface PageTree {
  querySelectorAll(selector: string): Iterable<PageElement>;
}

/** The library drops styles and classes, and what they said with them. */
function keepMeaning(document: PageTree): void {
  for (const element of [...document.querySelectorAll("[style], [class]")]) {
    const style = element.getAttribute("style") ?? "";
    const names = element.getAttribute("class") ?? "";
    if (isInvisible(style, names)) element.remove();
    else {
      // It would also drop a formula that is hidden because a picture shows it.
      element.removeAttribute("style");
      const list = listStyle(style);
      if (list !== undefined && /^(?:ol|ul|li)$/.test(element.localName)) {
        element.setAttribute("type", list);
      }
    }
  }
}

async function findArticle(
  markup: string,
): Promise<{ title: string; content: string } | undefined> {
  const [{ Readability }, { parseHTML }] = await Promise.all([
    import("@mozilla/readability"),
    import("linkedom/worker"),
  ]);
  try {
    // A tree without scripts: linkedom runs none.
    const { document } = parseHTML(markup) as unknown as { document: PageTree };
    keepMeaning(document);
    const reader = new Readability(document as never) as ArticleReader;
    const article = reader.parse();
    if (!article?.content) return undefined;
    return { title: article.title ?? "", content: article.content };
  } catch {
    return undefined; // not a page the library can judge: it is taken whole
  }
}

/** What the page's head declares; comments and scripts declare nothing. */
export function declaredCharset(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, HEAD_BYTES));
  const xml = /^\s*<\?xml[^>]{0,180}encoding\s{0,9}=\s{0,9}["']([\w:-]+)/i.exec(head)?.[1];
  let declared: string | undefined;
  const parser = createParser(
    {
      onopentag(name, attributes) {
        if (name !== "meta" || declared !== undefined) return;
        const isType = /^content-type$/i.test(attributes["http-equiv"] ?? "");
        const content = isType ? (attributes["content"] ?? "") : "";
        const inContent = /charset\s{0,9}=\s{0,9}["']?([\w:-]+)/i.exec(content)?.[1];
        declared = attributes["charset"]?.trim() ?? inContent;
      },
    },
    { recognizeSelfClosing: true },
  );
  parser.end(head);
  return declared ?? xml;
}

function escapeMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
