// `bench recurrent`: what a recurrent model remembers, against the keys and values of a softmax model of the
// same sizes, and whether memory and decode rate stay flat while it writes (spec: ±5 % over 10,000 tokens).
import { openStream } from "../../engine/attention/plain/open-stream.ts";
import { Sampler } from "../../engine/attention/sampler.ts";
import { requireMemory } from "../../engine/attention/fitting.ts";
import { recurrentStateBytes } from "../../engine/model/config.ts";
import { TokenCounter } from "../../engine/transformer/token-counter.ts";
import { Arguments } from "../arguments.ts";
import { openHeadless, printJson } from "../open-headless.ts";

const PARTS = 10;
const LENGTHS = [1024, 4096, 16_384];

export async function benchRecurrent(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, ["model", "device", "tokens", "kv-model-bytes"], []);
  const tokens = options.integer("tokens", 10_000);
  const { backend, loaded } = await openHeadless(options.text("model"), options.optional("device"));
  const { config } = loaded.model;
  requireMemory(config, "state");
  // Of a softmax model to compare with, bytes of keys and values per token.
  const kvBytes = options.integer("kv-model-bytes", 0);
  const stateBytes = recurrentStateBytes(config, 2);
  const shape = { totalTokens: tokens, chunk: 64, kvDtype: "f16", logitRows: 1 } as const;
  const stream = openStream(backend, loaded, new TokenCounter(), shape);
  const sampler = new Sampler(backend, config.vocab);
  const { transformer, workspace } = stream.stack;
  backend.upload(workspace.ids, 0, Uint32Array.of(1));
  const rates: number[] = [];
  const bytes: number[] = [];
  const each = Math.floor(tokens / PARTS);
  for (let part = 0; part < PARTS; part++) {
    const started = performance.now();
    for (let i = 0; i < each; i++) {
      await stream.step((recorder) => {
        transformer.logits(recorder, workspace, 0, 1);
        const sampling = { temperature: 1, topK: 0, topP: 1, seed: 1 };
        return sampler.sample(recorder, workspace, sampling, part * each + i);
      });
    }
    rates.push((each * 1000) / (performance.now() - started));
    bytes.push(Object.values(backend.ledger()).reduce((sum, one) => sum + one, 0));
  }
  printJson({
    tokens: each * PARTS,
    stateBytes,
    kvBytes: kvBytes === 0 ? undefined : LENGTHS.map((length) => [length, length * kvBytes]),
    tokensPerSecond: rates.map((rate) => Math.round(rate * 10) / 10),
    deviceBytes: bytes,
  });
}
