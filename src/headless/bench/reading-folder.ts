// Documents that a benchmark has read, kept in a folder, so that arms which differ only in how a
// question is asked can be measured later without reading again. The name of a file binds it to model,
// parameters and text; whoever changes the engine itself empties the folder.
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Fingerprint } from "../../engine/store/types.ts";
import type { ReadDocument } from "../read-document.ts";
import type { Reading } from "./ltri-rows.ts";

export interface KeptReading {
  readonly reading: Reading;
  readonly file: ReadableStream<Uint8Array>;
}

export class ReadingFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async find(fingerprint: Fingerprint, text: string): Promise<KeptReading | undefined> {
    const stem = this.#stem(fingerprint, text);
    const figures = await readFile(`${stem}.json`, "utf8").catch(() => undefined);
    if (figures === undefined) return undefined;
    const file = Readable.toWeb(createReadStream(`${stem}.ltri`)) as ReadableStream<Uint8Array>;
    return { reading: JSON.parse(figures) as Reading, file };
  }

  /** The figures are written last: a reading without them does not exist. */
  async keep(fingerprint: Fingerprint, read: ReadDocument, reading: Reading): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const stem = this.#stem(fingerprint, read.document.text);
    await pipeline(Readable.from(await read.pieces()), createWriteStream(`${stem}.ltri`));
    await writeFile(`${stem}.part`, JSON.stringify(reading));
    await rename(`${stem}.part`, `${stem}.json`);
  }

  #stem(fingerprint: Fingerprint, text: string): string {
    const bound = createHash("sha256")
      .update(JSON.stringify(fingerprint))
      .update("\0")
      .update(text);
    return path.join(this.#folder, bound.digest("hex").slice(0, 24));
  }
}
