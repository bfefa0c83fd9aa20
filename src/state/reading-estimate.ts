// What reading a text will take, before it begins: from documents the same model has read, else from
// the model's own figures.
import type { DocumentSummary, ModelState } from "../../workers/protocol.ts";

export interface ReadingEstimate {
  readonly tokens: number;
  /** Null while the speed of this model on this device is unknown. */
  readonly seconds: number | null;
  /** On disk; null while no model is loaded. */
  readonly bytes: number | null;
}

/** English prose with a vocabulary of a few thousand words; other texts differ by a factor of two. */
const CHARACTERS_PER_TOKEN = 3.5;

export function estimateReading(
  characters: number,
  model: ModelState,
  documents: readonly DocumentSummary[],
  tokensPerSecond: number | null,
): ReadingEstimate {
  const info = model.phase === "ready" ? model.model : undefined;
  const read = documents.filter(
    (one) => one.state === "complete" && one.modelName === info?.name && one.tokens > 0,
  );
  const sum = (value: (one: DocumentSummary) => number) =>
    read.reduce((total, one) => total + value(one), 0);
  const knownTokens = sum((one) => one.tokens);
  const perToken = knownTokens > 0 ? sum((one) => one.characters) / knownTokens : 0;
  const tokens = Math.ceil(characters / (perToken || CHARACTERS_PER_TOKEN));
  const bytesPerToken =
    knownTokens > 0 ? sum((one) => one.bytesOnDisk) / knownTokens : info?.kvBytesPerToken;
  return {
    tokens,
    seconds: tokensPerSecond ? tokens / tokensPerSecond : null,
    bytes: bytesPerToken === undefined ? null : tokens * bytesPerToken,
  };
}
