// EPUB 2 and 3, and what came before: the spine gives the reading order, the table of contents names
// the chapters. A part that is missing or damaged costs itself and is named.
import { EngineError } from "../engine/errors.ts";
import type { Section } from "../engine/sections.ts";
import { type Archive, decodePercent, looseName, openArchive, plainName } from "./archive.ts";
import {
  type Chapter,
  type ManifestItem,
  resolveReference,
  tableOfContents,
} from "./epub-contents.ts";
import { renderMarkup } from "./markup-text.ts";
import { skippedParts } from "./notices.ts";
import { orderSections, TextBuilder } from "./text-builder.ts";
import type { ExtractedDocument, ExtractionHost } from "./types.ts";
import { decodeXml, findAll, findFirst, parseXml, type XmlElement } from "./xml.ts";

const CONTAINER = "META-INF/container.xml";
const ENCRYPTION = "META-INF/encryption.xml";
/** Stands for what an encryption without a reference is of. */
const ALL_PARTS = "*";
/** These only scramble embedded fonts; every other encryption is of what it refers to. */
const FONT_SCRAMBLING = /idpf\.org\/2008\/embedding|ns\.adobe\.com\/pdf\/enc#RC/;
/** Types of chapters, old ones and wrong ones included; where none is given the name tells. */
const CHAPTER_TYPE = /html|xml|oeb1-document|dtbook/i;
const NO_CHAPTER = /^(?:image|font|audio|video)\/|css|ncx|javascript|opentype|smil/i;
/** Chains of them are short; a longer one runs in a circle. */
const MAX_FALLBACKS = 8;
const CHAPTER_NAME = /\.(?:x?html?|xht|xml)$/i;

