// A stream read in exact pieces, hashed and counted on the way. Holds one piece and the stream's last
// chunk, whatever the length of the file.
import { EngineError } from "../errors.ts";
import { Sha256 } from "../model-cache/sha256.ts";
import { invalid } from "./file-problems.ts";

export class FileStream {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #signal: AbortSignal | undefined;
  #hash = new Sha256();
  #chunk: Uint8Array = new Uint8Array(0);
  /** Bytes taken so far. */
  position = 0;

  constructor(stream: ReadableStream<Uint8Array>, signal?: AbortSignal) {
    this.#reader = stream.getReader();
    this.#signal = signal;
  }

  /** The next `length` bytes, in a buffer of their own. Throws `format-invalid` at the end. */
  async take(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (this.#chunk.length === 0 && !(await this.#fill())) {
        throw invalid(`it ends after ${this.position + filled} bytes, in the middle`);
      }
      const piece = this.#chunk.subarray(0, length - filled);
      bytes.set(piece, filled);
      filled += piece.length;
      this.#chunk = this.#chunk.subarray(piece.length);
    }
    this.#hash.update(bytes);
    this.position += length;
    return bytes;
  }

  /** SHA-256 of everything taken since the start; to be asked for once. */
  digest(): string {
    const hex = this.#hash.hex();
    this.#hash = new Sha256();
    return hex;
  }

  async requireEnd(): Promise<void> {
    while (this.#chunk.length === 0) if (!(await this.#fill())) return;
    throw invalid("it goes on behind its end");
  }

  /** Gives the source up; what it still sends is not read. */
  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
  }

  async #fill(): Promise<boolean> {
    if (this.#signal?.aborted) throw new EngineError("cancelled", "The import was cancelled.");
    const { done, value } = await this.#reader.read().catch((cause: unknown) => {
      const where = `after ${this.position} bytes`;
      throw new EngineError("download-failed", `The file could not be read on ${where}.`, {
        cause,
      });
    });
    if (value) this.#chunk = value;
    return !done;
  }
}
