// How far a document's reading is, in the words that card, reader and question form share.
import type { DocumentState, DocumentSummary } from "../../../workers/protocol.ts";
import { estimateReading, type AppState, type ReadingEstimate } from "../../state/index.ts";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
  formatTimeLeft,
} from "../format.ts";
import { words } from "../words/index.ts";

/** A page of a book, for a reader who thinks in pages. */
const CHARACTERS_PER_PAGE = 1_800;

export function pagesOf(characters: number): string {
  return words.library.pages(formatCount(Math.max(1, characters / CHARACTERS_PER_PAGE)));
}

/** A reading has begun, or waits, and has not come to its end: there is progress to show. */
export function isBeingRead(state: DocumentState): boolean {
  return ["queued", "ingesting", "elsewhere", "paused"].includes(state);
}

export interface ReadingFacts {
  readonly tokens: number;
  readonly total: number;
  readonly percent: string;
  readonly counted: string;
  /** Empty while unknown. */
  readonly rate: string;
  readonly left: string;
}

export function readingFacts(state: AppState, document: DocumentSummary): ReadingFacts {
  const progress = state.progress[document.id];
  const tokens = progress?.tokens ?? document.ingestedTokens;
  const total = progress?.totalTokens ?? document.tokens;
  const isMeasured = document.state === "ingesting" && progress !== undefined;
  return {
    tokens,
    total,
    percent: formatPercent(total > 0 ? tokens / total : 0),
    counted: words.library.ofTokens(formatCount(tokens), formatCount(total)),
    rate: isMeasured ? formatRate(progress.tokensPerSecond, words.common.tokens) : "",
    left: isMeasured ? formatTimeLeft(progress.secondsLeft) : "",
  };
}

export function estimateFor(state: AppState, characters: number): ReadingEstimate {
  return estimateReading(characters, state.model, state.documents, state.readingRate);
}

/** «about 97,000 tokens, 4 min, 110 MB» */
export function describeEstimate({ tokens, seconds, bytes }: ReadingEstimate): string {
  return words.library.takes(
    formatCount(tokens),
    seconds === null ? "" : formatDuration(seconds),
    bytes === null ? "" : formatBytes(bytes),
  );
}
