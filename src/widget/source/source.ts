// Where the widget's text comes from: the main text of the host's page, or a file at an address.
import { InkspanError } from "../../library/index.ts";
import type { TextMap } from "./text-map.ts";

/** What attributes say about the text. */
export interface SourceChoice {
  /** Address of a text, Markdown, HTML or index file; goes before `selector`. */
  readonly src: string | null;
  /** Content of the page; without it, the whole page. */
  readonly selector: string | null;
}

export type Source =
  | { readonly kind: "page"; readonly title: string; readonly text: string; readonly map: TextMap }
  | { readonly kind: "file"; readonly title: string; readonly text: string }
  | { readonly kind: "index"; readonly title: string; readonly address: string };

/** Texts beyond it would be read for hours in a page that was opened for something else. */
const MOST_BYTES = 20_000_000;

export async function openSource(
  { src, selector }: SourceChoice,
  root: ParentNode,
  signal: AbortSignal,
): Promise<Source> {
  const source = src ? await openFile(src, signal) : await openPage(selector, root);
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

async function openFile(src: string, signal: AbortSignal): Promise<Source> {
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
  if (Number(response.headers.get("content-length") ?? 0) > MOST_BYTES) throw tooLarge(name);
  const text = await response.text();
  if (text.length > MOST_BYTES) throw tooLarge(name);
  const title = name.replace(/\.[a-z]+$/i, "").replaceAll("_", " ") || address.hostname;
  const type = response.headers.get("content-type") ?? "";
  if (type.includes("html") || /\.x?html?$/i.test(name)) {
    const { readHtml } = await import("./html-text.ts");
    return { kind: "file", ...readHtml(text, title) };
  }
  // Markdown is read as it is written: its marks carry meaning and offsets stay true.
  return { kind: "file", title, text: text.replaceAll("\r\n", "\n").trim() };
}

const failed = (message: string): InkspanError =>
  new InkspanError({ code: "download-failed", message });

const tooLarge = (name: string): InkspanError =>
  new InkspanError({ code: "too-large", message: `${name} is larger than 20 MB.` });
