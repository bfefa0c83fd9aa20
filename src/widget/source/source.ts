// Where the widget's text comes from: the main text of the host's page, or a file at an address.
import { type FileText, InkspanError, type Section } from "../../library/index.ts";
import type { TextMap } from "./text-map.ts";

/** What attributes say about the text. */
export interface SourceChoice {
  /** Address of a document or of an index file; goes before `selector`. */
  readonly src: string | null;
  /** Content of the page; without it, the whole page. */
  readonly selector: string | null;
}

export type Source =
  | { readonly kind: "page"; readonly title: string; readonly text: string; readonly map: TextMap }
  | {
      readonly kind: "file";
      readonly title: string;
      readonly text: string;
      readonly sections: readonly Section[];
      /** What could not be read of it, in sentences. */
      readonly notices: readonly string[];
    }
  | { readonly kind: "index"; readonly title: string; readonly address: string };

/** Texts beyond it would be read for hours in a page that was opened for something else. */
const MOST_CHARACTERS = 20_000_000;
const MOST_BYTES = 100_000_000;

export type ReadFile = (file: File) => Promise<FileText>;

export async function openSource(
  { src, selector }: SourceChoice,
  root: ParentNode,
  readFile: ReadFile,
  signal: AbortSignal,
): Promise<Source> {
  const source = src ? await openFile(src, readFile, signal) : await openPage(selector, root);
  if (source.kind !== "index" && source.text.trim() === "") {
    throw new InkspanError({
      code: "no-text",
      message: `${src ?? selector ?? "This page"} holds no text to ask about.`,
    });
  }
  return source;
}

async function openPage(selector: string | null, root: ParentNode): Promise<Source> {
  const element = selector === null ? document.body : find(selector, root);
  const { readPage } = await import("./page-text.ts");
  const map = readPage(element);
  return { kind: "page", title: document.title || location.hostname, text: map.text, map };
}

function find(selector: string, root: ParentNode): Element {
  let found: Element | null = null;
  try {
    found = root.querySelector(selector) ?? document.querySelector(selector);
  } catch {
    // not a selector: reported like one that finds nothing
  }
  if (found) return found;
  throw new InkspanError({
    code: "not-found",
    message: `Nothing on this page matches the selector “${selector}”.`,
  });
}

async function openFile(src: string, readFile: ReadFile, signal: AbortSignal): Promise<Source> {
  const address = new URL(src, document.baseURI);
  const last = address.pathname.split("/").at(-1) ?? "";
  let name = last;
  try {
    name = decodeURIComponent(last);
  } catch {
    // a stray percent sign: the name as it stands
  }
  if (name.endsWith(".ltri")) return { kind: "index", title: name, address: address.href };
  const response = await fetch(address, { signal }).catch((cause: unknown) => {
    if (signal.aborted) throw cause;
    throw failed(`${address.href} cannot be reached.`);
  });
  if (!response.ok) throw failed(`${address.href} answered ${response.status}.`);
  const tooLarge = () => tooLargeFor(name, "100 MB");
  if (Number(response.headers.get("content-length") ?? 0) > MOST_BYTES) throw tooLarge();
  const bytes = await response.blob();
  if (bytes.size > MOST_BYTES) throw tooLarge();
  const type = (response.headers.get("content-type") ?? "").split(";")[0]!.trim();
  const fileName = name || address.hostname;
  const read = await readFile(new File([bytes], fileName, { type }));
  const text = await read.text.text();
  if (text.length > MOST_CHARACTERS) throw tooLargeFor(name, "20 million characters");
  const { sections, notices } = read;
  const title = read.title === fileName ? titleOf(fileName) : read.title;
  return { kind: "file", title, text, sections, notices };
}

const titleOf = (name: string): string =>
  name.replace(/\.[a-z\d]+$/i, "").replaceAll("_", " ") || name;

const failed = (message: string): InkspanError =>
  new InkspanError({ code: "download-failed", message });

const tooLargeFor = (name: string, limit: string): InkspanError =>
  new InkspanError({ code: "too-large", message: `${name} is larger than ${limit}.` });
