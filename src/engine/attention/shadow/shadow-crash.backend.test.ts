// A kill at any byte while ShadowKV reads leaves nothing, or the layers of a commit; reading on from there ends
// in the bytes of an undisturbed reading.
import { expect, test } from "vitest";
import type { Backend } from "../../../../kernels/index.ts";
import { testBackend } from "../../../../kernels/testing/backends.ts";
import { randomSource } from "../../store/testing/sample-stream.ts";
import { crashedDisk, dump, emptyDisk, type Disk } from "../../store/testing/write-log.ts";
import { loadNano, sampleBook } from "../../testing/embedded-model.ts";
import { createDocument, openRepository } from "../../testing/read-document.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import { TokenCounter } from "../../transformer/token-counter.ts";
import { bindDocuments } from "../binding.ts";
import { attentionEngine } from "../engines.ts";

const KILLS = process.env["INKSPAN_LONG"] ? 200 : 10;
const DOC = "document"; // as the repository of tests names it

/** Creates the document unless it is there, reads on to its end; a step is a layer, with a commit behind it. */
async function readOut(backend: Backend, loaded: LoadedModel, disk: Disk): Promise<number> {
  const binding = bindDocuments(loaded, "shadowkv", {
    denseFactor: 0,
    outlierChunks: 2,
    outlierShare: 0,
  });
  const repository = await openRepository(disk);
  const ids = loaded.tokenizer.encode(sampleBook().slice(20_000, 21_000)).slice(0, 120);
  if ((await repository.list()).length === 0) await createDocument(repository, binding, ids);
  const { state } = await repository.open(DOC);
  if (state === "complete") return 0;
  const writer = await repository.openWriter(DOC, binding.fingerprint);
  const counter = new TokenCounter();
  const reading = await attentionEngine("shadowkv").read(
    { backend, loaded, binding, counter },
    writer,
  );
  try {
    while (!reading.isDone()) {
      await reading.step();
      if (!reading.isDone()) await reading.commit();
    }
    await reading.finish();
  } finally {
    reading.destroy();
    await writer.close();
  }
  return counter.documentTokens;
}

test(
  "a kill at any byte leaves a commit, and reading on ends in the same bytes",
  async () => {
    const backend = await testBackend();
    const loaded = await loadNano(backend);
    const undisturbed = emptyDisk();
    const whole = await readOut(backend, loaded, undisturbed);
    const expected = await dump(undisturbed, DOC);
    const random = randomSource(11);
    let resumed = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const cut = Math.floor(random() * (undisturbed.log.length + 1));
      const disk = await crashedDisk(undisturbed.log, cut, random);
      const computed = await readOut(backend, loaded, disk);
      expect([0, whole]).toContain(computed);
      if (computed === 0) resumed++;
      expect((await dump(disk, DOC)) === expected).toBe(true);
    }
    expect(resumed).toBeGreaterThan(0);
  },
  300_000, // many readings, on machines that do other work too
);
