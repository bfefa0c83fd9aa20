// `bench checkpoint`: whether a safetensors checkpoint is what its description says. Every weight is in the file and
// nothing else but what may be left out, byte for byte; an output matrix that a tied model stores once more
// equals the embedding. For published checkpoints that are too large for the tests.
import path from "node:path";
import type { ByteSource } from "../../engine/model/byte-source.ts";
import { openModel } from "../../engine/model/open-model.ts";
import { readSafetensors } from "../../engine/model/safetensors.ts";
import type { StoredTensor } from "../../engine/model/tensors.ts";
import { weightFormat } from "../../engine/model/weight-format.ts";
import { Arguments } from "../arguments.ts";
import { modelSources } from "../node-host.ts";
import { printJson } from "../open-headless.ts";

const PIECE = 16 * 2 ** 20;
const OUTPUT = "lm_head.weight";

export async function checkpoint(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, ["model"], []);
  const location = options.text("model");
  const sources = await modelSources(location);
  const { config, tensors, quantisation } = await openModel(sources);
  const stored: StoredTensor[] = [];
  let beyondHeaders = 0;
  for (const source of await weightsAmong(sources)) {
    const { tensors: inFile, header } = await readSafetensors(source);
    stored.push(...inFile);
    beyondHeaders += source.size - 8 - header.length;
  }
  const weightBytes = tensors.all.reduce((sum, { bytes }) => sum + bytes, 0);
  const embedding = stored.find(({ name }) => name === tensors.get("token_embd").name)!;
  const output = config.tiedOutput ? stored.find(({ name }) => name === OUTPUT) : undefined;
  const storedBytes = stored.reduce((sum, { bytes }) => sum + bytes, 0);
  printJson({
    model: path.basename(location),
    format: quantisation,
    parameters: tensors.all.reduce((sum, { rows, cols }) => sum + rows * cols, 0),
    /** Bytes of the weights that are loaded, of all tensors, and of the files without their headers. */
    bytes: { loaded: weightBytes, tensors: storedBytes, files: beyondHeaders },
    filesHoldTensorsAlone: storedBytes === beyondHeaders,
    outputEqualsEmbedding: output ? await isSame(output, embedding) : null,
  });
}

async function weightsAmong(sources: readonly ByteSource[]): Promise<ByteSource[]> {
  const formats = await Promise.all(sources.map(weightFormat));
  return sources.filter((_, i) => formats[i] === "safetensors");
}

async function isSame(a: StoredTensor, b: StoredTensor): Promise<boolean> {
  if (a.bytes !== b.bytes || a.format !== b.format) return false;
  for (let at = 0; at < a.bytes; at += PIECE) {
    const length = Math.min(PIECE, a.bytes - at);
    const [one, other] = await Promise.all([
      a.source.read(a.offsetBytes + at, length),
      b.source.read(b.offsetBytes + at, length),
    ]);
    if (Buffer.compare(one, other) !== 0) return false;
  }
  return true;
}
