// The oracle of the span engines: everything kept, nothing recalled. Tests only.
import type { Backend } from "../../../kernels/index.ts";
import type { DocumentBinding } from "../attention/binding.ts";
import { PlainStream } from "../attention/plain/plain-stream.ts";
import { GREEDY, Sampler } from "../attention/sampler.ts";
import type { LoadedModel } from "../transformer/loaded-model.ts";
import { TokenCounter } from "../transformer/token-counter.ts";

/** Reads prefix, `ids` and `question`, then writes `maxTokens` greedily. `logits`: of the last step. */
export async function plainAnswer(
  backend: Backend,
  loaded: LoadedModel,
  { prompt, parameters }: DocumentBinding,
  ids: Uint32Array,
  question: readonly number[],
  maxTokens: number,
): Promise<{ readonly ids: number[]; readonly logits: Float32Array }> {
  const { config } = loaded.model;
  const all = Uint32Array.from([...prompt.prefixIds, ...ids, ...question]);
  const { chunk, kvDtype } = parameters;
  const totalTokens = all.length + maxTokens;
  const shape = { totalTokens, chunk, kvDtype, logitRows: 1 };
  const stream = new PlainStream(backend, loaded, new TokenCounter(), shape);
  const sampler = new Sampler(backend, config.vocab);
  const { transformer, workspace } = stream.stack;
  const next = () =>
    stream.step((recorder) => {
      transformer.logits(recorder, workspace, 0, 1);
      return sampler.sample(recorder, workspace, GREEDY, 0);
    });
  await stream.read(all.subarray(0, -1), undefined, () => undefined);
  backend.upload(workspace.ids, 0, all.subarray(-1));
  const written = [await next()];
  while (written.length < maxTokens) written.push(await next());
  const logits = new Float32Array(await backend.read(workspace.logits, 0, config.vocab * 4));
  sampler.destroy();
  stream.destroy();
  return { ids: written, logits };
}
