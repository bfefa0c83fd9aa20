// Sizes of the KV state for the four attention engines: how large ring, span pool and working set of
// a stream are, for reading a document and for answering. One setting chooses the engine.

import { type Backend, kvRowBytes } from "../../../../kernels/index.ts";
import { EngineError } from "../../errors.ts";
import { kvLayout, PAGE_TOKENS } from "../../mixers/softmax/kv-layout.ts";
import type { ModelConfig } from "../../model/config.ts";
import { Sequence } from "../../mixers/softmax/paged-kv.ts";
import { type LtriParameters, ltriParameters, ringCapacityTokens } from "../parameters.ts";

export const ENGINE_NAMES = ["ltri", "infllm", "streaming", "full"] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** KV and working set of one document that `full` may hold on the GPU. */
const FULL_BYTES = 1024 ** 3;

/**
 * Parameters of an engine. All four store their documents as spans; all but `ltri` in fixed blocks.
 * `infllm` recalls blocks by one vector at a clamped distance, `streaming` recalls none, and `full`
 * all of them at their true positions (see `forDocument`).
 */
export function engineParameters(
  engine: EngineName,
  contextLength: number,
  overrides: Partial<LtriParameters>,
): LtriParameters {
  const start = ltriParameters(contextLength, overrides);
  if (engine === "ltri") return start;
  const blockLength = Math.min(128, start.lMax);
  const own: Readonly<Record<Exclude<EngineName, "ltri">, Partial<LtriParameters>>> = {
    infllm: { vectors: "total", posMode: "clamped" },
    streaming: { vectors: "static", budget: 0 },
    full: { vectors: "static", posMode: "absolute" },
  };
  const blocks = {
    segmenter: "fixed",
    blockLength,
    questionKeyBytes: 0,
    ...own[engine],
  } as const;
  return ltriParameters(contextLength, { ...blocks, ...overrides });
}

/** The parameters for a stream of `totalTokens`: `full` recalls everything there is. */
export function forDocument(
  engine: EngineName,
  config: ModelConfig,
  p: LtriParameters,
  totalTokens: number,
): LtriParameters {
  if (engine !== "full") return p;
  const tokens = Math.ceil(totalTokens / PAGE_TOKENS) * PAGE_TOKENS;
  // Pages at twice the tokens in the pools, once more as f32 in the working set of a chunk.
  const { layers, kvHeads, headDim } = config;
  const pooled = layers * 2 * 2 * kvHeads * kvRowBytes(p.kvDtype, headDim);
  const bytesPerToken = pooled + 2 * kvHeads * headDim * 4;
  if (tokens * bytesPerToken > FULL_BYTES) {
    throw new EngineError(
      "limit-exceeded",
      `Full attention keeps all ${totalTokens} tokens on the GPU; with this model ${Math.floor(FULL_BYTES / bytesPerToken)} fit. Choose another attention engine for this document, or a shorter document.`,
    );
  }
  return { ...p, budget: tokens, poolTokens: tokens };
}

/** Of an engine without recall: the window at the end of the document that a question sees. */
export function tailTokens(engine: EngineName, p: LtriParameters): number | undefined {
  return engine === "streaming" ? p.nLocal : undefined;
}

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

/** State for streaming a document in by spans, and for sessions to one or several `documents`. */
export function openSpanSequence(
  backend: Backend,
  config: ModelConfig,
  p: LtriParameters,
  totalTokens: number,
  documents = 1,
): Sequence {
  const budget = answerBudget(config.contextLength, p);
  const session = sessionTokens(config.contextLength);
  const ring = Math.max(ringCapacityTokens(p), session);
  // A span of lMin tokens takes a whole page, one of 17 two: the pool holds the budget at worst fill,
  // and one page for the first and the last span of a document, which may be shorter.
  const padding = Math.max(PAGE_TOKENS / p.lMin, 2);
  const short = (2 * documents - 1) * PAGE_TOKENS;
  const recalled = Math.ceil(budget * padding) + short;
  const layout = kvLayout(p.nSink, ring, Math.max(p.poolTokens, recalled));
  const setCapacity = p.nSink + budget + layout.ringCapacity;
  const positions =
    p.posMode === "absolute" ? totalTokens + session + p.chunk : setCapacity + p.chunk;
  return new Sequence(backend, config, {
    layout,
    kvDtype: p.kvDtype,
    maxTokens: p.chunk,
    setCapacity,
    maxEntries: entries(
      p.nSink,
      budget + Math.ceil(budget / p.lMin) * PAGE_TOKENS + short,
      layout.ringCapacity,
    ),
    positions: p.posMode,
    clampDistance: p.nLocal - 1,
    maxPositions: Math.max(positions, p.nLocal),
  });
}

/** State that keeps every token (`full`) or the window (`streaming`) in the ring. */
export function openRingSequence(
  backend: Backend,
  config: ModelConfig,
  p: LtriParameters,
  engine: "full" | "streaming",
  totalTokens: number,
): Sequence {
  const session = sessionTokens(config.contextLength);
  const keep = engine === "full" ? totalTokens : p.nLocal + p.chunk;
  const sinks = engine === "full" ? 0 : p.nSink;
  const layout = kvLayout(sinks, keep + session, 0);
  const setCapacity = sinks + layout.ringCapacity;
  return new Sequence(backend, config, {
    layout,
    kvDtype: p.kvDtype,
    maxTokens: p.chunk,
    setCapacity,
    maxEntries: entries(sinks, layout.ringCapacity),
    positions: engine === "full" ? "absolute" : "compact",
    clampDistance: 0,
    maxPositions: setCapacity + p.chunk,
  });
}

/** Of a page table: one per sink token, and one per page of each group of tokens. */
function entries(sinks: number, ...tokens: number[]): number {
  const count = tokens.reduce((sum, n) => sum + Math.ceil(n / PAGE_TOKENS) + 2, sinks);
  return Math.ceil(count / 16) * 16;
}
