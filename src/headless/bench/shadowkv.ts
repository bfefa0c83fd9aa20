// `bench shadowkv`: how near ShadowKV stays to exact attention when it is made to follow a text, and what it
// keeps on the device. One prompt of a book, its continuation forced token by token; per arm the KL divergence
// of the next token's distribution from that of exact attention. Needles: shadowkv-needles.ts.
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Backend, Ledger } from "../../../kernels/index.ts";
import type { BoundModel } from "../../engine/attention/bound-model.ts";
import { bindDocuments } from "../../engine/attention/binding.ts";
import type { LtriParameters } from "../../engine/attention/parameters.ts";
import { PlainStream } from "../../engine/attention/plain/plain-stream.ts";
import { expectedRatio } from "../../engine/attention/shadow/shadow-sizes.ts";
import { ShadowSession } from "../../engine/attention/shadow/shadow-session.ts";
import { EngineError } from "../../engine/errors.ts";
import type { LoadedModel } from "../../engine/transformer/loaded-model.ts";
import { TokenCounter } from "../../engine/transformer/token-counter.ts";
import { Arguments } from "../arguments.ts";
import { openHeadless, printJson, PUBLIC } from "../open-headless.ts";
import { readDocument } from "../read-document.ts";
import { mean } from "./ask-needles.ts";

interface Arm {
  readonly id: string;
  /** Settings that stored bytes depend on: arms with the same ones share a reading. */
  readonly stored: Partial<LtriParameters>;
  readonly budget: number;
}

const ALL = 1 << 20;
const FULL_RANK = 1 << 20;
const few = (outlierChunks: number) => ({ outlierChunks, outlierShare: 0, denseFactor: 0 });

const ARMS: readonly Arm[] = [
  { id: "low rank only", stored: few(8), budget: ALL },
  { id: "budget 512, 8 outliers", stored: few(8), budget: 512 },
  { id: "budget 256, 8 outliers", stored: few(8), budget: 256 },
  { id: "budget 512, 2 outliers", stored: few(2), budget: 512 },
  { id: "budget 512, 0 outliers", stored: few(0), budget: 512 },
  { id: "sparse only, budget 512", stored: { ...few(8), rank: FULL_RANK }, budget: 512 },
  { id: "sparse only, budget 256", stored: { ...few(8), rank: FULL_RANK }, budget: 256 },
];

/** Tokens of the continuation that are read at once, as a question is. */
const PROMPT = 16;

export async function shadowkv(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, ["model", "device", "tokens", "steps", "skip"], []);
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
  const prompt = behind.slice(0, PROMPT);
  const answer = behind.slice(PROMPT);
  const exact = await followExactly(backend, loaded, ids.subarray(0, tokens), prompt, answer);
  process.stderr.write(`exact: ${exact.readSeconds.toFixed(0)} s\n`);
  const rows = [];
  for (const group of new Set(ARMS.map(({ stored }) => JSON.stringify(stored)))) {
    const arms = ARMS.filter(({ stored }) => JSON.stringify(stored) === group);
    const budget = Math.min(...arms.map((arm) => arm.budget));
    const stored = { ...arms[0]!.stored, budget };
    const binding = bindDocuments(loaded, "shadowkv", stored);
    const model = { backend, loaded, binding, counter: new TokenCounter() };
    const started = performance.now();
    const read = await readDocument(model, { title: "book", text });
    const readSeconds = (performance.now() - started) / 1000;
    read.session.destroy();
    for (const arm of arms) {
      const row = await followArm(model, read, arm, { prompt, answer, exact });
      rows.push({ ...row, readSeconds });
      process.stderr.write(`${JSON.stringify(rows.at(-1))}\n`);
    }
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
    exactReadSeconds: exact.readSeconds,
    exactTokensPerSecond: exact.tokensPerSecond,
    rows,
  });
}

/** No system prompt in front of the text: its chunks would always be outliers. */
function withoutPrefix(loaded: LoadedModel): LoadedModel {
  return { ...loaded, prompt: { ...loaded.prompt, prefixIds: new Uint32Array(0) } };
}

interface Exact {
  /** log-probabilities behind the prompt and behind every token of the answer but the last. */
  readonly logits: readonly Float32Array[];
  readonly readSeconds: number;
  readonly tokensPerSecond: number;
}

async function followExactly(
  backend: Backend,
  loaded: LoadedModel,
  document: Uint32Array,
  prompt: readonly number[],
  answer: readonly number[],
): Promise<Exact> {
  const totalTokens = document.length + prompt.length + answer.length;
  const shape = { totalTokens, chunk: 256, kvDtype: "f16", logitRows: 1 } as const;
  const stream = new PlainStream(backend, loaded, new TokenCounter(), shape);
  const { transformer, workspace } = stream.stack;
  const started = performance.now();
  await stream.read(document, undefined, () => undefined);
  const readSeconds = (performance.now() - started) / 1000;
  await stream.read(Uint32Array.from(prompt.slice(0, -1)), undefined, () => undefined);
  const logits: Float32Array[] = [];
  const decoding = performance.now();
  for (const id of [...prompt.slice(-1), ...answer.slice(0, -1)]) {
    backend.upload(workspace.ids, 0, Uint32Array.of(id));
    const bytes = await stream.step((recorder) => {
      transformer.logits(recorder, workspace, 0, 1);
      return recorder.readback(workspace.logits, 0, transformer.config.vocab * 4);
    });
    logits.push(logProbabilities(new Float32Array(bytes)));
  }
  const seconds = (performance.now() - decoding) / 1000;
  stream.destroy();
  return { logits, readSeconds, tokensPerSecond: answer.length / seconds };
}

async function followArm(
  model: BoundModel,
  read: Awaited<ReturnType<typeof readDocument>>,
  { id, budget }: Arm,
  { prompt, answer, exact }: { prompt: readonly number[]; answer: readonly number[]; exact: Exact },
) {
  const { backend, loaded } = model;
  const before = held(backend.ledger());
  // Where nothing is kept exactly for being short, a budget influences no stored byte.
  const { binding } = model;
  const session = await read.reopen({ ...binding, parameters: { ...binding.parameters, budget } });
  if (!(session instanceof ShadowSession)) throw new Error("not a session of ShadowKV");
  const deviceBytes = held(backend.ledger()) - before;
  const divergences: number[] = [];
  let agreeing = 0;
  const started = performance.now();
  await session.follow(prompt, answer, (logits) => {
    const own = logProbabilities(logits);
    const truth = exact.logits[divergences.length]!;
    divergences.push(divergence(truth, own));
    if (best(truth) === best(own)) agreeing++;
  });
  const seconds = (performance.now() - started) / 1000;
  const rates = session.hitRates.filter((rate) => !Number.isNaN(rate));
  const { ranks, ramBytes } = session;
  session.destroy();
  return {
    arm: id,
    n: divergences.length,
    kl: mean(divergences),
    klWorst: Math.max(...divergences),
    top1: agreeing / divergences.length,
    ranks: [...new Set(ranks)],
    layers: loaded.model.config.layers,
    deviceBytes,
    ramBytes,
    hitRate: mean(rates),
    hitRates: rates.map((rate) => Number(rate.toFixed(3))),
    tokensPerSecond: divergences.length / seconds,
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
