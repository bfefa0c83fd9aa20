// `bench shadowkv`: how near ShadowKV stays to exact attention when it is made to follow a text, and what it
// keeps on the device. One prompt of a book, its continuation forced token by token; per arm the KL divergence
// of the next token's distribution from that of exact attention.
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Ledger } from "../../../kernels/index.ts";
import type { BoundModel } from "../../engine/attention/bound-model.ts";
import { bindDocuments } from "../../engine/attention/binding.ts";
import type { EngineName } from "../../engine/attention/engine-names.ts";
import type { LtriParameters } from "../../engine/attention/parameters.ts";
import { KeyLoss } from "../../engine/attention/shadow/key-loss.ts";
import { expectedRatio } from "../../engine/attention/shadow/shadow-sizes.ts";
import { ShadowSession } from "../../engine/attention/shadow/shadow-session.ts";
import { EngineError } from "../../engine/errors.ts";
import type { LoadedModel } from "../../engine/transformer/loaded-model.ts";
import { TokenCounter } from "../../engine/transformer/token-counter.ts";
import { Arguments } from "../arguments.ts";
import { openHeadless, printJson, PUBLIC } from "../open-headless.ts";
import type { ReadDocument } from "../read-document.ts";
import { mean } from "./ask-needles.ts";
import { ReadingFolder } from "./reading-folder.ts";
import { readShared } from "./shadow-readings.ts";
import { meanInterval, shareInterval } from "./share-interval.ts";

interface Arm {
  readonly id: string;
  /** Settings that stored bytes depend on: arms with the same ones share a reading. */
  readonly stored: Partial<LtriParameters>;
  readonly budget: number;
  /** Default: `shadowkv`. */
  readonly engine?: EngineName;
}

const ALL = 1 << 20;
const FULL_RANK = 1 << 20;
const few = (outlierChunks: number) => ({ outlierChunks, outlierShare: 0, denseFactor: 0 });

/** The first one is what the others are measured against: keys and values of all tokens. */
const ARMS: readonly Arm[] = [
  { id: "exact", stored: { ...few(8), denseFactor: 1e6 }, budget: 512 },
  { id: "shadowkv-512", stored: few(8), budget: 512 },
  { id: "low-rank", stored: few(8), budget: ALL },
  { id: "sparse-512", stored: { ...few(8), rank: FULL_RANK }, budget: 512 },
  { id: "outliers-0", stored: few(0), budget: 512 },
  { id: "shadowkv-256", stored: few(8), budget: 256 },
  { id: "sparse-256", stored: { ...few(8), rank: FULL_RANK }, budget: 256 },
  { id: "plus-512", stored: few(8), budget: 512, engine: "shadowkv-plus" },
  { id: "deferred-512", stored: few(8), budget: 512, engine: "shadowkv-deferred" },
  { id: "int8-512", stored: few(8), budget: 512, engine: "shadowkv-int8" },
  // Two chunks share a page: one outlier is not to be had.
  { id: "outliers-2", stored: few(2), budget: 512 },
];

/** Tokens of the continuation that are read at once, as a question is. */
const PROMPT = 16;

export async function shadowkv(args: readonly string[]): Promise<void> {
  const options = new Arguments(
    args,
    ["model", "device", "tokens", "steps", "skip", "arms", "readings"],
    [],
  );
  const tokens = options.integer("tokens", 4096);
  const steps = options.integer("steps", 128);
  const skip = options.integer("skip", 20_000); // characters of the book
  const opened = await openHeadless(options.text("model"), options.optional("device"));
  const { backend, report } = opened;
  const loaded = withoutPrefix(opened.loaded);
  const { config } = loaded.model;
  const book = await readFile(path.join(PUBLIC, "sample/treasure-island.txt"), "utf8");
  const { ids, starts } = loaded.tokenizer.encodeWithOffsets(book.slice(skip, skip + 8 * tokens));
  if (ids.length < tokens + PROMPT + steps) {
    throw new EngineError("invalid-argument", `--tokens ${tokens}: the book ends before.`);
  }
  const text = book.slice(skip, skip + starts[tokens]!);
  const behind = Array.from(ids.subarray(tokens, tokens + PROMPT + steps));
  const forced = { prompt: behind.slice(0, PROMPT), answer: behind.slice(PROMPT) };
  const arms = chosenArms(options.optional("arms"));
  const groups = [...new Set(arms.map(({ stored }) => JSON.stringify(stored)))];
  const models = groups.map((group): BoundModel => {
    // Of all arms, so that a reading does not depend on which of them are measured.
    const own = ARMS.filter(({ stored }) => JSON.stringify(stored) === group);
    const budget = Math.min(...own.map((arm) => arm.budget));
    const binding = bindDocuments(loaded, "shadowkv", { ...own[0]!.stored, budget });
    return { backend, loaded, binding, counter: new TokenCounter() };
  });
  const folder = options.optional("readings");
  const read = await readShared(models, text, folder ? new ReadingFolder(folder) : undefined);
  for (const { session } of read) session.destroy();
  const exact: Float32Array[] = [];
  const rows = [];
  for (const arm of arms) {
    const group = groups.indexOf(JSON.stringify(arm.stored));
    const row = await followArm(models[group]!, read[group]!, arm, forced, exact);
    rows.push({ ...row, readSeconds: tokens / read[group]!.tokensPerSecond });
    process.stderr.write(`${JSON.stringify(rows.at(-1))}\n`);
  }
  printJson({
    benchmark: "shadowkv",
    model: config.name,
    adapter: report.adapter,
    tokens,
    steps,
    expectedRatio: expectedRatio({
      width: config.kvHeads * config.headDim,
      contextLength: config.contextLength,
    }),
    fullBytes: tokens * config.layers * 4 * config.kvHeads * config.headDim,
    rows,
  });
}

