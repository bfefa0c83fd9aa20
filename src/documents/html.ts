// A saved web page: its main text, found by the reader view's own library, without menus and
// advertisements. A page that is no article is taken whole.
import { EngineError } from "../engine/errors.ts";
import { decodeText } from "./decode-text.ts";
import { renderMarkup } from "./markup-text.ts";
import { orderSections, TextBuilder } from "./text-builder.ts";
import type { ExtractedDocument, ExtractionHost } from "./types.ts";

const MAX_BYTES = 64 * 1024 * 1024;
/** Trees of more elements take the library minutes; such pages are lists, not articles. */
const MAX_ELEMENTS = 60_000;
/** What is found must be most of the words; otherwise the page is not one article. */
const LEAST_SHARE = 0.4;
const MENUS = ["nav", "menu"];
const MARGINS = [...MENUS, "footer", "aside"];

export async function readHtml(file: File, host: ExtractionHost): Promise<ExtractedDocument> {
  if (file.size > MAX_BYTES) {
    throw new EngineError("too-large", `"${file.name}" is larger than 64 MB. Add it in parts.`);
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const markup = await decodeText(file.name, bytes, declaredCharset(bytes));
  const whole = render(markup, MARGINS);
  const article = await findArticle(markup);
  host.onProgress({ done: file.size, total: file.size, unit: "bytes" });
  if (!article) return whole;
  const main = render(article.content, MENUS);
  if (main.text.length < LEAST_SHARE * whole.text.length) return whole;
  const title = article.title.trim() || whole.title;
  // The library takes the headline out of the text because it shows it apart.
  if (!title || main.text.slice(0, 2 * title.length).includes(title)) return { ...main, title };
  return { ...render(`<h1>${escapeMarkup(title)}</h1>${article.content}`, MENUS), title };
}

function render(markup: string, leaveOut: readonly string[]): ExtractedDocument {
  const builder = new TextBuilder();
  const { title, headings } = renderMarkup(markup, builder, { leaveOut });
  return { title: title || undefined, text: builder.text(), sections: orderSections(headings) };
}

/** The library is typed over the page's DOM, which a worker does not have. */
interface ArticleReader {
  parse(): { readonly title?: string | null; readonly content?: string | null } | null;
}

async function findArticle(
  markup: string,
): Promise<{ title: string; content: string } | undefined> {
  if ((markup.match(/<[a-z]/gi)?.length ?? 0) > MAX_ELEMENTS) return undefined;
  const [{ Readability }, { parseHTML }] = await Promise.all([
    import("@mozilla/readability"),
    import("linkedom/worker"),
  ]);
  try {
    // A tree without scripts: linkedom runs none.
    const { document } = parseHTML(markup) as unknown as { document: unknown };
    const reader = new Readability(document as never) as ArticleReader;
    const article = reader.parse();
    if (!article?.content) return undefined;
    return { title: article.title ?? "", content: article.content };
  } catch {
    return undefined; // not a page the library can judge: it is taken whole
  }
}

function declaredCharset(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 2048));
  return /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
}

function escapeMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
