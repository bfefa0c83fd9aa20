// The comparison of a question with stored keys: the same as by the twins over the whole document at once,
// whatever the tiles, with the keys read from the store once.
import { expect, test } from "vitest";
import { packPool, unpackPool } from "../../../../kernels/index.ts";
import { keyMatchTwin } from "../../../../kernels/spans/key-match.twin.ts";
import { randomFloats, testBackend } from "../../../../kernels/testing/gpu.ts";
import type { PagedKv } from "../../mixers/softmax/paged-kv.ts";
import { SpanIndex } from "./span-index.ts";
import { questionVotes, type RetrievalHeads, sharedVotes } from "./key-scan.ts";
import { type LtriParameters, ltriParameters } from "../parameters.ts";
import { loadNano } from "../../testing/embedded-model.ts";
import { QuestionScan } from "./question-scan.ts";
import { RetrievalKeys, TILE_SPANS } from "./retrieval-keys.ts";
import { openSpanKv } from "./sizes.ts";

const SPANS = 2 * TILE_SPANS + 3;
const Z0 = 1;

class WatchedIndex extends SpanIndex {
  readonly recalls: Float32Array[] = [];

  override setRecall(layer: number, recall: Float32Array): void {
    this.recalls[layer] = recall;
    super.setRecall(layer, recall);
  }
}

interface Scanned {
  readonly recalls: readonly Float32Array[];
  /** Spans asked of the store. */
  readonly loaded: number;
}

async function scan(
  retrieving: readonly RetrievalHeads[],
  kvDtype: LtriParameters["kvDtype"],
  questions: readonly (readonly Float32Array[])[],
): Promise<{ runs: Scanned[]; expected: Float32Array[][] }> {
  const backend = await testBackend();
  const { config } = (await loadNano(backend)).model;
  const { kvHeads, headDim, heads, layers } = config;
  const parameters = ltriParameters(config.contextLength, { kvDtype });
  const kv: PagedKv = openSpanKv(backend, config, parameters, SPANS * 8, 1);
  const index = new WatchedIndex(backend, config, parameters, parameters.budget);
  const stored: Uint8Array[][] = [];
  for (let layer = 0; layer < layers; layer++) {
    const lengths = Array.from({ length: SPANS }, (_, i) => 1 + ((i * 7 + layer) % 5));
    let start = 32;
    index.append(
      layer,
      lengths.map((length) => ({ start: (start += length) - length, length })),
    );
    stored[layer] = lengths.map((length, i) => {
      const values = randomFloats(2 * length * kvHeads * headDim, 1 + i * layers + layer);
      return new Uint8Array(packPool(values, kvDtype, headDim).slice().buffer);
    });
  }
  let loaded = 0;
  const load = (layer: number, ordinals: readonly number[]) => {
    loaded += ordinals.length;
    return Promise.resolve(ordinals.map((ordinal) => stored[layer]![ordinal]!));
  };
  const keys = new RetrievalKeys(kv, index, load, retrieving);
  const one = new QuestionScan(backend, kv, index, keys, Z0, retrieving, 64);
  const runs: Scanned[] = [];
  for (const pieces of questions) {
    loaded = 0;
    one.begin(true);
    for (const { layer } of retrieving) for (const piece of pieces) one.keep(layer, piece);
    await one.run(undefined);
    runs.push({ recalls: [...index.recalls], loaded });
  }
  expect(keys.residentBytes).toBe(keys.totalBytes);

  const expected = questions.map((pieces) => {
    const all = Float32Array.from(pieces.flatMap((piece) => [...piece]));
    const tokens = all.length / (heads * headDim);
    const voted = retrieving.map(({ layer, heads: compared }) => {
      const table = index.table(layer);
      const matches = new Float32Array(tokens * compared.length * SPANS);
      for (let t = 0; t < tokens; t++) {
        compared.forEach((kvHead, a) => {
          const query = new Float32Array(headDim);
          const group = heads / kvHeads;
          for (let h = kvHead * group; h < (kvHead + 1) * group; h++) {
            for (let d = 0; d < headDim; d++) {
              query[d]! += all[(t * heads + h) * headDim + d]! / group;
            }
          }
          for (let s = 0; s < SPANS; s++) {
            const bytes = stored[layer]![s]!;
            const words = new Uint32Array(bytes.buffer, 0, bytes.length / 8);
            const rows = unpackPool(words, kvDtype, headDim);
            const own = rows.filter((_, i) => Math.floor(i / headDim) % kvHeads === kvHead);
            const shape = { spans: 1, rows: 1, heads: 1, headDim, dtype: kvDtype };
            const raw = matches.subarray((t * compared.length + a) * SPANS + s);
            keyMatchTwin(query, own, Uint32Array.of(0, table.length(s)), raw, shape);
          }
        });
      }
      return { table, votes: questionVotes(matches, compared.length, SPANS, Z0) };
    });
    return sharedVotes(
      voted,
      Array.from({ length: layers }, (_, layer) => index.table(layer)),
    );
  });
  one.destroy();
  index.destroy();
  kv.destroy();
  return { runs, expected };
}

test.each([
  { kvDtype: "f16" as const, retrieving: [{ layer: 2, heads: [1] }] },
  {
    kvDtype: "int8" as const,
    retrieving: [
      { layer: 0, heads: [0, 1] },
      { layer: 3, heads: [0] },
    ],
  },
])("$kvDtype: votes are those of all keys, also of a second question", async (one) => {
  const width = 6 * 32;
  const first = [randomFloats(16 * width, 91), randomFloats(3 * width, 92)];
  const { runs, expected } = await scan(one.retrieving, one.kvDtype, [
    first,
    [randomFloats(width, 93)],
  ]);
  expect(runs.map(({ loaded }) => loaded)).toEqual([one.retrieving.length * SPANS, 0]);
  runs.forEach(({ recalls }, i) => {
    expect(Math.max(...recalls[0]!)).toBeGreaterThan(0.01);
    recalls.forEach((recall, layer) => {
      const wanted = expected[i]![layer]!;
      expect(recall).toHaveLength(SPANS);
      recall.forEach((vote, span) => expect(vote).toBeCloseTo(wanted[span]!, 4));
    });
  });
});
