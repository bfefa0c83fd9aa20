// Open readers and writers per document; the extent file is closed behind the last one.
import type { ExtentStore } from "./types.ts";

export class ExtentUsers {
  readonly #extents: Pick<ExtentStore, "close">;
  readonly #users = new Map<string, number>();

  constructor(extents: Pick<ExtentStore, "close">) {
    this.#extents = extents;
  }

  has(docId: string): boolean {
    return this.#users.has(docId);
  }

  /** What is opened is one user until it leaves. */
  async open<T>(docId: string, load: () => Promise<T>): Promise<T> {
    this.#users.set(docId, (this.#users.get(docId) ?? 0) + 1);
    try {
      return await load();
    } catch (error) {
      await this.leave(docId);
      throw error;
    }
  }

  async leave(docId: string): Promise<void> {
    const users = (this.#users.get(docId) ?? 1) - 1;
    if (users > 0) {
      this.#users.set(docId, users);
      return;
    }
    this.#users.delete(docId);
    await this.#extents.close(docId);
  }
}
