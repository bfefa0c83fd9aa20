// How fast a loaded model reads a prompt and writes after it. Runs in Node and in a browser's worker.
import { bindDocuments } from "../../../engine/attention/binding.ts";
import { DEFAULT_ENGINE } from "../../../engine/attention/engine-names.ts";
import { completeTokens } from "../../../engine/ask/completion.ts";
import { describeModel, type LoadedModel } from "../../../engine/transformer/loaded-model.ts";
import { TokenCounter } from "../../../engine/transformer/token-counter.ts";
import { type Clocks, type Rates, rates } from "../clocks.ts";
import type { Backend } from "../../../../kernels/index.ts";
import { GREEDY } from "../../../engine/attention/sampler.ts";

export interface Speed {
  readonly prefill: Rates;
  readonly decode: Rates;
}

export async function measureSpeed(
  backend: Backend,
  loaded: LoadedModel,
  prompt: number,
  tokens: number,
  clocks: () => Clocks,
): Promise<Speed> {
  const { config } = loaded.model;
  const vocabulary = Math.min(config.vocab, 40_000) - 200;
  const ids = Array.from({ length: prompt }, (_, i) => ((i * 37) % vocabulary) + 100);
  const binding = bindDocuments(loaded, DEFAULT_ENGINE, { chunk: 128 });
  const model = { backend, loaded, binding, counter: new TokenCounter() };
  const start = clocks();
  let first = start;
  const generation = await completeTokens(model, ids, {
    maxTokens: tokens,
    sampling: GREEDY,
    stopIds: new Set(),
    onToken: () => {
      if (first === start) first = clocks();
    },
    signal: undefined,
    now: () => performance.now(),
  });
  return {
    prefill: rates(prompt, start, first),
    decode: rates(generation.ids.length - 1, first, clocks()),
  };
}

/** The least disturbed round. */
export function best(speeds: readonly Speed[]): Speed {
  const top = (part: "prefill" | "decode"): Rates => ({
    clock: Math.max(...speeds.map((speed) => speed[part].clock)),
    processor: Math.max(...speeds.map((speed) => speed[part].processor)),
  });
  return { prefill: top("prefill"), decode: top("decode") };
}

/** What one token costs: multiply-adds of the matrices while reading, bytes of weights while writing. */
export function costOfToken(loaded: LoadedModel): { multiplyAdds: number; weightBytes: number } {
  const { parameters, weightBytes } = describeModel(loaded);
  const { vocab, width } = loaded.model.config;
  return { multiplyAdds: parameters - vocab * width, weightBytes };
}
