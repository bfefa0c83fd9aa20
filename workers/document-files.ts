// Where document files come from and go to in a browser: a picked file, an address, a Blob to download.
import { EngineError } from "../src/engine/errors.ts";
import type { DocumentFile, WriteChunk } from "../src/engine/transfer/document-transfers.ts";

const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];
/** One Blob per this much: each is the browser's to keep, in memory or on disk. */
const BLOB_BYTES = 8 * 1024 * 1024;

/** `origin` is the page's own. Throws `format-unsupported` for an address that must not be fetched. */
export function requireFileAddress(address: string, origin: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isSecure =
    url?.protocol === "https:" ||
    (url?.protocol === "http:" && (url.origin === origin || LOCAL_HOSTS.includes(url.hostname)));
  if (!url || !isSecure || url.username !== "" || url.password !== "") {
    throw new EngineError(
      "format-unsupported",
      `A document cannot be opened from “${address}”. Give an address that begins with https://, or one of this site.`,
    );
  }
  url.hash = "";
  return url;
}

/** Nothing that names the reader is sent along. */
export function fileFromAddress(address: string, origin: string): DocumentFile {
  const url = requireFileAddress(address, origin);
  return {
    address: url.href,
    async open(signal) {
      const response = await fetch(url, {
        credentials: "omit",
        referrerPolicy: "no-referrer",
        ...(signal ? { signal } : {}),
      }).catch((cause: unknown) => {
        throw new EngineError(
          "download-failed",
          `${url.href} cannot be reached, or its server does not let other sites read it (CORS).`,
          { cause },
        );
      });
      if (!response.ok || !response.body) {
        throw new EngineError("download-failed", `${url.href} answered ${response.status}.`);
      }
      // A redirect may have led where no link may lead.
      const { href } = requireFileAddress(response.url || url.href, origin);
      return { body: response.body, address: href };
    },
  };
}

export function fileFromBlob(blob: Blob): DocumentFile {
  return { open: () => Promise.resolve({ body: blob.stream() }) };
}

/** Collects what `write` gets without holding it: the parts are Blobs of their own. */
export async function collectBlob(fill: (write: WriteChunk) => Promise<void>): Promise<Blob> {
  const blobs: Blob[] = [];
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const close = () => {
    if (chunks.length > 0) blobs.push(new Blob(chunks));
    chunks = [];
    bytes = 0;
  };
  await fill((chunk) => {
    chunks.push(chunk.slice());
    bytes += chunk.byteLength;
    if (bytes >= BLOB_BYTES) close();
  });
  close();
  return new Blob(blobs, { type: "application/octet-stream" });
}
