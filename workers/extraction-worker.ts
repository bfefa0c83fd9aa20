// Reads one file apart from the page and from the engine: a large or hostile file can take its time
// and its memory here, and ends with the worker.
import * as Comlink from "comlink";
import { extractDocument, type ExtractionProgress } from "../src/documents/index.ts";
import { EngineError } from "../src/engine/errors.ts";
import type { ExtractionApi } from "./extraction-protocol.ts";

const REPORT_MS = 100;

const api: ExtractionApi = {
  async extract(file, onProgress) {
    let reported = 0;
    const report = (progress: ExtractionProgress) => {
      const now = performance.now();
      if (now - reported < REPORT_MS) return;
      reported = now;
      onProgress(progress);
    };
    try {
      const { title, text, sections, notices } = await extractDocument(file, {
        pdf: { readCharacterMap },
        onProgress: report,
      });
      return { title: title ?? null, text: new Blob([text]), sections, notices };
    } catch (thrown) {
      // Comlink keeps only the message of an Error, so code and message travel in it as JSON.
      const code = thrown instanceof EngineError ? thrown.code : "internal";
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      throw new Error(JSON.stringify({ code, message }));
    }
  },
};

async function readCharacterMap(name: string): Promise<Uint8Array> {
  const { CHARACTER_MAPS } = await import("./pdf-character-maps.ts");
  const address = CHARACTER_MAPS.get(name);
  if (address === undefined) throw new Error(`There is no character map ${name}`);
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The character map ${name} could not be loaded`);
  return new Uint8Array(await response.arrayBuffer());
}

Comlink.expose(api);
