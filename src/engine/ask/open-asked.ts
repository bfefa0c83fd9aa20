// What a question goes to: the index of its documents as far as it goes, or their texts alone.
import type { AskRequest } from "../api.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import { EngineError, type EngineErrorCode } from "../errors.ts";
import type { DocumentRepository } from "../store/repository.ts";
import type { Asked } from "./ask-documents.ts";
import { openTexts } from "./asked-texts.ts";
import type { SessionCache } from "./session-cache.ts";

/** A document without a usable index, whose text can be searched and read all the same. */
const UNREAD: ReadonlySet<EngineErrorCode> = new Set([
  "not-read-yet",
  "index-stale",
  "index-damaged",
  "locked-by-other-tab", // which is writing its extents just now
  "engine-limit", // several documents and an engine that opens one: their passages can be read
]);

/** The texts alone without a model, and where one has no index of this model and the answer can do without. */
export async function openAsked(
  { documentIds, answerMode }: Pick<AskRequest, "documentIds" | "answerMode">,
  model: BoundModel | undefined,
  sessions: SessionCache,
  repository: DocumentRepository,
): Promise<Asked> {
  try {
    if (model) return await sessions.get(documentIds, model, repository);
  } catch (error) {
    const isUnread = error instanceof EngineError && UNREAD.has(error.code);
    if (!isUnread || answerMode === "recalled") throw error;
  }
  return { documents: await openTexts(documentIds, repository) };
}
