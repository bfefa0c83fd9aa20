// The models that the app ships: fetched once as a static file beside the page, then kept by the
// browser's HTTP cache. They are small (a few MB), so they are held in RAM while they load.
import { EngineError } from "../src/engine/errors.ts";
import { type ByteSource, sourceFromBytes } from "../src/engine/model/byte-source.ts";

const IDS = ["default", "nano"]; // `default` may become another file, `nano` not

export const isEmbedded = (id: string): boolean => IDS.includes(id);

/** `url` is the address of the file that both ids mean at present. */
export async function embeddedModel(
  id: string,
  url: string,
  progress: (loadedBytes: number, totalBytes: number) => void,
): Promise<ByteSource[]> {
  if (!isEmbedded(id)) {
    throw new EngineError("not-found", `There is no model "${id}". Known: ${IDS.join(", ")}.`);
  }
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
  return [sourceFromBytes("nano.gguf", bytes)];
}
