// A document as a session opens it: read to its end, or what the last commit of its reading holds, closed in memory
// as if the document ended there. The reading is not touched and goes on.
import type { BoundModel } from "../attention/bound-model.ts";
import type { StoredDocument } from "../attention/engine.ts";
import { attentionEngine } from "../attention/engines.ts";
import { EngineError } from "../errors.ts";
import { requireUndamaged } from "../store/document-state.ts";
import type { ReadPrefix } from "../store/read-prefix.ts";
import type { DocumentRepository } from "../store/repository.ts";

export interface OpenedForAsking extends StoredDocument {
  /** Of the whole document; the reader's manifest counts those that can be asked. */
  readonly totalTokens: number;
}

/** Throws `index-stale`, `index-damaged`, `text-damaged`, or `not-read-yet` where nothing can be asked yet. */
export async function openForAsking(
  documentId: string,
  model: BoundModel,
  repository: DocumentRepository,
): Promise<OpenedForAsking> {
  const { fingerprint, engine } = model.binding;
  const opened = await repository.open(documentId, fingerprint);
  requireUndamaged(opened);
  const { state, checkpoint, manifest } = opened;
  const totalTokens = manifest.tokens;
  if (state === "complete" && checkpoint) {
    return { reader: await repository.openReader(documentId), checkpoint, totalTokens };
  }
  const prefix = attentionEngine(engine).asksPrefix
    ? await repository.openPrefix(documentId, fingerprint)
    : undefined;
  if (!prefix) {
    throw new EngineError("not-read-yet", `"${manifest.title}" has not been read to its end yet.`);
  }
  return { ...(await closed(prefix, model)), totalTokens };
}

async function closed(prefix: ReadPrefix, model: BoundModel): Promise<StoredDocument> {
  try {
    const reading = await attentionEngine(model.binding.engine).read(model, prefix);
    try {
      await reading.finish();
    } finally {
      reading.destroy();
    }
  } catch (error) {
    await prefix.close();
    throw error;
  }
  return { reader: prefix.reader, checkpoint: prefix.checkpoint };
}
