// `bench recurrent`: what a recurrent model remembers beside the keys and values of a softmax model, and whether
// memory and decode rate stay flat while it writes. A stream that has written many tokens and a fresh one
// take turns, so that whatever else the machine does slows both.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Backend } from "../../../kernels/index.ts";
import { requireMemory } from "../../engine/attention/fitting.ts";
import { openStream } from "../../engine/attention/plain/open-stream.ts";
import { Sampler } from "../../engine/attention/sampler.ts";
import { kvBytesPerToken, recurrentStateBytes, windowSlots } from "../../engine/model/config.ts";
import { openModel } from "../../engine/model/open-model.ts";
import type { LoadedModel } from "../../engine/transformer/loaded-model.ts";
import { TokenCounter } from "../../engine/transformer/token-counter.ts";
import { Arguments } from "../arguments.ts";
import { modelSources } from "../node-host.ts";
import { modelPath, openHeadless, printJson } from "../open-headless.ts";
import { type Clocks, clocks, rates } from "./clocks.ts";
import { recurrentPage } from "./recurrent-page.ts";

const LENGTHS = [1024, 4096, 16_384];
const ROUNDS = 10;
const ROUND_TOKENS = 250;
const F16_BYTES = 2;

export interface RecurrentResult {
  readonly model: string;
  readonly device: string;
  /** Of any text. */
  readonly stateBytes: number;
  readonly windowTokens: number;
  readonly beside: {
    readonly model: string;
    readonly bytesPerToken: number;
    readonly lengths: readonly { readonly tokens: number; readonly bytes: number }[];
    /** From here on the state is the smaller memory. */
    readonly breakEvenTokens: number;
  };
  readonly written: number;
  /** Tokens per second of processor time, once the window is full: first and second half of `written`. */
  readonly halves: readonly [number, number];
  /** The same of a stream behind all of it and of one whose window has just become full, in turns. */
  readonly turns: { readonly late: number; readonly fresh: number; readonly tokensEach: number };
  /** All that the device held when the windows were full, and behind the last token. */
  readonly deviceBytes: readonly [number, number];
}

export async function benchRecurrent(args: readonly string[]): Promise<void> {
  const names = ["model", "beside", "device", "tokens", "page"];
  const options = new Arguments(args, names, []);
  const tokens = options.integer("tokens", 10_000);
  const { backend, loaded, report } = await openHeadless(
    options.text("model"),
    options.optional("device"),
  );
  const { config } = loaded.model;
  requireMemory(config, "state");
  const stateBytes = recurrentStateBytes(config, F16_BYTES);
  const late = new Writer(backend, loaded);
  const fresh = new Writer(backend, loaded);
  for (const writer of [fresh, late]) await writer.write(windowSlots(config) + 1);
  const before = bytesOf(backend);
  const halves: number[] = [];
  const half = Math.floor(tokens / 2);
  for (let i = 0; i < 2; i++) halves.push(half / (await late.write(half)));
  const used = { late: 0, fresh: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    used.late += await late.write(ROUND_TOKENS);
    used.fresh += await fresh.write(ROUND_TOKENS);
  }
  const tokensEach = ROUNDS * ROUND_TOKENS;
  const result: RecurrentResult = {
    model: config.name,
    device: report.adapter,
    stateBytes,
    windowTokens: windowSlots(config),
    beside: await besideModel(options.optional("beside") ?? "nano", stateBytes),
    written: 2 * half,
    halves: [halves[0]!, halves[1]!],
    turns: { late: tokensEach / used.late, fresh: tokensEach / used.fresh, tokensEach },
    deviceBytes: [before, bytesOf(backend)],
  };
  printJson(result);
  const page = options.optional("page");
  const command = `npm run bench -- recurrent ${args.join(" ")}`;
  if (page) await writeFile(page, recurrentPage(result, command));
}

/** Writes at temperature 1 and stops at nothing. */
class Writer {
  readonly #backend: Backend;
  readonly #stream;
  readonly #sampler: Sampler;
  #written = 0;

  constructor(backend: Backend, loaded: LoadedModel) {
    const shape = { totalTokens: 1, chunk: 1, kvDtype: "f16", logitRows: 1 } as const;
    this.#backend = backend;
    this.#stream = openStream(backend, loaded, new TokenCounter(), shape);
    this.#sampler = new Sampler(backend, loaded.model.config.vocab);
    this.#backend.upload(this.#stream.stack.workspace.ids, 0, Uint32Array.of(1));
  }

  /** Seconds of processor time. */
  async write(tokens: number): Promise<number> {
    const { transformer, workspace } = this.#stream.stack;
    const started: Clocks = clocks();
    for (let i = 0; i < tokens; i++) {
      const step = this.#written++;
      await this.#stream.step((recorder) => {
        transformer.logits(recorder, workspace, 0, 1);
        const sampling = { temperature: 1, topK: 0, topP: 1, seed: 1 };
        return this.#sampler.sample(recorder, workspace, sampling, step);
      });
    }
    return tokens / rates(tokens, started, clocks()).processor;
  }
}

async function besideModel(name: string, stateBytes: number): Promise<RecurrentResult["beside"]> {
  const location = modelPath(name);
  const { config } = await openModel(await modelSources(location));
  requireMemory(config, "tokens");
  const bytesPerToken = kvBytesPerToken(config, F16_BYTES);
  return {
    model: path.basename(location),
    bytesPerToken,
    lengths: LENGTHS.map((tokens) => ({ tokens, bytes: tokens * bytesPerToken })),
    breakEvenTokens: Math.ceil(stateBytes / bytesPerToken),
  };
}

function bytesOf(backend: Backend): number {
  return Object.values(backend.ledger()).reduce((sum, one) => sum + one, 0);
}
