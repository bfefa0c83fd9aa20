// The documents of the durable store: the engine's only way to stored bytes. It is given its
// backends, its lock and its clock; it knows nothing of models, tensors or the page.
import { EngineError } from "../errors.ts";
import type { DocumentOverview } from "../overview/types.ts";
import type { WordIndex } from "../words/word-index.ts";
import { type CommitState, readCommits } from "./commit-record.ts";
import { DamageMarks } from "./damage-marks.ts";
import { DocumentIndex, type DocumentAccess } from "./document-index.ts";
import { describeDocument, readableManifest, UNREADABLE } from "./document-info.ts";
import { DocumentLocks } from "./document-locks.ts";
import { DocumentStates, requireUndamaged } from "./document-state.ts";
import { isQuota, nameQuota, SpanWriter } from "./document-writer.ts";
import { ExtentUsers } from "./extent-users.ts";
import { ExtentCache } from "./extent-cache.ts";
import { DocumentFiles, type FinishedDocument, hashText } from "./document-files.ts";
import { hashFingerprint, requireFingerprint } from "./fingerprint.ts";
import { putManifest, readSections, readText, sourceWrites } from "./manifest.ts";
import { ReadPrefix } from "./read-prefix.ts";
import type { Section } from "../sections.ts";
import { type Rebuild, rebuildWrites, requireSameLength } from "./rebuild.ts";
import { keepOverview, readOverview } from "./stored-overview.ts";
import { openWords, writesOfText } from "./stored-words.ts";
import { trimToCommit } from "./trim.ts";
import type {
  DocumentInfo,
  DocumentReader,
  DocumentWriter,
  ExtentStore,
  Fingerprint,
  LockProbe,
  Manifest,
  NewDocument,
  OpenedDocument,
  RecordStore,
  RecordWrite,
  TryLock,
} from "./types.ts";

/** Large enough that an append to the file is not felt, small enough to hold twice. */
const WRITE_BYTES = 4 * 1024 * 1024;

export interface RepositoryOptions {
  readonly records: RecordStore;
  readonly extents: ExtentStore;
  readonly lock: TryLock;
  /** Whether any tab holds the lock of this name; without it no other tab is known of. */
  readonly isLocked?: LockProbe;
  readonly cacheBytes: number;
  readonly now: () => number; // ms since 1970
  readonly newId: () => string;
  /** The writer's buffer; written out when it is full. 4 MiB by default. */
  readonly writeBytes?: number;
}

export class DocumentRepository {
  readonly cache: ExtentCache;
  /** Documents as files: export and import. */
  readonly files: DocumentFiles;
  readonly #records: RecordStore;
  readonly #extents: ExtentStore;
  readonly #locks: DocumentLocks;
  readonly #states: DocumentStates;
  readonly #damage: DamageMarks;
  readonly #now: () => number;
  readonly #newId: () => string;
  readonly #writeBytes: number;
  readonly #writers = new Map<string, SpanWriter>();
  readonly #users: ExtentUsers;