export async function readEpub(file: File, host: ExtractionHost): Promise<ExtractedDocument> {
  const archive = await openArchive(file);
  const encrypted = await encryptedParts(archive);
  const packagePath = await findPackage(file.name, archive);
  const description = parseXml(await requiredPart(file.name, archive, packagePath));
  const items = manifestItems(description, packagePath, archive);
  const spine = readingOrder(description, items, archive);
  if (spine.length === 0) throw invalid(file.name, "it lists no chapters");
  const readable = spine.filter((path) => !encrypted.has(looseName(path)));
  if (encrypted.has(ALL_PARTS) || readable.length < spine.length / 2) throw locked(file.name);
  const contents = await tableOfContents(description, items, (path) => partText(archive, path));
  const chapters = byPath(contents);
  const title = findFirst(description, "title")?.text.replace(/\s+/g, " ").trim() || undefined;

  const builder = new TextBuilder();
  const sections: Section[] = [];
  const missing: string[] = [];
  for (const [done, path] of spine.entries()) {
    host.onProgress({ done, total: spine.length, unit: "chapters" });
    const isLocked = encrypted.has(looseName(path));
    const markup = isLocked ? undefined : await partText(archive, path);
    if (markup === undefined) missing.push(path);
    else sections.push(...renderChapter(markup, chapters.get(looseName(path)) ?? [], builder));
  }
  if (missing.length === spine.length) {
    throw invalid(file.name, `its chapters are missing or damaged (${missing[0]})`);
  }
  host.onProgress({ done: spine.length, total: spine.length, unit: "chapters" });
  const notices = skippedParts("Chapters of the book", missing);
  return { title, text: builder.text(), sections: orderSections(sections), notices };
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

/** The book's description: as the container says, else the one that lies there. */
async function findPackage(name: string, archive: Archive): Promise<string> {
  const container = await partText(archive, CONTAINER);
  const roots = container === undefined ? [] : findAll(parseXml(container), "rootfile");
  const named = roots
    .map((root) => root.attribute("full-path") ?? "")
    .filter((path) => path !== "");
  for (const path of named) if (await partText(archive, path)) return plainName(path);
  const lying = archive.names.find((path) => /\.opf$/i.test(path));
  if (lying !== undefined) return lying;
  throw invalid(name, named[0] ? `its part ${named[0]} is missing` : "its container names no book");
}

function manifestItems(
  description: XmlElement,
  packagePath: string,
  archive: Archive,
): Map<string, ManifestItem> {
  const folder = packagePath.slice(0, packagePath.lastIndexOf("/") + 1);
  const items = new Map<string, ManifestItem>();
  for (const item of findAll(description, "item")) {
    const id = item.attribute("id")?.trim();
    const href = item.attribute("href");
    // Of two items with one id the first is meant.
    if (id === undefined || href === undefined || items.has(id)) continue;
    // A manifest names files, not places in them: a number sign may be part of the name.
    const whole = plainName(folder + decodePercent(href));
    const path = archive.has(whole) ? whole : resolveReference(packagePath, href).path;
    const type = item.attribute("media-type") ?? "";
    const properties = item.attribute("properties") ?? "";
    items.set(id, { path, type, properties, fallback: item.attribute("fallback")?.trim() ?? "" });
  }
  return items;
}

/** Paths of the chapters, each once. A book without a usable spine is read as its manifest lists it. */
function readingOrder(
  description: XmlElement,
  items: ReadonlyMap<string, ManifestItem>,
  archive: Archive,
): string[] {
  const isChapter = ({ path, type }: ManifestItem) =>
    (CHAPTER_TYPE.test(type) && !NO_CHAPTER.test(type)) ||
    (CHAPTER_NAME.test(path) && !NO_CHAPTER.test(type));
  const listed = findAll(description, "itemref").flatMap((reference) => {
    let item = items.get(reference.attribute("idref")?.trim() ?? "");
    for (let i = 0; item && !isChapter(item) && i < MAX_FALLBACKS; i++)
      item = items.get(item.fallback);
    return item && isChapter(item) ? [item.path] : [];
  });
  if (listed.length > 0) return [...new Set(listed)];
  const all = [...items.values()].filter(
    (item) => isChapter(item) && !/\bnav\b/.test(item.properties),
  );
  if (all.length > 0) return [...new Set(all.map(({ path }) => path))];
  return archive.names.filter((path) => CHAPTER_NAME.test(path) && !/^meta-inf\//i.test(path));
}

/** By their loose names; a cover and a table of contents are never encrypted, pictures may be alone. */
async function encryptedParts(archive: Archive): Promise<ReadonlySet<string>> {
  const list = await partText(archive, ENCRYPTION);
  const parts = new Set<string>();
  if (list === undefined) return parts;
  for (const data of findAll(parseXml(list), "EncryptedData")) {
    const algorithm = findFirst(data, "EncryptionMethod")?.attribute("Algorithm") ?? "";
    if (FONT_SCRAMBLING.test(algorithm)) continue;
    const uri = findFirst(data, "CipherReference")?.attribute("URI");
    parts.add(uri === undefined ? ALL_PARTS : looseName(plainName(uri)));
  }
  return parts;
}

function locked(name: string): EngineError {
  const message = `"${name}" is protected by its seller (DRM) and can only be opened in the seller's reader.`;
  return new EngineError("encrypted", message);
}

/** Undefined where the part is missing, damaged or no text. Throws what no other part can make good. */
async function partText(archive: Archive, path: string): Promise<string | undefined> {
  try {
    const bytes = await archive.read(path);
    return bytes && decodeXml(path, bytes);
  } catch (thrown) {
    const isFinal = thrown instanceof EngineError && /too-large|encrypted/.test(thrown.code);
    if (isFinal) throw thrown;
    return undefined;
  }
}

async function requiredPart(name: string, archive: Archive, path: string): Promise<string> {
  const text = await partText(archive, path);
  if (text === undefined) throw invalid(name, `its part ${path} is missing or damaged`);
  return text;
}

/** Chapters of the table of contents by the file they begin in. */
function byPath(contents: readonly Chapter[]): Map<string, Chapter[]> {
  const chapters = new Map<string, Chapter[]>();
  for (const chapter of contents) {
    const key = looseName(chapter.path);
    const list = chapters.get(key) ?? [];
    list.push(chapter);
    chapters.set(key, list);
  }
  return chapters;
}

function invalid(name: string, reason: string): EngineError {
  return new EngineError("format-invalid", `"${name}" is not a sound EPUB: ${reason}.`);
}
