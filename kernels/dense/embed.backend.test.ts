import { expect, test } from "vitest";
import { embed } from "./embed.ts";
import { embedTwin } from "./embed.twin.ts";
import { compare, guardBlocks, randomMatrix, worst } from "../testing/compare.ts";
import { testBackend } from "../testing/backends.ts";
import { WEIGHT_FORMATS } from "../weights/index.ts";

for (const format of WEIGHT_FORMATS) {
  test(`embeds ${format} rows out of three row blocks`, async () => {
    const backend = await testBackend();
    const matrix = randomMatrix(format, 65, 768, 1);
    const weights = { ...matrix, blocks: guardBlocks(backend, matrix, 27) };
    for (const tokens of [1, 3, 63, 257]) {
      const ids = Uint32Array.from({ length: tokens }, (_, t) => (t * 37 + tokens) % 65);
      const shape = { tokens, scale: 1.5 };
      const { actual, expected } = await compare(
        backend,
        { ids, x: new Float32Array(tokens * 768) },
        (recorder, { ids, x }) => embed(recorder, ids, weights, x, shape),
        ({ ids, x }) => embedTwin(ids, matrix, x, shape),
      );
      expect(worst(actual.x, expected.x)).toBeLessThan(1e-13);
    }
  });
}
