// How one layer's KV pool is divided into pages of 16 tokens: [sinks][local ring][span pages].
// Sink token i lies in slot i. Ring token j (j ≥ sinks) lies in ring slot j mod ringCapacity.
// Sinks and ring lie in the pool so that one attention kernel reads one page list. Source: docs/ltri.md §10.

import { PAGE_TOKENS } from "../../../../kernels/index.ts";

export interface KvLayout {
  readonly sinkTokens: number;
  /** Tokens, a multiple of 16. */
  readonly ringCapacity: number;
  readonly firstRingPage: number;
  readonly firstSpanPage: number;
  readonly spanPages: number;
  readonly totalPages: number;
}

export function kvLayout(sinkTokens: number, ringTokens: number, spanTokens: number): KvLayout {
  const sinkPages = Math.ceil(sinkTokens / PAGE_TOKENS);
  const ringPages = Math.max(1, Math.ceil(ringTokens / PAGE_TOKENS));
  const spanPages = Math.ceil(spanTokens / PAGE_TOKENS);
  return {
    sinkTokens,
    ringCapacity: ringPages * PAGE_TOKENS,
    firstRingPage: sinkPages,
    firstSpanPage: sinkPages + ringPages,
    spanPages,
    totalPages: sinkPages + ringPages + spanPages,
  };
}

/** A run of tokens in the slots of `kv-append`: slot = slotBase + ((ringOffset + t) mod capacity). */
export interface SlotRun {
  readonly firstToken: number;
  readonly count: number;
  readonly slotBase: number;
  readonly ringOffset: number;
  readonly ringCapacity: number;
}

/** Splits the tokens [start, start+count) into the part that goes to the sinks and the ring part. */
export function slotRuns(layout: KvLayout, start: number, count: number): SlotRun[] {
  const runs: SlotRun[] = [];
  const inSinks = Math.max(0, Math.min(count, layout.sinkTokens - start));
  if (inSinks > 0) {
    const ringCapacity = layout.firstRingPage * PAGE_TOKENS;
    runs.push({ firstToken: start, count: inSinks, slotBase: 0, ringOffset: start, ringCapacity });
  }
  if (count > inSinks) {
    const firstToken = start + inSinks;
    if (count - inSinks > layout.ringCapacity) {
      throw new Error(`chunk of ${count} tokens exceeds the ring of ${layout.ringCapacity}`);
    }
    runs.push({
      firstToken,
      count: count - inSinks,
      slotBase: layout.firstRingPage * PAGE_TOKENS,
      ringOffset: firstToken % layout.ringCapacity,
      ringCapacity: layout.ringCapacity,
    });
  }
  return runs;
}
