// Test support: a greedy continuation by the decode path against the one that another program made.
import type { Backend } from "../../../kernels/index.ts";
import { completeTokens } from "../ask/completion.ts";
import type { DocumentBinding } from "../attention/binding.ts";
import type { LoadedModel } from "../transformer/loaded-model.ts";
import { TokenCounter } from "../transformer/token-counter.ts";
import { GREEDY } from "../attention/sampler.ts";

export interface ReferenceText {
  readonly prompt: readonly number[];
  readonly tokens: readonly number[];
  /** Of the chosen logit over the next one, per token. */
  readonly margin: readonly number[];
}

/**
 * Ids of the model and of the reference as far as the reference is sure: after a step whose margin is below
 * `tolerance`, the arithmetic's error, another continuation is no mistake.
 */
export async function greedyBeside(
  backend: Backend,
  loaded: LoadedModel,
  binding: DocumentBinding,
  { prompt, tokens, margin }: ReferenceText,
  tolerance: number,
): Promise<{ readonly ids: readonly number[]; readonly reference: readonly number[] }> {
  const bound = { backend, loaded, binding, counter: new TokenCounter() };
  const { ids } = await completeTokens(bound, prompt, {
    maxTokens: tokens.length,
    sampling: GREEDY,
    stopIds: new Set(),
    onToken: () => undefined,
    signal: undefined,
    now: () => 0,
  });
  const unsure = margin.findIndex((value) => value < tolerance);
  const sure = unsure < 0 ? tokens.length : unsure;
  return { ids: ids.slice(0, sure), reference: tokens.slice(0, sure) };
}
