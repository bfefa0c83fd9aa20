// The shape of an exported run, checked on import: results come from files of others.
import * as v from "valibot";
import { SettingsSchema } from "./plan.ts";
import { ATC_QUESTIONS, NEEDLE_TASKS, RULER_TASKS } from "./types.ts";

const MAX_TEXT = 400_000;
const MAX_LIST = 2_000;
const MAX_RESULTS = 60_000;
export const MAX_RUNS = 100;

const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
const name = v.pipe(v.string(), v.maxLength(1_000));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "is no SHA-256"));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
const day = v.pipe(v.string(), v.isoTimestamp());
const texts = v.pipe(v.array(text), v.maxLength(MAX_LIST));
const language = v.picklist(["en", "zh"]);

const Item = v.object({
  task: v.picklist([...NEEDLE_TASKS, ...RULER_TASKS]),
  language,
  length: v.nullable(count),
  depth: v.nullable(percent),
  needles: count,
  question: v.nullable(v.picklist(ATC_QUESTIONS)),
  id: name,
  repeat: count,
  group: name,
});

const Rule = v.variant("kind", [
  v.object({ kind: v.literal("keyword"), keyword: text, others: texts }),
  v.object({ kind: v.literal("soft-keyword"), keyword: text, needle: text }),
  v.object({ kind: v.literal("keywords"), keywords: texts, others: texts }),
  v.object({ kind: v.literal("boxed"), answer: text }),
  v.object({ kind: v.literal("answer-words"), answer: text }),
  v.object({ kind: v.literal("references"), references: texts, need: v.picklist(["all", "any"]) }),
]);

const Lengths = v.object({
  characters: count,
  documentTokens: count,
  promptTokens: count,
  answerTokens: count,
  cl100kTokens: v.nullable(count),
  short: v.boolean(),
});

const Result = v.variant("status", [
  v.object({
    status: v.literal("scored"),
    item: Item,
    promptSha256: sha256,
    question: text,
    rawAnswer: text,
    gold: texts,
    rule: Rule,
    score: v.object({
      value: percent,
      extracted: v.nullable(text),
      parts: v.pipe(v.array(v.boolean()), v.maxLength(MAX_LIST)),
      hedged: v.boolean(),
    }),
    hitLimit: v.boolean(),
    evidenceRecall: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    seed: name,
    lengths: Lengths,
    computedDocumentTokens: count,
    newTokens: count,
    prefillMs: amount,
    decodeMs: amount,
    finishedAt: day,
  }),
  v.object({
    status: v.literal("unsupported"),
    item: Item,
    promptSha256: v.nullable(sha256),
    reason: v.picklist([
      "length-too-short",
      "haystack-too-short",
      "data-missing",
      "context-limit",
      "memory-limit",
      "engine-unsupported",
    ]),
    message: text,
  }),
  v.object({
    status: v.literal("error"),
    item: Item,
    promptSha256: v.nullable(sha256),
    code: name,
    message: text,
  }),
]);

const Run = v.object({
  id: name,
  startedAt: day,
  preset: v.picklist(["smoke", "quick", "standard", "full", "custom"]),
  plan: v.object({
    suiteVersion: name,
    settings: SettingsSchema,
    dataHashes: v.record(name, sha256),
    officialData: v.boolean(),
    hash: sha256,
  }),
  model: v.object({
    name,
    architecture: name,
    parameters: count,
    quantisation: name,
    contextLength: count,
    ropeScaling: name,
    promptStyle: name,
    tokenizer: name,
    fingerprint: name,
  }),
  engine: v.object({
    name,
    parameters: v.record(name, v.union([name, v.number(), v.boolean()])),
    build: name,
    sampling: name,
  }),
  device: v.object({ host: v.picklist(["browser", "node"]), adapter: name, fallback: v.boolean() }),
  sharing: v.object({ prefix: v.boolean(), index: v.boolean() }),
  results: v.pipe(v.array(Result), v.maxLength(MAX_RESULTS)),
});

export const ResultDocumentSchema = v.object({
  schema: v.literal("needlebench-results", "is no result of this benchmark"),
  version: v.literal(1, "comes from another version"),
  runs: v.pipe(v.array(Run), v.minLength(1), v.maxLength(MAX_RUNS)),
});
