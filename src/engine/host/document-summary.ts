// One row of the library as the page sees it: stored facts, the running reading, the present model.

import type { DocumentSummary, EngineErrorData } from "../api.ts";
import { EngineError } from "../errors.ts";
import type { Reading } from "../ingest/reading.ts";
import { requireFingerprint } from "../store/fingerprint.ts";
import { isTextAlone } from "../store/text-alone.ts";
import type { DocumentInfo, Fingerprint } from "../store/types.ts";

/** `fingerprint` undefined: no model is loaded, nothing is known to be stale. */
export function summarise(
  info: DocumentInfo,
  fingerprint: Fingerprint | undefined,
  running: {
    readonly reading: Reading | undefined;
    readonly queued: boolean;
    readonly problem: EngineErrorData | undefined;
    readonly isReadElsewhere: boolean;
    /** The chosen attention can be asked while it reads. */
    readonly asksPrefix: boolean;
  },
): DocumentSummary {
  const { reading, queued, problem } = running;
  const { docId: id, title, characters, tokens, committedTokens, spans } = info;
  const { bytesOnDisk, createdAt, modelName } = info;
  const row = {
    id,
    title,
    characters,
    tokens,
    ingestedTokens: Math.max(committedTokens, reading?.documentTokensDone ?? 0),
    committedTokens,
    askableTokens: 0,
    spans: Math.max(spans, reading?.spans ?? 0),
    bytesOnDisk,
    createdAt,
    modelName,
    ...(info.owner === undefined ? {} : { owner: info.owner }),
  };
  if (info.state === "damaged") {
    const message = info.damage ?? "A record of this document cannot be read.";
    const code = info.textLost ? "text-damaged" : "index-damaged";
    return { ...row, state: "damaged", problem: { code, message } };
  }
  if (isTextAlone(info.fingerprint)) return { ...row, state: "unread" };
  try {
    if (fingerprint) requireFingerprint(title, info.fingerprint, fingerprint);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { ...row, state: "stale", problem: { code: error.code, message: error.message } };
  }
  if (info.state === "complete") return { ...row, state: "complete", askableTokens: tokens };
  const unfinished = { ...row, askableTokens: running.asksPrefix ? committedTokens : 0 };
  if (reading) return { ...unfinished, state: "ingesting" };
  if (running.isReadElsewhere) return { ...unfinished, state: "elsewhere" };
  if (queued) return { ...unfinished, state: "queued" };
  return { ...unfinished, state: "paused", ...(problem ? { problem } : {}) };
}
