// The table of contents of a book: a navigation page in EPUB 3, an NCX file in EPUB 2. A missing or
// broken one costs only the names of the chapters.
import { decodePercent, plainName } from "./archive.ts";
import { sectionLabel } from "./text-builder.ts";
import { findAll, findChild, findFirst, parseXml, type XmlElement } from "./xml.ts";

/** More places than this in one book are made, not written. */
const MAX_CHAPTERS = 50_000;

export interface ManifestItem {
  readonly path: string;
  readonly type: string;
  readonly properties: string;
  /** Id of the item to take where this one cannot be shown; "" without. */
  readonly fallback: string;
}

export interface Chapter {
  readonly path: string;
  /** Empty for the beginning of the file. */
  readonly fragment: string;
  readonly label: string;
}

/** `readPart`: text of a part; undefined where it is missing or damaged. */
export async function tableOfContents(
  description: XmlElement,
  items: ReadonlyMap<string, ManifestItem>,
  readPart: (path: string) => Promise<string | undefined>,
): Promise<Chapter[]> {
  const all = [...items.values()];
  const page = all.find(({ properties }) => properties.split(/\s+/).includes("nav"))?.path;
  const markup = page === undefined ? undefined : await readPart(page);
  const fromPage = page === undefined || markup === undefined ? [] : navigation(page, markup);
  if (fromPage.length > 0) return fromPage;
  const named = items.get(findFirst(description, "spine")?.attribute("toc") ?? "");
  const ncx = (named ?? all.find(({ type, path }) => /ncx/i.test(type) || /\.ncx$/i.test(path)))
    ?.path;
  const points = ncx === undefined ? undefined : await readPart(ncx);
  return ncx === undefined || points === undefined ? [] : navigationPoints(ncx, points);
}

function navigation(page: string, markup: string): Chapter[] {
  const root = parseXml(markup);
  const lists = findAll(root, "nav");
  const list = lists.find((one) => /\btoc\b/.test(one.attribute("type") ?? ""));
  const links = findAll(list ?? lists[0] ?? root, "a").slice(0, MAX_CHAPTERS);
  return links.flatMap((link) => chapter(page, link.attribute("href"), link.text));
}

function navigationPoints(ncx: string, markup: string): Chapter[] {
  const points = findAll(parseXml(markup), "navPoint").slice(0, MAX_CHAPTERS);
  return points.flatMap((point) => {
    const label = findChild(point, "navLabel");
    const href = findChild(point, "content")?.attribute("src");
    return chapter(ncx, href, label && findFirst(label, "text")?.text);
  });
}

function chapter(from: string, href: string | undefined, text: string | undefined): Chapter[] {
  const label = sectionLabel(text ?? "");
  return href === undefined || label === "" ? [] : [{ ...resolveReference(from, href), label }];
}

/** A reference inside the book, relative to the file that holds it; percent codes as characters. */
export function resolveReference(from: string, href: string): { path: string; fragment: string } {
  const hash = href.indexOf("#");
  const reference = (hash < 0 ? href : href.slice(0, hash)).trim().replaceAll("\\", "/");
  const fragment = hash < 0 ? "" : decodePercent(href.slice(hash + 1));
  const name = decodePercent(reference);
  const folder = from.slice(0, from.lastIndexOf("/") + 1);
  const path = name === "" ? from : plainName(name.startsWith("/") ? name : folder + name);
  return { path, fragment };
}