/** The first arm is always among them. Throws `invalid-argument`. */
function chosenArms(names: string | undefined): readonly Arm[] {
  if (names === undefined) return ARMS;
  const wanted = names.split(",");
  const unknown = wanted.find((name) => !ARMS.some(({ id }) => id === name));
  if (unknown !== undefined) {
    const known = ARMS.map(({ id }) => id).join(", ");
    throw new EngineError("invalid-argument", `--arms ${unknown}: known are ${known}.`);
  }
  return ARMS.filter(({ id }, i) => i === 0 || wanted.includes(id));
}

/** No system prompt in front of the text: its chunks would always be outliers. */
function withoutPrefix(loaded: LoadedModel): LoadedModel {
  return { ...loaded, prompt: { ...loaded.prompt, prefixIds: new Uint32Array(0) } };
}

/** `exact`: log-probabilities behind the prompt and behind every token of the answer but the last; filled by the first arm. */
async function followArm(
  model: BoundModel,
  read: ReadDocument,
  { id, budget, engine = "shadowkv" }: Arm,
  { prompt, answer }: { readonly prompt: readonly number[]; readonly answer: readonly number[] },
  exact: Float32Array[],
) {
  const { backend, loaded } = model;
  const before = held(backend.ledger());
  // Where nothing is kept exactly for being short, a budget influences no stored byte.
  const { binding } = model;
  const isPlus = engine === "shadowkv-plus";
  const generatedKeys = isPlus ? "lowRank" : "exact";
  const parameters = { ...binding.parameters, budget, generatedKeys } as const;
  const session = await read.reopen({ ...binding, engine, parameters });
  if (!(session instanceof ShadowSession)) throw new Error("not a session of ShadowKV");
  const deviceBytes = held(backend.ledger()) - before;
  const divergences: number[] = [];
  let agreeing = 0;
  const { kvHeads, headDim } = loaded.model.config;
  const loss = isPlus ? new KeyLoss({ kvHeads, headDim, dtype: "f16" }) : undefined;
  const started = performance.now();
  await session.follow(
    prompt,
    answer,
    (logits) => {
      const own = logProbabilities(logits);
      const truth = (exact[divergences.length] ??= own);
      divergences.push(divergence(truth, own));
      if (best(truth) === best(own)) agreeing++;
    },
    loss,
  );
  const seconds = (performance.now() - started) / 1000;
  const rates = session.hitRates.filter((rate) => !Number.isNaN(rate));
  const { ranks, ramBytes } = session;
  session.destroy();
  return {
    arm: id,
    n: divergences.length,
    kl: mean(divergences),
    /** 95 %, as if positions did not depend on each other. */
    klInterval: meanInterval(divergences),
    klWorst: Math.max(...divergences),
    top1: agreeing / divergences.length,
    top1Interval: shareInterval(agreeing, divergences.length),
    ranks: [...new Set(ranks)],
    layers: loaded.model.config.layers,
    deviceBytes,
    ramBytes,
    hitRate: mean(rates),
    hitRates: rates.map((rate) => Number(rate.toFixed(3))),
    tokensPerSecond: divergences.length / seconds,
    ...(loss ? { keyLoss: loss.layers() } : {}),
  };
}

/** Keys, values and what finds them. */
function held(ledger: Ledger): number {
  return ledger["kv-pool"] + ledger.index;
}

function logProbabilities(logits: Float32Array): Float32Array {
  const most = logits.reduce((top, x) => Math.max(top, x), -Infinity);
  let sum = 0;
  for (const x of logits) sum += Math.exp(x - most);
  const shift = most + Math.log(sum);
  return logits.map((x) => x - shift);
}

/** KL(exact ‖ own) in nats. */
function divergence(exact: Float32Array, own: Float32Array): number {
  let sum = 0;
  for (const [i, x] of exact.entries()) sum += Math.exp(x) * (x - own[i]!);
  return sum;
}

function best(values: Float32Array): number {
  let at = 0;
  for (const [i, x] of values.entries()) if (x > values[at]!) at = i;
  return at;
}
