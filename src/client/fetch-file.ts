// A page or file of the web as a File. Only what its server lets other pages read can be had; there is
// no server of ours in between.
import { EngineCallError } from "./errors.ts";

const MAX_BYTES = 200_000_000;
const EXTENSIONS: Readonly<Record<string, string>> = {
  "text/html": ".html",
  "application/xhtml+xml": ".html",
  "application/pdf": ".pdf",
  "application/epub+zip": ".epub",
  "text/markdown": ".md",
  "text/plain": ".txt",
};

/**
 * Rejects with `format-invalid` for what is no address, with `download-failed` for what cannot be had:
 * no connection, an answer other than 200, or a server that does not let other pages read it.
 */
export async function fetchFile(address: string): Promise<File> {
  const url = addressOf(address);
  let response: Response;
  try {
    response = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer" });
  } catch {
    throw new EngineCallError({
      code: "download-failed",
      message: `${url.host} does not answer, or does not let other pages read it (CORS).`,
    });
  }
  if (!response.ok) {
    throw new EngineCallError({
      code: "download-failed",
      message: `${url.host} answered ${response.status}.`,
    });
  }
  if (Number(response.headers.get("content-length") ?? 0) > MAX_BYTES) {
    throw new EngineCallError({ code: "too-large", message: `${url.href} is over 200 MB.` });
  }
  const content = await response.blob();
  const type = content.type.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return new File([content], nameOf(url, EXTENSIONS[type]), { type });
}

function addressOf(text: string): URL {
  const trimmed = text.trim();
  const whole = /^[a-z][a-z\d+.-]*:/i.test(trimmed) ? trimmed : `https://${trimmed}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw new EngineCallError({
      code: "format-invalid",
      message: `“${trimmed}” is not the address of a web page.`,
    });
  }
  return url;
}

/** The last part of the path, or the host; with the extension that the type asks for. */
function nameOf(url: URL, extension: string | undefined): string {
  const last = url.pathname.split("/").filter(Boolean).at(-1) ?? "";
  const name = safelyDecoded(last) || url.host;
  if (!extension || name.toLowerCase().endsWith(extension)) return name;
  return `${name.replace(/\.(html?|php|aspx?)$/i, "")}${extension}`;
}

function safelyDecoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
