// Documents as files: which ones can be exported, whether a file is already in the library, and the
// life of an import from its hidden beginning to its end. The format is document-file.ts; both
// directions are fetched when they are used, for most visits see neither.
import { Sha256 } from "../model-cache/sha256.ts";
import { type CheckpointContent, readCommits } from "./commit-record.ts";
import type { FileHeader } from "./file-header.ts";
import type { DocumentIndex } from "./document-index.ts";
import { readableManifest } from "./document-info.ts";
import type { DocumentLocks } from "./document-locks.ts";
import { nameQuota } from "./document-writer.ts";
import type { DocumentExport } from "./export-document.ts";
import type { FileStream } from "./file-stream.ts";
import type { OpenedFile, Prove } from "./import-document.ts";
import type { ExtentStore, Manifest, RecordStore } from "./types.ts";

export interface FinishedDocument {
  readonly index: DocumentIndex;
  readonly checkpoint: CheckpointContent;
}

export interface FilesAccess {
  readonly records: RecordStore;
  readonly extents: ExtentStore;
  readonly locks: DocumentLocks;
  readonly now: () => number; // ms since 1970
  readonly newId: () => string;
  /** Throws `not-read-yet` for one that has not been read to its end. */
  openFinished(docId: string): Promise<FinishedDocument>;
  removeAll(docId: string): Promise<void>;
}

export class DocumentFiles {
  readonly #access: FilesAccess;
  #publishing: Promise<unknown> = Promise.resolve();

  constructor(access: FilesAccess) {
    this.#access = access;
  }

  /** A finished document as one file; pieces are read from the store as they are asked for. */
  async export(docId: string, signal?: AbortSignal): Promise<DocumentExport> {
    const { exportDocument } = await import("./export-document.ts");
    const { records, extents } = this.#access;
    const { index, checkpoint } = await this.#access.openFinished(docId);
    try {
      const textHash = index.manifest.textHash ?? hashText(await index.text());
      const source = { records, extents, index, checkpoint, textHash, signal };
      const { bytes, pieces } = await exportDocument(source);
      const closing = async function* () {
        try {
          yield* pieces;
        } catch (error) {
          throw await index.reported(error);
        } finally {
          await index.close();
        }
      };
      return { bytes, pieces: closing() };
    } catch (error) {
      const told = await index.reported(error);
      await index.close();
      throw told;
    }
  }

  /**
   * The finished document with this text and fingerprint that was read here, if there is one: a file is
   * not needed then. One that came in a file is no substitute for another file, whatever both claim.
   */
  async findSame(header: FileHeader): Promise<string | undefined> {
    const { fingerprintHash } = await import("./import-document.ts");
    const hash = await fingerprintHash(header);
    const { records } = this.#access;
    for (const manifest of await this.#manifests()) {
      if (manifest.fileHash !== undefined) continue;
      if (manifest.textHash !== header.textHash || manifest.fingerprintHash !== hash) continue;
      const { commits } = await readCommits(records, manifest.docId, manifest.geometry.layers);
      if (commits[0]?.complete) return manifest.docId;
    }
    return undefined;
  }

  /** The document imported from this address, if it is still there. */
  async findImported(address: string): Promise<string | undefined> {
    const manifests = await this.#manifests();
    return manifests.find(({ importedFrom }) => importedFrom === address)?.docId;
  }

  /**
   * Takes the rest of an opened file in. Nothing stays of an import that fails, and nothing of one that
   * brings, byte for byte, what another import has brought: that document is the result.
   */
  async import(
    stream: FileStream,
    file: OpenedFile,
    onProgress: (bytesDone: number) => void,
    importedFrom?: string,
    prove: Prove = () => Promise.resolve(false),
    owner?: string,
  ): Promise<{ readonly docId: string; readonly existed: boolean }> {
    const { publish, receiveFile } = await import("./import-document.ts");
    const { records, extents, locks, now, newId } = this.#access;
    const docId = newId();
    const release = await locks.take(docId, "import");
    try {
      const target = { records, extents, docId, createdAt: now(), importedFrom, owner, onProgress };
      const manifest = await receiveFile(stream, file, target, prove);
      await extents.close(docId);
      return await this.#inTurn(async () => {
        const same = (await this.#manifests()).find(
          ({ fileHash }) => fileHash === manifest.fileHash,
        );
        if (same) {
          await this.#access.removeAll(docId);
          return { docId: same.docId, existed: true };
        }
        await publish(records, manifest);
        return { docId, existed: false };
      });
    } catch (error) {
      // The manifest's mark keeps what cannot be removed now hidden; the next open removes it.
      await this.#access.removeAll(docId).catch(() => undefined);
      throw nameQuota(error, file.header.title);
    } finally {
      release();
    }
  }

  /** Two imports of one file at a time would not see each other. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#publishing.then(task);
    this.#publishing = result.catch(() => undefined);
    return result;
  }

  /** Of documents that are there and sound. */
  async #manifests(): Promise<Manifest[]> {
    const rows = await this.#access.records.getAll("documents", []);
    return rows
      .map(([, record]) => readableManifest(record))
      .filter((manifest) => manifest !== undefined)
      .filter(({ deleting, damage }) => !deleting && damage === undefined);
  }
}

/** SHA-256 of the UTF-8 text, hex. */
export function hashText(text: string): string {
  return new Sha256().update(new TextEncoder().encode(text)).hex();
}
