// Word documents (.docx): paragraphs, lists and tables of the main text as they stand, deleted and
// hidden text left out, notes at the end. Sections are its headings; a document without any has its pages.
import { EngineError } from "../engine/errors.ts";
import { type Archive, openArchive, plainName } from "./archive.ts";
import { WordNumbering } from "./docx-numbering.ts";
import { PLAIN_STYLE, readStyles } from "./docx-styles.ts";
import { renderWord, type WordNotes } from "./docx-text.ts";
import { skippedParts } from "./notices.ts";
import { relatedParts, wordMainPart } from "./office-package.ts";
import { orderSections, TextBuilder } from "./text-builder.ts";
import type { ExtractedDocument, ExtractionHost } from "./types.ts";
import { decodeXml, findFirst, parseXml, type XmlElement } from "./xml.ts";

const NOTES = ["footnotes", "endnotes"] as const;

export async function readDocx(file: File, host: ExtractionHost): Promise<ExtractedDocument> {
  const archive = await openArchive(file);
  const mainPart = await wordMainPart(archive);
  const main =
    mainPart === undefined
      ? undefined
      : await archive.read(mainPart, (done, total) =>
          host.onProgress({ done, total, unit: "bytes" }),
        );
  if (mainPart === undefined || !main) {
    throw new EngineError(
      "format-invalid",
      `"${file.name}" is not a sound Word document: its text is missing.`,
    );
  }
  const parts = new WordParts(archive, mainPart, await relatedParts(archive, mainPart));
  const styleTree = await parts.tree("styles");
  const styles = styleTree ? readStyles(styleTree) : new Map<string, typeof PLAIN_STYLE>();
  const numbering = new WordNumbering(await parts.tree("numbering"), styles);
  const look = { styles, numbering };
  const builder = new TextBuilder();
  const notes: WordNotes = { footnotes: new Map(), endnotes: new Map() };
  const { headings, pages } = renderWord(decodeXml(file.name, main), look, notes, builder);
  for (const kind of NOTES) {
    const markup = await parts.text(kind);
    builder.endBlock();
    if (markup !== undefined) renderWord(markup, look, notes, builder, kind);
  }
  const core = (await relatedParts(archive, "")).get("core-properties") ?? "docProps/core.xml";
  const properties = await parts.treeAt(core);
  const title = properties && findFirst(properties, "title")?.text.trim();
  const sections = orderSections(headings.length > 0 ? headings : pages);
  const notices = skippedParts("Parts of the document", parts.damaged);
  return { title: title || undefined, text: builder.text(), sections, notices };
}

class WordParts {
  readonly damaged: string[] = [];
  readonly #archive: Archive;
  readonly #folder: string;
  readonly #related: ReadonlyMap<string, string>;

  constructor(archive: Archive, mainPart: string, related: ReadonlyMap<string, string>) {
    this.#archive = archive;
    this.#folder = mainPart.slice(0, mainPart.lastIndexOf("/") + 1);
    this.#related = related;
  }

  /** By the kind of its relationship, else under its usual name. */
  text(kind: string): Promise<string | undefined> {
    return this.#textAt(this.#related.get(kind) ?? plainName(`${this.#folder}${kind}.xml`));
  }

  async tree(kind: string): Promise<XmlElement | undefined> {
    const text = await this.text(kind);
    return text === undefined ? undefined : parseXml(text);
  }

  async treeAt(path: string): Promise<XmlElement | undefined> {
    const text = await this.#textAt(path);
    return text === undefined ? undefined : parseXml(text);
  }

  /** A damaged part costs what it says, not the document. */
  async #textAt(path: string): Promise<string | undefined> {
    try {
      const bytes = await this.#archive.read(path);
      return bytes && decodeXml(path, bytes);
    } catch (thrown) {
      if (thrown instanceof EngineError && thrown.code === "too-large") throw thrown;
      this.damaged.push(path);
      return undefined;
    }
  }
}
