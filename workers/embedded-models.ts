// The small models that the app ships: fetched as static files beside the page, then kept by the browser's
// HTTP cache. They have a few MB, so they are held in RAM while they load.
import { EngineError } from "../src/engine/errors.ts";
import { EMBEDDED_ID } from "../src/engine/index.ts";
import { type ByteSource, sourceFromBytes } from "../src/engine/model/byte-source.ts";

type Progress = (loadedBytes: number, totalBytes: number) => void;

export const isEmbedded = (id: string): boolean => id === EMBEDDED_ID;

/** `url` is the address of its file. */
export async function embeddedModel(
  id: string,
  url: string,
  progress: Progress,
): Promise<ByteSource[]> {
  if (!isEmbedded(id)) {
    throw new EngineError("not-found", `There is no model "${id}". Choose one from the list.`);
  }
  return [await wholeFile(url, progress)];
}

/** The source has the name of the file. */
export async function wholeFile(url: string, progress: Progress): Promise<ByteSource> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new EngineError("download-failed", `The model at ${url} cannot be reached.`, { cause });
  });
  if (!response.ok || !response.body) {
    throw new EngineError("download-failed", `The model at ${url} answered ${response.status}.`);
  }
  const total = Number(response.headers.get("content-length") ?? 0);
  const parts: Uint8Array[] = [];
  let loaded = 0;
  const body = response.body.getReader();
  for (;;) {
    const { done, value } = await body.read();
    if (done) break;
    parts.push(value);
    loaded += value.length;
    progress(loaded, Math.max(total, loaded));
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return sourceFromBytes(url.slice(url.lastIndexOf("/") + 1), bytes);
}
