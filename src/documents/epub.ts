// EPUB 2 and 3: the spine gives the reading order, the table of contents names the chapters.
import { EngineError } from "../engine/errors.ts";
import type { Section } from "../engine/sections.ts";
import { type Archive, openArchive } from "./archive.ts";
import { decodeText } from "./decode-text.ts";
import { renderMarkup } from "./markup-text.ts";
import { orderSections, sectionLabel, TextBuilder } from "./text-builder.ts";
import type { ExtractedDocument, ExtractionHost } from "./types.ts";
import { findAll, findFirst, parseXml, type XmlElement } from "./xml.ts";

const CONTAINER = "META-INF/container.xml";
/** These only scramble embedded fonts; every other encryption is of the text. */
const FONT_SCRAMBLING = /idpf\.org\/2008\/embedding|ns\.adobe\.com\/pdf\/enc#RC/;

interface Chapter {
  readonly path: string;
  /** Empty for the beginning of the file. */
  readonly fragment: string;
  readonly label: string;
}

export async function readEpub(file: File, host: ExtractionHost): Promise<ExtractedDocument> {
  const archive = await openArchive(file);
  const book = new EpubFiles(file.name, archive);
  await refuseProtected(file.name, archive, book);
  const container = parseXml(await book.text(CONTAINER));
  const packagePath = findFirst(container, "rootfile")?.attributes["full-path"];
  if (!packagePath) throw invalid(file.name, "its container names no book");
  const description = parseXml(await book.text(packagePath));
  const items = manifestItems(description, packagePath);
  const spine = [...findAll(description, "itemref")].flatMap(({ attributes }) => {
    const item = items.get(attributes["idref"] ?? "");
    return item && /html|xml/.test(item.type) ? [item.path] : [];
  });
  if (spine.length === 0) throw invalid(file.name, "it lists no chapters");
  const chapters = await tableOfContents(description, items, book).catch(() => []);
  const title = findFirst(description, "title")?.text.trim() || undefined;

  const builder = new TextBuilder();
  const sections: Section[] = [];
  for (const [done, path] of spine.entries()) {
    host.onProgress({ done, total: spine.length, unit: "chapters" });
    const named = chapters.filter((chapter) => chapter.path === path);
    sections.push(...renderChapter(await book.text(path), named, builder));
  }
  host.onProgress({ done: spine.length, total: spine.length, unit: "chapters" });
  return { title, text: builder.text(), sections: orderSections(sections) };
}

function renderChapter(
  markup: string,
  named: readonly Chapter[],
  builder: TextBuilder,
): readonly Section[] {
  builder.endBlock();
  let start: number | undefined;
  builder.mark((at) => (start = at));
  const anchors = new Set(named.map(({ fragment }) => fragment).filter((id) => id !== ""));
  const rendered = renderMarkup(markup, builder, { anchors });
  if (start === undefined) return []; // a cover, or an empty page
  // A file that the table of contents does not know tells by its own headings where one is.
  if (named.length === 0) return rendered.headings;
  const first = start;
  return named.map(({ fragment, label }) => ({
    start: rendered.anchors.get(fragment) ?? first,
    label,
  }));
}

interface ManifestItem {
  readonly path: string;
  readonly type: string;
  readonly properties: string;
}

function manifestItems(description: XmlElement, packagePath: string): Map<string, ManifestItem> {
  const items = new Map<string, ManifestItem>();
  for (const { attributes } of findAll(description, "item")) {
    const { id, href, properties = "" } = attributes;
    if (id === undefined || href === undefined) continue;
    const { path } = resolve(packagePath, href);
    items.set(id, { path, type: attributes["media-type"] ?? "", properties });
  }
  return items;
}

/** EPUB 3 has a navigation page, EPUB 2 an NCX file; a missing or broken one costs only the names. */
async function tableOfContents(
  description: XmlElement,
  items: ReadonlyMap<string, ManifestItem>,
  book: EpubFiles,
): Promise<Chapter[]> {
  const all = [...items.values()];
  const chapter = (from: string, href: string | undefined, text: string | undefined) => {
    const label = sectionLabel(text ?? "");
    return href === undefined || label === "" ? [] : [{ ...resolve(from, href), label }];
  };
  const page = all.find(({ properties }) => properties.split(/\s+/).includes("nav"))?.path;
  if (page !== undefined) {
    const lists = [...findAll(parseXml(await book.text(page)), "nav")];
    const list = lists.find(({ attributes }) => /\btoc\b/.test(attributes["epub:type"] ?? ""));
    const links = [...findAll(list ?? lists[0] ?? parseXml(""), "a")];
    return links.flatMap(({ attributes, text }) => chapter(page, attributes["href"], text));
  }
  const named = items.get(findFirst(description, "spine")?.attributes["toc"] ?? "");
  const ncx = (named ?? all.find(({ type }) => type.includes("ncx")))?.path;
  if (ncx === undefined) return [];
  const points = [...findAll(parseXml(await book.text(ncx)), "navPoint")];
  return points.flatMap((point) => {
    const href = findFirst(point, "content")?.attributes["src"];
    return chapter(ncx, href, findFirst(point, "text")?.text);
  });
}

async function refuseProtected(name: string, archive: Archive, book: EpubFiles): Promise<void> {
  const path = "META-INF/encryption.xml";
  if (!archive.names.includes(path)) return;
  for (const data of findAll(parseXml(await book.text(path)), "EncryptedData")) {
    const algorithm = findFirst(data, "EncryptionMethod")?.attributes["Algorithm"] ?? "";
    if (!FONT_SCRAMBLING.test(algorithm)) {
      const message = `"${name}" is protected by its seller (DRM) and can only be opened in the seller's reader.`;
      throw new EngineError("encrypted", message);
    }
  }
}

class EpubFiles {
  readonly #name: string;
  readonly #archive: Archive;

  constructor(name: string, archive: Archive) {
    this.#name = name;
    this.#archive = archive;
  }

  async text(path: string): Promise<string> {
    const bytes = await this.#archive.read(path);
    if (!bytes) throw invalid(this.#name, `its part ${path} is missing`);
    const head = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
    const declared = /^<\?xml[^>]*encoding\s*=\s*["']([\w-]+)/.exec(head)?.[1];
    return decodeText(this.#name, bytes, declared);
  }
}

/** A reference inside the book, relative to the file that holds it. */
function resolve(from: string, href: string): { path: string; fragment: string } {
  const root = "book://book/";
  try {
    const { pathname, hash } = new URL(href, root + encodeURI(from));
    return {
      path: decodeURIComponent(pathname.replace(/^\/+/, "")),
      fragment: decodeURIComponent(hash.slice(1)),
    };
  } catch {
    return { path: href, fragment: "" };
  }
}

function invalid(name: string, reason: string): EngineError {
  return new EngineError("format-invalid", `"${name}" is not a sound EPUB: ${reason}.`);
}
