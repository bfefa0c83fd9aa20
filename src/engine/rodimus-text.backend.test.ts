// Rodimus on real text, on the test device: what the gates are in every layer, and a greedy text beside
// that of the float64 reference, which has no cache to go wrong.
import { describe, expect, test } from "vitest";
import type { BindingSlice, Recorder } from "../../kernels/index.ts";
import { testBackend } from "../../kernels/testing/backends.ts";
import { completeTokens } from "./ask/completion.ts";
import { bindDocuments } from "./attention/binding.ts";
import { openModel } from "./model/open-model.ts";
import { fixtureSources, rodimusManifest } from "./model/testing/fixtures.ts";
import { referenceRodimus } from "./model/testing/reference-rodimus.ts";
import { sampleBook } from "./testing/embedded-model.ts";
import { loadRodimus, recurrentStream } from "./testing/rodimus-stream.ts";
import { forward } from "./transformer/forward.ts";
import { TokenCounter } from "./transformer/token-counter.ts";
import { GREEDY } from "./attention/sampler.ts";

const TOKENS = 200;
const models = rodimusManifest.models.map(({ id }) => id);

/** A recorder that hands on what kernels of this name have just written or read. */
function watching(
  recorder: Recorder,
  name: string,
  seen: (buffers: readonly BindingSlice[]) => void,
): Recorder {
  return {
    capabilities: recorder.capabilities,
    dispatch: (kernel, params, buffers, workgroups, constants) => {
      recorder.dispatch(kernel, params, buffers, workgroups, constants);
      if (kernel.name === name) seen(buffers);
    },
    copy: (...args) => recorder.copy(...args),
    clear: (...args) => recorder.clear(...args),
    readback: (...args) => recorder.readback(...args),
    cut: () => recorder.cut(),
    submit: () => recorder.submit(),
  };
}

describe.each(models)("%s", (id) => {
  test("decays are in (0, 1], their logarithms at most 0, keys before their gate of length 1", async () => {
    const backend = await testBackend();
    const loaded = await loadRodimus(backend, id);
    const ids = bindDocuments(loaded, "recurrent", {}).tokenizer.encode(
      sampleBook().slice(0, 2_000),
    );
    expect(ids.length).toBeGreaterThan(TOKENS);
    const stream = recurrentStream(backend, loaded, TOKENS);
    backend.upload(stream.stack.workspace.ids, 0, ids.subarray(0, TOKENS));
    const recorder = backend.record();
    const reads: Promise<Float32Array[]>[] = [];
    const watched = watching(recorder, "mixer-gates", (buffers) => {
      const read = buffers.map(async (slice) => {
        const buffer = "buffer" in slice ? slice.buffer : slice;
        return new Float32Array(await recorder.readback(buffer, 0, buffer.size));
      });
      reads.push(Promise.all(read));
    });
    await forward(stream.stack, { recorder: watched, tokens: TOKENS, path: "prefill" });
    recorder.submit();
    const { layers, recurrent } = loaded.model.config;
    const n = recurrent!.stateRows;
    expect(reads).toHaveLength(layers);
    for (const [, sp, gates] of await Promise.all(reads)) {
      const outside: unknown[] = [];
      let worst = 0;
      for (let t = 0; t < TOKENS; t++) {
        let square = 0;
        for (let i = 0; i < n; i++) {
          const at = t * 4 * n + i;
          const [key, logDecay, decay] = [1, 2, 3].map((part) => gates![at + part * n]!);
          if (!(logDecay! <= 0 && decay! > 0 && decay! <= 1)) outside.push({ t, i, logDecay });
          const [s, p] = [sp![t * 2 * n + i]!, sp![(t * 2 + 1) * n + i]!];
          const softplus = Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s)));
          const tau = 1 / (1 + Math.exp(-p));
          worst = Math.max(worst, Math.abs(logDecay! + softplus * tau));
          square += (key! / softplus ** tau) ** 2;
        }
        worst = Math.max(worst, Math.abs(Math.sqrt(square) - 1));
      }
      expect(outside).toEqual([]);
      expect(worst).toBeLessThan(1e-5);
    }
    stream.destroy();
  });

  // The fixtures' greedy texts have 24 tokens.
  test("a greedy text of 60 tokens is that of the reference, while its margins allow", async () => {
    const backend = await testBackend();
    const loaded = await loadRodimus(backend, id);
    const binding = bindDocuments(loaded, "recurrent", { kvDtype: "f32" });
    const bound = { backend, loaded, binding, counter: new TokenCounter() };
    const prompt = Array.from(binding.tokenizer.encode(sampleBook().slice(0, 150)));
    const { ids } = await completeTokens(bound, prompt, {
      maxTokens: 60,
      sampling: GREEDY,
      stopIds: new Set(),
      onToken: () => undefined,
      signal: undefined,
      now: () => 0,
    });
    expect(ids).toHaveLength(60);
    const { config, tensors } = await openModel(fixtureSources(`rodimus/models/${id}`));
    const { logits } = await referenceRodimus(config, tensors, [...prompt, ...ids.slice(0, -1)]);
    let same = 0;
    for (const token of ids) {
      const row = logits[prompt.length - 1 + same]!;
      const best = row.indexOf(Math.max(...row));
      if (token !== best) {
        expect(row[best]! - row[token]!, `token ${same}`).toBeLessThan(1e-3);
        break;
      }
      same++;
    }
    expect(same).toBeGreaterThanOrEqual(30);
  });
});
