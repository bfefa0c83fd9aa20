// Sizes of the KV state of a stream with spans: how large ring, span pool and working set are, for reading
// a document and for answering.

import { type Backend, PAGE_TOKENS } from "../../../../kernels/index.ts";
import { kvLayout } from "../../mixers/softmax/kv-layout.ts";
import { pageTableEntries } from "../../mixers/softmax/page-table.ts";
import { PagedKv } from "../../mixers/softmax/paged-kv.ts";
import type { ModelConfig } from "../../model/config.ts";
import { type LtriParameters, ringCapacityTokens } from "../parameters.ts";

/** Tokens that question, history and answer may take. */
export function sessionTokens(contextLength: number): number {
  return Math.min(1024, Math.floor(contextLength / 4));
}

/** Recalled tokens per layer while answering: what positions the session does not need. */
export function answerBudget(contextLength: number, p: LtriParameters): number {
  const room = contextLength - p.nSink - sessionTokens(contextLength);
  if (p.budget === 0) return p.nLocal; // no recall: the window at the end of the document
  return p.posMode === "compact"
    ? Math.max(p.budget, Math.min(room, 2 * p.budget))
    : Math.min(2 * p.budget, p.poolTokens);
}

/** Of sealed text that a layer with a sliding window may see at once; 0 where none has one. */
function windowTokens({ layerConfigs }: ModelConfig, p: LtriParameters): number {
  const widest = Math.max(0, ...layerConfigs.map(({ slidingWindow }) => slidingWindow ?? 0));
  return widest > 0 ? widest + p.chunk + p.lMax : 0;
}

/** State for streaming a document in by spans, and for sessions to one or several `documents`. */
export function openSpanKv(
  backend: Backend,
  config: ModelConfig,
  p: LtriParameters,
  totalTokens: number,
  documents = 1,
): PagedKv {
  const budget = answerBudget(config.contextLength, p);
  const session = sessionTokens(config.contextLength);
  const ring = Math.max(ringCapacityTokens(p), session);
  // A span of lMin tokens takes a whole page, one of 17 two: the pool holds the budget at worst fill,
  // and one page for the first and the last span of a document, which may be shorter.
  const padding = Math.max(PAGE_TOKENS / p.lMin, 2);
  const short = (2 * documents - 1) * PAGE_TOKENS;
  const seen = Math.max(budget, windowTokens(config, p));
  const recalled = Math.ceil(seen * padding) + short;
  const layout = kvLayout(p.nSink, ring, Math.max(p.poolTokens, recalled));
  const setCapacity = p.nSink + seen + layout.ringCapacity;
  const positions =
    p.posMode === "absolute" ? totalTokens + session + p.chunk : setCapacity + p.chunk;
  return new PagedKv(backend, config, {
    layout,
    kvDtype: p.kvDtype,
    maxTokens: p.chunk,
    setCapacity,
    maxEntries: pageTableEntries(
      p.nSink,
      seen + Math.ceil(seen / p.lMin) * PAGE_TOKENS + short,
      layout.ringCapacity,
    ),
    positions: p.posMode,
    clampDistance: p.nLocal - 1,
    maxPositions: Math.max(positions, p.nLocal),
  });
}
