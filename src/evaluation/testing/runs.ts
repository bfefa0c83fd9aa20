// Results and runs for tests of what is computed from them.
import type {
  BenchmarkRun,
  FailedItem,
  ItemResult,
  PlannedItem,
  PlanSettings,
  ScoredItem,
  UnsupportedReason,
  UnsupportedResult,
} from "../types.ts";

const SHA256 = "0".repeat(64);

/** A result whose score follows from its answer by a rule of references. */
export function scored(
  item: PlannedItem,
  value: number,
  parts: readonly boolean[] = [value === 100],
): ScoredItem {
  return {
    status: "scored",
    item,
    promptSha256: SHA256,
    question: "Which?",
    rawAnswer: value === 100 ? "yes" : "no",
    gold: ["yes"],
    rule: { kind: "keyword", keyword: "yes", others: [] },
    score: { value, extracted: value === 100 ? "yes" : "no", parts, hedged: false },
    hitLimit: false,
    evidenceRecall: 0.5,
    seed: "1",
    lengths: {
      characters: 4000,
      documentTokens: 900,
      promptTokens: 36,
      answerTokens: 64,
      cl100kTokens: null,
      short: false,
    },
    computedDocumentTokens: 900,
    newTokens: 3,
    prefillMs: 10,
    decodeMs: 5,
    finishedAt: "2026-01-02T03:04:05.000Z",
  };
}

export function unsupported(item: PlannedItem, reason: UnsupportedReason): UnsupportedResult {
  return { status: "unsupported", item, promptSha256: null, reason, message: `${reason} here` };
}

export function failed(item: PlannedItem): FailedItem {
  return { status: "error", item, promptSha256: null, code: "device-lost", message: "lost" };
}

export function runOf(settings: PlanSettings, results: readonly ItemResult[]): BenchmarkRun {
  return {
    id: "run-1",
    startedAt: "2026-01-02T03:00:00.000Z",
    preset: "custom",
    plan: {
      suiteVersion: "1",
      settings,
      dataHashes: { book: SHA256 },
      officialData: false,
      hash: SHA256,
    },
    model: {
      name: "tiny",
      architecture: "llama",
      parameters: 1000,
      quantisation: "Q8_0",
      contextLength: 1024,
      ropeScaling: "none",
      promptStyle: "plain",
      tokenizer: "bpe",
      fingerprint: "f",
    },
    engine: { name: "ltri", parameters: { ring: 512 }, build: "0.1.0", sampling: "greedy" },
    device: { host: "node", adapter: "software", fallback: true },
    sharing: { prefix: true, index: false },
    results,
  };
}
