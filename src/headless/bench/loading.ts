// `bench loading`: what memory a model takes while it loads, beside what it takes on the device. Of a folder, or of a
// Rodimus+ of made weights that is written to the temporary folder first, with its values in BF16.
import { copyFile, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parseRodimusConfig, rodimusConfig } from "../../engine/model/rodimus-config.ts";
import { RECURRENT_ID } from "../../engine/host/model-ids.ts";
import {
  countOf,
  safetensorsHead,
  storedShapes,
} from "../../engine/model/testing/stored-shapes.ts";
import { Arguments } from "../arguments.ts";
import { modelPath, openChosen, OPENING_OPTIONS, printJson } from "../open-headless.ts";

const MIB = 2 ** 20;

export async function loading(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, ["model", "megabytes", ...OPENING_OPTIONS], []);
  const given = options.optional("model");
  const made = given ? undefined : await mkdtemp(path.join(tmpdir(), "inkspan-checkpoint-"));
  try {
    if (made) await makeCheckpoint(made, options.integer("megabytes", 500) * 1e6);
    collectGarbage();
    const before = process.memoryUsage.rss();
    const started = performance.now();
    const { backend, loaded } = await openChosen(given ?? made!, options);
    const seconds = (performance.now() - started) / 1000;
    // Kilobytes, the most there ever was.
    const most = process.resourceUsage().maxRSS * 1024;
    const { tensors } = loaded.model;
    printJson({
      loadedAs: loaded.loadFormat,
      seconds: Number(seconds.toFixed(1)),
      MiB: {
        checkpoint: mebibytes(tensors.bytes),
        largestTensor: mebibytes(Math.max(...tensors.all.map(({ bytes }) => bytes))),
        weightsOnDevice: mebibytes(backend.ledger().weights),
        processBefore: mebibytes(before),
        processMost: mebibytes(most),
      },
    });
  } finally {
    if (made) await rm(made, { recursive: true });
  }
}

/** What starting left behind: it would be taken for room that loading did not need. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

const mebibytes = (bytes: number): number => Number((bytes / MIB).toFixed(1));

/** As many layers as `bytes` hold, with the tokenizer of the nano. */
async function makeCheckpoint(folder: string, bytes: number): Promise<void> {
  const describe = (layers: number) => ({
    model_type: "rodimus",
    block_type: "rodimus_plus",
    d_model: 1024,
    n_layer: layers,
    vocab_size: 32_768,
    max_position_embeddings: 4096,
    tie_word_embeddings: true,
    attn_cfg: { num_heads: 8, num_heads_k: 1, num_heads_v: 8, window_size: 1024 },
  });
  const tensorsOf = (layers: number) =>
    storedShapes(rodimusConfig(parseRodimusConfig(describe(layers), folder), folder));
  const sizeOf = (layers: number) =>
    [...tensorsOf(layers).values()].reduce((sum, shape) => sum + 2 * countOf(shape), 0);
  const perLayer = sizeOf(2) - sizeOf(1);
  const layers = Math.max(1, Math.round((bytes - sizeOf(1)) / perLayer) + 1);
  await writeFile(path.join(folder, "config.json"), JSON.stringify(describe(layers)));
  const tokenizer = path.join(modelPath(RECURRENT_ID), "tokenizer.json");
  await copyFile(tokenizer, path.join(folder, "tokenizer.json"));
  const file = await open(path.join(folder, "model.safetensors"), "w");
  try {
    const tensors = tensorsOf(layers);
    await file.write(safetensorsHead(tensors, "BF16"));
    const piece = someWeights();
    for (const shape of tensors.values()) {
      for (let left = 2 * countOf(shape); left > 0; left -= piece.length) {
        await file.write(piece, 0, Math.min(left, piece.length));
      }
    }
  } finally {
    await file.close();
  }
}

/** BF16, −0.03 … 0.03. */
function someWeights(): Uint8Array {
  let state = 1;
  const values = Float32Array.from({ length: MIB }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 0.03 * (state / 2 ** 31 - 1);
  });
  const words = new Uint32Array(values.buffer);
  return new Uint8Array(Uint16Array.from(words, (word) => word >>> 16).buffer);
}
