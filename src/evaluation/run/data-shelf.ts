// The data that plans are made from: the app's own texts, and the files of the user, which stay in
// this browser's store. A file whose record is damaged is left out and says so; the plan's hash then
// differs, so no run goes on with other data unnoticed.

import { EngineError } from "../../engine/errors.ts";
import { type BenchmarkData, type Book, ownData, withDataFile } from "../benchmark-data.ts";
import type { Language } from "../types.ts";
import type { BenchmarkDataFile } from "./api.ts";
import type { RunStore } from "./run-store.ts";

interface Shelf {
  readonly data: BenchmarkData;
  readonly files: readonly BenchmarkDataFile[];
}

export class DataShelf {
  readonly #store: RunStore;
  readonly #books: () => Promise<readonly Book[]>;
  #shelf: Promise<Shelf> | undefined;

  constructor(store: RunStore, books: () => Promise<readonly Book[]>) {
    this.#store = store;
    this.#books = books;
  }

  async load(): Promise<BenchmarkData> {
    return (await this.#open()).data;
  }

  async files(): Promise<readonly BenchmarkDataFile[]> {
    // Without the user's files there is no need to fetch the app's texts.
    if ((await this.#store.dataNames()).length === 0) return [];
    return (await this.#open()).files;
  }

  /** Throws what is wrong with the file; nothing is stored then. */
  async add(name: string, bytes: Uint8Array): Promise<void> {
    await withDataFile(await this.load(), name, bytes, languageOf(bytes));
    await this.#store.putData(name, bytes);
    this.#shelf = undefined;
  }

  async remove(name: string): Promise<void> {
    await this.#store.delete(name);
    this.#shelf = undefined;
  }

  #open(): Promise<Shelf> {
    this.#shelf ??= this.#read().catch((thrown: unknown) => {
      this.#shelf = undefined; // the network may be back at the next try
      throw thrown;
    });
    return this.#shelf;
  }

  async #read(): Promise<Shelf> {
    let data = await ownData(await this.#books());
    const files: BenchmarkDataFile[] = [];
    for (const name of await this.#store.dataNames()) {
      try {
        const bytes = await this.#store.data(name);
        if (!bytes) continue;
        const added = await withDataFile(data, name, bytes, languageOf(bytes));
        data = added.data;
        files.push({ ...added.report, bytes: bytes.length, problem: null });
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        files.push({ name, bytes: 0, sha256: "", official: false, problem: error.message });
      }
    }
    return { data, files };
  }
}

/** Chinese when its beginning is mostly written in Han characters. */
function languageOf(bytes: Uint8Array): Language {
  const text = new TextDecoder().decode(bytes.subarray(0, 30_000));
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  return han > text.length / 4 ? "zh" : "en";
}