  private constructor(options: RepositoryOptions) {
    this.cache = new ExtentCache(options.cacheBytes);
    this.#records = options.records;
    this.#extents = options.extents;
    this.#users = new ExtentUsers(options.extents);
    this.#states = new DocumentStates(options.records, options.extents);
    this.#locks = new DocumentLocks(
      options.lock,
      options.isLocked ?? (() => Promise.resolve(false)),
    );
    this.#damage = new DamageMarks(this.#records, this.#locks);
    this.#now = options.now;
    this.#newId = options.newId;
    this.#writeBytes = options.writeBytes ?? WRITE_BYTES;
    this.files = new DocumentFiles({
      records: this.#records,
      extents: this.#extents,
      locks: this.#locks,
      now: this.#now,
      newId: this.#newId,
      openFinished: (docId) => this.#openFinished(docId),
      removeAll: (docId) => this.#removeAll(docId),
    });
  }

  /** Finishes interrupted deletions. */
  static async open(options: RepositoryOptions): Promise<DocumentRepository> {
    const repository = new DocumentRepository(options);
    for (const [key, record] of await options.records.getAll("documents", [])) {
      const manifest = readableManifest(record);
      if (!manifest?.deleting) continue;
      const release = await repository.#locks.tryTake(key[0]);
      if (!release) continue; // another tab is at it
      try {
        await repository.#removeAll(key[0]);
      } catch (error) {
        // Still in use elsewhere: the mark stays, and so does the attempt at the next open.
        if (!(error instanceof EngineError && error.code === "locked-by-other-tab")) throw error;
      } finally {
        release();
      }
    }
    return repository;
  }

  /** Stores text, its word index and token ids durably, in one transaction. */
  async create(document: NewDocument): Promise<string> {
    requireSameLength(document);
    const docId = this.#newId();
    const { title, text, fingerprint, geometry, modelName } = document;
    const { writes, parts, bytes } = sourceWrites(docId, document);
    const words = await writesOfText(docId, text);
    const manifest: Manifest = {
      docId,
      title,
      createdAt: this.#now(),
      modelName,
      characters: text.length,
      tokens: document.tokenIds.length,
      fingerprint,
      fingerprintHash: await hashFingerprint(fingerprint),
      geometry,
      textHash: hashText(text),
      sourceParts: parts,
      sourceBytes: bytes,
      wordBytes: words.wordBytes,
      ...(document.owner === undefined ? {} : { owner: document.owner }),
    };
    await this.#write([...writes, ...words.writes, putManifest(manifest)], title);
    return docId;
  }

  /** The library, oldest first. A document whose manifest cannot be read is listed as damaged. */
  async list(): Promise<DocumentInfo[]> {
    const rows = await this.#records.getAll("documents", []);
    const infos = await Promise.all(rows.map(([key, record]) => this.#describe(key[0], record)));
    return infos
      .filter((info) => info !== undefined)
      .sort((a, b) => a.createdAt - b.createdAt || (a.docId < b.docId ? -1 : 1));
  }

  /** The last durable state. With `fingerprint`, refuses an index made differently (`index-stale`). */
  async open(docId: string, fingerprint?: Fingerprint): Promise<OpenedDocument> {
    const manifest = await this.#manifest(docId);
    if (fingerprint) requireFingerprint(manifest.title, manifest.fingerprint, fingerprint);
    const { best } = await this.#states.resolve(manifest);
    const isWritten = this.#writers.has(docId);
    const { state, damage, textLost } = await this.#states.look(manifest, isWritten);
    return {
      manifest,
      state,
      textLost,
      ...(damage === undefined ? {} : { damage }),
      tokensCommitted: best?.commit.tokensCommitted ?? 0,
      checkpoint: best?.checkpoint.engine,
    };
  }

  /** Reads the last durable state. Any number of readers. */
  async openReader(docId: string): Promise<DocumentReader> {
    const manifest = await this.#manifest(docId);
    const { best } = await this.#states.resolve(manifest);
    return this.#load(manifest, best);
  }

  /** What its last commit holds, for an engine to close; undefined where nothing is durable. Throws `index-stale`. */
  async openPrefix(docId: string, fingerprint: Fingerprint): Promise<ReadPrefix | undefined> {
    const manifest = await this.#manifest(docId);
    requireFingerprint(manifest.title, manifest.fingerprint, fingerprint);
    const { best } = await this.#states.resolve(manifest);
    if (!best || best.commit.tokensCommitted === 0) return undefined;
    const { commit, checkpoint } = best;
    return new ReadPrefix(
      await this.#load(manifest, best),
      commit.tokensCommitted,
      checkpoint.engine,
    );
  }

  /** Its word index, which is there before the document is read. Made from the text where it is missing. */
  async words(docId: string): Promise<WordIndex> {
    return openWords(this.#records, this.#locks, await this.#manifest(docId));
  }

  /** What was made of it before anybody asked; undefined where nothing was. */
  async overview(docId: string): Promise<DocumentOverview | undefined> {
    return readOverview(this.#records, await this.#manifest(docId));
  }

  async keepOverview(docId: string, overview: DocumentOverview): Promise<void> {
    await keepOverview(this.#records, this.#locks, await this.#manifest(docId), overview);
  }

  /** The text alone, whatever the state of the index. Throws `text-damaged`. */
  async text(docId: string): Promise<string> {
    const manifest = await this.#manifest(docId);
    try {
      return await readText(this.#records, manifest);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const { commits } = await readCommits(this.#records, docId, manifest.geometry.layers);
      throw await this.#damage.take(manifest, commits[0]?.sequence ?? 0, error);
    }
  }

  /** Its pages or chapters, whatever the state of the index. Throws `index-damaged`. */
  async sections(docId: string): Promise<readonly Section[]> {
    return readSections(this.#records, await this.#manifest(docId));
  }

  /** The text of a document from a file has been compared with its tokens; `damage`: they differ. */
  async settleProof(docId: string, damage?: string): Promise<void> {
    const { unproven: _, ...manifest } = await this.#manifest(docId);
    const settled = damage === undefined ? manifest : { ...manifest, damage };
    await this.#write([putManifest(settled)], manifest.title);
  }

  /** The document's one writer, at its last commit; whatever lies behind that is removed first. */
  async openWriter(docId: string, fingerprint?: Fingerprint): Promise<DocumentWriter> {
    const release = await this.#locks.take(docId, "read");
    try {
      const manifest = await this.#manifest(docId);
      if (fingerprint) requireFingerprint(manifest.title, manifest.fingerprint, fingerprint);
      requireUndamaged(await this.#states.look(manifest, false));
      const state = await this.#states.resolve(manifest);
      await this.#naming(manifest.title, () =>
        trimToCommit(this.#records, this.#extents, docId, state),
      );
      const index = await this.#load(manifest, state.best);
      const start = {
        commit: state.best?.commit,
        engine: state.best?.checkpoint.engine,
        writeBytes: this.#writeBytes,
      };
      const writer = new SpanWriter(index, this.#access(), start, () => {
        this.#writers.delete(docId);
        this.#states.forget(docId);
        release();
      });
      this.#writers.set(docId, writer);
      return writer;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Another tab writes or changes the document. */
  isHeldElsewhere(docId: string): Promise<boolean> {
    return this.#locks.isHeldElsewhere(docId);
  }

  async rename(docId: string, title: string): Promise<void> {
    const manifest = await this.#manifest(docId);
    await this.#write([putManifest({ ...manifest, title })], title);
  }

  /** What a widget had added becomes the person's own. */
  async adopt(docId: string): Promise<void> {
    const { owner, ...manifest } = await this.#manifest(docId);
    if (owner !== undefined) await this.#write([putManifest(manifest)], manifest.title);
  }

  /**
   * Ends a writer of this repository, marks the manifest, then removes every byte. Where not even the mark
   * has room, a kill on the way leaves a document that has not been read.
   */
  async delete(docId: string): Promise<void> {
    await this.#writers.get(docId)?.close();
    const release = await this.#locks.take(docId, "delete");
    try {
      const record = await this.#records.get("documents", [docId]);
      if (record === undefined) throw notFound(docId);
      const manifest = readableManifest(record);
      if (manifest) {
        const mark = [putManifest({ ...manifest, deleting: true })];
        await this.#records.write(mark, "strict").catch((error: unknown) => {
          if (!isQuota(error)) throw error;
          return this.#forgetCommits(docId);
        });
      }
      await this.#removeAll(docId);
    } finally {
      release();
    }
  }

  /** Forgets the index, keeps the text: the document is as if just created with these tokens. */
  async rebuild(docId: string, rebuild: Rebuild): Promise<void> {
    requireSameLength(rebuild);
    await this.#writers.get(docId)?.close();
    const release = await this.#locks.take(docId, "rebuild");
    try {
      const { damage: _, fileHash: __, unproven: ___, ...old } = await this.#manifest(docId);
      const { writes, manifest } = await rebuildWrites(this.#records, old, rebuild);
      await this.#write([...writes, putManifest(manifest)], manifest.title);
      // Bytes that survive a crash here lie behind every commit: the next writer cuts them.
      await this.#extents.truncate(docId, 0);
      this.cache.forget(docId);
      if (!this.#users.has(docId)) await this.#extents.close(docId);
    } finally {
      release();
    }
  }

  async #openFinished(docId: string): Promise<FinishedDocument> {
    const manifest = await this.#manifest(docId);
    const { best } = await this.#states.resolve(manifest);
    if (!best?.commit.complete || manifest.damage !== undefined) {
      throw new EngineError(
        "not-read-yet",
        `"${manifest.title}" has not been read to its end yet. Let it be read, then export it.`,
      );
    }
    return { index: await this.#load(manifest, best), checkpoint: best.checkpoint };
  }

  /** Bytes of every record and of the extent file; keys and the database's own pages not counted. */
  async bytesOnDisk(docId: string): Promise<number> {
    const record = await this.#records.get("documents", [docId]);
    return record ? ((await this.#describe(docId, record))?.bytesOnDisk ?? 0) : 0;
  }

  async close(): Promise<void> {
    for (const writer of [...this.#writers.values()]) await writer.close();
    this.#records.close();
  }

  #describe(docId: string, record: Uint8Array): Promise<DocumentInfo | undefined> {
    const uncommitted = this.#writers.get(docId)?.uncommittedPartBytes;
    return describeDocument(this.#states, this.#extents, docId, record, uncommitted);
  }

  async #manifest(docId: string): Promise<Manifest> {
    const record = await this.#records.get("documents", [docId]);
    if (record === undefined) throw notFound(docId);
    const manifest = readableManifest(record);
    if (!manifest) throw new EngineError("text-damaged", UNREADABLE);
    if (manifest.deleting) {
      throw new EngineError("not-found", `"${manifest.title}" is being deleted.`);
    }
    return manifest;
  }

  #load(manifest: Manifest, state: CommitState["best"]): Promise<DocumentIndex> {
    return this.#users.open(manifest.docId, () =>
      DocumentIndex.load(manifest, this.#access(), state),
    );
  }

  #access(): DocumentAccess {
    return {
      records: this.#records,
      extents: this.#extents,
      cache: this.cache,
      onDamage: (manifest, sequence, error) => this.#damage.take(manifest, sequence, error),
      onClose: (docId) => this.#users.leave(docId),
    };
  }

  async #forgetCommits(docId: string): Promise<void> {
    const keys = await this.#records.keys("commits", [docId]);
    await this.#records.write(
      keys.map((key) => ({ remove: "commits", key })),
      "strict",
    );
  }

  async #removeAll(docId: string): Promise<void> {
    this.cache.forget(docId);
    await this.#extents.delete(docId);
    await this.#records.deleteDocument(docId);
  }

  async #write(batch: readonly RecordWrite[], title: string): Promise<void> {
    await this.#naming(title, () => this.#records.write(batch, "strict"));
  }

  async #naming<T>(title: string, task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      throw nameQuota(error, title);
    }
  }
}

function notFound(docId: string): EngineError {
  return new EngineError("not-found", `There is no stored document ${docId}.`);
}
