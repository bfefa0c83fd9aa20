// One exact pass over a text for several documents of ShadowKV, which differ in what they keep of each layer:
// what reading costs is paid once, and all of them stand on the same hidden states.
import type { BoundModel } from "../../engine/attention/bound-model.ts";
import { cutLayer, type StoredLayer } from "../../engine/attention/shadow/layer-keys.ts";
import { LayerPass } from "../../engine/attention/shadow/layer-pass.ts";
import { planDocument } from "../../engine/attention/shadow/layer-plan.ts";
import { saveShadowState } from "../../engine/attention/shadow/shadow-checkpoint.ts";
import { createUnread, openDocumentFile, openStored, type ReadDocument } from "../read-document.ts";
import type { Reading } from "./ltri-rows.ts";
import type { ReadingFolder } from "./reading-folder.ts";

/** `models` differ in their binding alone, without a prefix, f16. Readings that are kept are taken from `folder`. */
export async function readShared(
  models: readonly BoundModel[],
  text: string,
  folder: ReadingFolder | undefined,
): Promise<ReadDocument[]> {
  const kept = await Promise.all(
    models.map(async ({ binding }) => folder?.find(binding.fingerprint, text)),
  );
  if (kept.every((one) => one !== undefined)) {
    const read: ReadDocument[] = [];
    for (const [i, { file, reading }] of kept.entries()) {
      read.push(await openDocumentFile(models[i]!, reading.tokensPerSecond, file));
    }
    return read;
  }
  const read = await readTogether(models, text);
  for (const [i, document] of read.entries()) {
    const tokens = document.document.tokenStarts.length;
    const { tokensPerSecond, bytesOnDisk } = document;
    const reading: Reading = { tokens, tokensPerSecond, bytesOnDisk, peakGpuBytes: 0 };
    await folder?.keep(models[i]!.binding.fingerprint, document, reading);
  }
  return read;
}

async function readTogether(models: readonly BoundModel[], text: string): Promise<ReadDocument[]> {
  const [first] = models;
  if (!first) return [];
  const { config } = first.loaded.model;
  const { kvHeads, headDim, layers } = config;
  const documents = [];
  for (const model of models) {
    const unread = await createUnread(model, { title: "book", text });
    const { tokens } = unread.writer.reader.manifest;
    const plan = planDocument(config, model.binding.parameters, 0, tokens);
    const done: StoredLayer[] = [];
    documents.push({ ...unread, model, plan, done, seconds: 0 });
  }
  const ids = await documents[0]!.writer.reader.tokenIds();
  const shape = { kvHeads, headDim, dtype: "f16", chunk: first.binding.parameters.chunk } as const;
  const pass = new LayerPass(first, shape, ids, undefined);
  let passSeconds = 0;
  while (!pass.isDone()) {
    passSeconds += await seconds(async () => {
      while (!pass.isThroughLayer()) await pass.step();
    });
    for (const document of documents) {
      const { plan, writer, done } = document;
      document.seconds += await seconds(async () => {
        const { spans, layer } = cutLayer(await pass.keys(plan), plan, shape);
        await writer.append(pass.layer, spans);
        done.push(layer);
      });
    }
    pass.next();
    const own = documents.map((document) => document.seconds.toFixed(1)).join(", ");
    const rate = `${passSeconds.toFixed(0)} s exact pass; kept in ${own} s`;
    process.stderr.write(`layer ${pass.layer} of ${layers}: ${rate}\n`);
  }
  pass.destroy();
  const read: ReadDocument[] = [];
  for (const { writer, done, repository, docId, model, seconds: keeping } of documents) {
    const checkpoint = saveShadowState({ tokens: ids.length, layers: done });
    await writer.finish({ tokensCommitted: ids.length, checkpoint });
    await writer.close();
    const tokensPerSecond = ids.length / (passSeconds + keeping);
    read.push(await openStored(model, { repository, docId, tokensPerSecond }));
  }
  return read;
}

async function seconds(task: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await task();
  return (performance.now() - started) / 1000;
}
