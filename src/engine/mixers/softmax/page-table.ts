// Builds the page table of one layer: which tokens a query attends to, where their pages are, and at
// which position each key is rotated. Order is document order: sinks, recalled spans, ring.
// Source: docs/ltri.md §1 (groups), §10 (positions). GPU format: u32×4 per entry
// {page, firstPosition, firstRow | count<<8 | clamped<<16, setIndexBegin}.

import { PAGE_TOKENS } from "../../../../kernels/index.ts";
import type { KvLayout } from "./kv-layout.ts";

export type PositionMode = "compact" | "clamped" | "absolute";

export interface ResidentSpan {
  readonly ordinal: number;
  /** First token and number of tokens of the span in the document. */
  readonly start: number;
  readonly length: number;
  /** Absolute page numbers, 16 tokens each. */
  readonly pages: readonly number[];
}

export interface LayerView {
  /** Tokens processed so far, the step about to be attended included. */
  readonly now: number;
  /** Tokens of the step: its first query is token now − tokens. */
  readonly tokens: number;
  /** First token that is still in the ring; sinks come before it. */
  readonly firstRing: number;
  /** Recalled spans in document order; of a layer with a window, those that reach into it. */
  readonly spans: readonly ResidentSpan[];
  readonly positions: PositionMode;
  /**
   * A query sees so many tokens up to itself (0: all). What no query of the step sees is left out; the
   * rest has no gaps, so that distances in the set are distances in the text and prefill can mask by them.
   */
  readonly window: number;
}

/** What an entry stands for: a sink token, the ring, or the span with this ordinal. */
export const SINK_OWNER = -1;
export const RING_OWNER = -2;

export interface PageTable {
  readonly entries: Uint32Array; // u32 [entryCount, 4]
  readonly entryCount: number;
  /** Span ordinal, SINK_OWNER or RING_OWNER per entry. */
  readonly owners: Int32Array;
  /** First document token per entry. */
  readonly tokens: Uint32Array;
  /** Tokens in the set. */
  readonly setTokens: number;
  /** Tokens of the set that are read at one clamped distance (they stand first). */
  readonly clampedTokens: number;
  /** Set index of the first ring token, and that token. */
  readonly ringBegin: number;
  readonly firstRingToken: number;
  /** Position of ring token j is ringPosition + (j − firstRingToken). */
  readonly ringPosition: number;
}

const CLAMPED = 1 << 16;

export function buildPageTable(layout: KvLayout, view: LayerView): PageTable {
  const words: number[] = [];
  const owners: number[] = [];
  const tokens: number[] = [];
  const oldest = oldestVisible(view);
  // Until something is sealed, sinks and ring are neighbours and need no clamping.
  const isClamped =
    view.positions === "clamped" && view.window === 0 && view.firstRing > layout.sinkTokens;
  const positions = view.positions === "clamped" && !isClamped ? "compact" : view.positions;
  const clampedFlag = isClamped ? CLAMPED : 0;
  let setIndex = 0;

  const push = (
    page: number,
    position: number,
    row: number,
    count: number,
    owner: number,
    token: number,
  ) => {
    const flag = owner === RING_OWNER ? 0 : clampedFlag;
    words.push(page, flag ? 0 : position, row | (count << 8) | flag, setIndex);
    owners.push(owner);
    tokens.push(token);
    setIndex += count;
  };

  const sinks = Math.min(layout.sinkTokens, view.now);
  // One entry each: prompt and document meet among the sinks, and evidence needs their masses apart.
  for (let token = oldest; token < sinks; token++) {
    const row = token % PAGE_TOKENS;
    push((token - row) / PAGE_TOKENS, token, row, 1, SINK_OWNER, token);
  }
  // Compact positions are set indices; sinks that are out of sight keep theirs.
  const base = Math.min(oldest, sinks);
  let previousEnd = sinks;
  for (const span of view.spans) {
    const end = span.start + span.length;
    if (span.start < previousEnd || end > view.firstRing) {
      throw new Error(`span ${span.ordinal} at ${span.start} is out of order or still in the ring`);
    }
    requireNoGap(view, previousEnd, span.start, oldest);
    previousEnd = end;
    for (let token = span.start; token < end;) {
      const offset = token - span.start;
      const row = offset % PAGE_TOKENS;
      const count = Math.min(PAGE_TOKENS - row, end - token);
      const skipped = Math.max(0, Math.min(count, oldest - token));
      if (skipped < count) {
        const page = span.pages[(offset - row) / PAGE_TOKENS];
        if (page === undefined) throw new Error(`span ${span.ordinal} is not resident`);
        const first = token + skipped;
        const position = positions === "absolute" ? first : base + setIndex;
        push(page, position, row + skipped, count - skipped, span.ordinal, first);
      }
      token += count;
    }
  }
  const clampedTokens = isClamped ? setIndex : 0;

  const firstRingToken = Math.max(view.firstRing, Math.min(oldest, view.now));
  requireNoGap(view, previousEnd, Math.min(view.firstRing, view.now), oldest);
  const ringBegin = setIndex;
  // A stream that is still inside its sinks: every token stands at its own position.
  const isInSinks = view.now <= layout.sinkTokens;
  const ringPosition =
    positions === "absolute" || isInSinks
      ? firstRingToken
      : positions === "clamped"
        ? 0
        : base + ringBegin;
  if (view.now - firstRingToken > layout.ringCapacity) {
    throw new Error(`${view.now - firstRingToken} tokens in a ring of ${layout.ringCapacity}`);
  }
  for (let token = firstRingToken; token < view.now;) {
    const slot = token % layout.ringCapacity;
    const row = slot % PAGE_TOKENS;
    const count = Math.min(PAGE_TOKENS - row, view.now - token);
    const page = layout.firstRingPage + (slot - row) / PAGE_TOKENS;
    push(page, ringPosition + (token - firstRingToken), row, count, RING_OWNER, token);
    token += count;
  }
  return {
    entries: Uint32Array.from(words),
    entryCount: owners.length,
    owners: Int32Array.from(owners),
    tokens: Uint32Array.from(tokens),
    setTokens: setIndex,
    clampedTokens,
    ringBegin,
    firstRingToken,
    ringPosition,
  };
}

/** The first token that some query of the step sees. */
export function oldestVisible({
  now,
  tokens,
  window,
}: Pick<LayerView, "now" | "tokens" | "window">): number {
  return window > 0 ? Math.max(0, now - tokens + 1 - window) : 0;
}

/** With a window, tokens between `end` and `start` that a query sees must not be missing. */
function requireNoGap(view: LayerView, end: number, start: number, oldest: number): void {
  if (view.window > 0 && start > Math.max(end, oldest)) {
    throw new Error(`tokens ${Math.max(end, oldest)}…${start} of the window are missing`);
  }
}

/** Entries of a page table: one per sink token, and one per page of each group of tokens. A multiple of 16. */
export function pageTableEntries(sinks: number, ...tokens: number[]): number {
  const count = tokens.reduce((sum, n) => sum + Math.ceil(n / PAGE_TOKENS) + 2, sinks);
  return Math.ceil(count / 16) * 16;
}
