// Damage that a read finds, noted in the manifest, so that the list shows it at once.
import { EngineError } from "../errors.ts";
import { readCommits } from "./commit-record.ts";
import { readableManifest } from "./document-info.ts";
import type { DocumentLocks } from "./document-locks.ts";
import { putManifest } from "./manifest.ts";
import type { Manifest, RecordStore } from "./types.ts";

export class DamageMarks {
  readonly #records: RecordStore;
  readonly #locks: DocumentLocks;

  constructor(records: RecordStore, locks: DocumentLocks) {
    this.#records = records;
    this.#locks = locks;
  }

  /** Bytes that fail their check are damage, unless the document has been deleted since it was opened. */
  async take(manifest: Manifest, sequence: number, error: EngineError): Promise<EngineError> {
    const record = await this.#records.get("documents", [manifest.docId]);
    if (record === undefined || readableManifest(record)?.deleting) {
      const message = `"${manifest.title}" was deleted while it was in use.`;
      return new EngineError("not-found", message, { cause: error });
    }
    await this.#markDamaged(manifest, sequence, error);
    return error;
  }

  /** Only if the damaged state is still the stored one: another tab may have rebuilt it since. */
  async #markDamaged(manifest: Manifest, sequence: number, error: EngineError): Promise<void> {
    const { docId } = manifest;
    const held = this.#locks.purpose(docId);
    if (held && held !== "read") return; // being deleted or rebuilt
    const release = held ? () => undefined : await this.#locks.tryTake(docId);
    if (!release) return;
    try {
      const record = await this.#records.get("documents", [docId]);
      const stored = record && readableManifest(record);
      if (!stored || stored.deleting || stored.fingerprintHash !== manifest.fingerprintHash) return;
      const { commits } = await readCommits(this.#records, docId, stored.geometry.layers);
      if (!held && (commits[0]?.sequence ?? 0) < sequence) return;
      const lost = error.code === "text-damaged" ? { textLost: true } : {};
      const marked = { ...stored, ...lost, damage: error.message };
      await this.#records.write([putManifest(marked)], "strict");
    } finally {
      release();
    }
  }
}
