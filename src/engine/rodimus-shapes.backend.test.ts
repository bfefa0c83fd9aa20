// Rodimus and Rodimus+ in shapes and with options that no fixture has, beside the float64 reference: random weights,
// a text in pieces that is longer than the window.
import { expect, test } from "vitest";
import { testBackend } from "../../kernels/testing/backends.ts";
import { openModel } from "./model/open-model.ts";
import { randomRodimus } from "./model/testing/random-rodimus.ts";
import { referenceRodimus } from "./model/testing/reference-rodimus.ts";
import { distance, logitsInPieces, recurrentStream } from "./testing/rodimus-stream.ts";
import { loadModel } from "./transformer/loaded-model.ts";

const PIECES = [1, 5, 17, 1, 1, 19];
const ids = Array.from({ length: 44 }, (_, i) => (i * i * 31 + 7 * i) % 500);

const plus = (
  heads: number,
  headDim: number,
  attention: Readonly<Record<string, unknown>> = {},
) => ({
  block_type: "rodimus_plus",
  d_model: heads * headDim,
  attn_cfg: {
    num_heads: heads,
    num_heads_k: 1,
    num_heads_v: heads,
    window_size: 18,
    ...attention,
  },
});

test.each([
  ["a scaled embedding", { use_scale_embedding: true }],
  ["a normalised embedding", { use_norm_embedding: true }],
  [
    "both, tied to the output",
    {
      ...plus(2, 16),
      use_scale_embedding: true,
      use_norm_embedding: true,
      tie_word_embeddings: true,
    },
  ],
  ["16 rows of state", { mixer_cfg: { mem_size: 16, expand_ratio: 1.3 } }],
  ["128 rows of state, a gate of rank 4", { mixer_cfg: { mem_size: 128, input_gate_low_rank: 4 } }],
  ["a width of 100", { d_model: 100 }],
  ["heads of 8", plus(7, 8)],
  ["heads of 24", plus(2, 24)],
  ["heads of 80", plus(1, 80)],
  ["heads of 320", { ...plus(1, 320), n_layer: 1 }],
  ["null heads", { ...plus(1, 128), ...{ attn_cfg: { num_heads_k: 1, num_heads_v: 1 } } }],
  ["heads of 20 that are not rotated", plus(2, 20, { rotary_emb_dim: 0 })],
  ["a rotated part of a head", plus(2, 32, { rotary_emb_dim: 8, rotary_emb_base: 500_000 })],
  ["adjacent pairs", plus(2, 20, { rotary_emb_interleaved: true, rotary_emb_dim: 12 })],
  ["a window without end", plus(2, 16, { window_size: null })],
  ["a window of itself", plus(2, 16, { window_size: 1 })],
  ["a window of two", plus(2, 16, { window_size: 3 })],
  ["a window longer than the text", plus(2, 16, { window_size: 200 })],
])("%s", async (_, fields) => {
  const backend = await testBackend();
  const files = randomRodimus({ max_position_embeddings: 128, ...fields });
  const loaded = await loadModel(backend, "random", files, () => undefined);
  const stream = recurrentStream(backend, loaded, 19);
  const actual = await logitsInPieces(backend, stream, ids, PIECES);
  stream.destroy();
  const { config, tensors } = await openModel(files);
  const { logits } = await referenceRodimus(config, tensors, ids);
  const expected = Float32Array.from(logits.flatMap((row) => Array.from(row)));
  expect(distance(actual, expected)).toBeLessThan(1e-5);
});
