// `bench quantised`: what a checkpoint in floating point loses when it is quantised while it loads. Per role the
// normalised mean squared error of the matrices, and on a text that of the logits, with how often the same
// token comes first.
import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  floatsOf,
  isFloatFormat,
  quantise,
  QUANTISED_FORMATS,
  weightFormats,
} from "../../../kernels/weights/index.ts";
import { openStream } from "../../engine/attention/plain/open-stream.ts";
import { EngineError } from "../../engine/errors.ts";
import { type LoadFormat, loadedFormat } from "../../engine/model/load-format.ts";
import type { ModelTensor, ModelTensors } from "../../engine/model/tensors.ts";
import { TokenCounter } from "../../engine/transformer/token-counter.ts";
import { Arguments } from "../arguments.ts";
import { openHeadless, printJson, PUBLIC } from "../open-headless.ts";

/** Weights that are looked at at once. */
const WEIGHTS = 1 << 20;

/** Squared error and squared weights. */
interface Sums {
  error: number;
  power: number;
}

export async function quantised(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, ["model", "device", "tokens"], []);
  const tokens = options.integer("tokens", 512);
  const book = await readFile(path.join(PUBLIC, "sample/treasure-island.txt"), "utf8");
  const open = (format: LoadFormat) =>
    openHeadless(options.text("model"), options.optional("device"), undefined, format);
  const logitsOf = async ({ backend, loaded }: Awaited<ReturnType<typeof open>>) => {
    const ids = loaded.tokenizer.encode(book.slice(0, 12 * tokens)).subarray(0, tokens);
    if (ids.length < tokens) throw new EngineError("invalid-argument", "The book is shorter.");
    const chunk = Math.min(128, tokens);
    const shape = { totalTokens: tokens, chunk, kvDtype: "f32", logitRows: chunk } as const;
    const stream = openStream(backend, loaded, new TokenCounter(), shape);
    const rows: Float32Array[] = [];
    for (let at = 0; at < tokens; at += chunk) {
      await stream.read(
        ids.slice(at, at + chunk),
        (logits) => rows.push(Float32Array.from(logits)),
        () => undefined,
      );
    }
    stream.destroy();
    return rows;
  };
  const stored = await open("stored");
  const { vocab } = stored.loaded.model.config;
  const expected = await logitsOf(stored);
  const formats = [];
  for (const format of QUANTISED_FORMATS) {
    const actual = await logitsOf(await open(format));
    formats.push({
      format,
      weights: await weightErrors(stored.loaded.model.tensors, format),
      logits: compareLogits(actual, expected, vocab),
    });
  }
  printJson({ model: path.basename(options.text("model")), tokens, formats });
}

/** Per role, of the matrices that become another format. */
async function weightErrors(tensors: ModelTensors, choice: LoadFormat) {
  const byRole = new Map<string, Sums & { format: string }>();
  for (const tensor of tensors.all) {
    const format = loadedFormat(tensor, choice);
    if (format === tensor.format) continue;
    const sums = byRole.get(tensor.role) ?? { error: 0, power: 0, format };
    byRole.set(tensor.role, sums);
    await addErrors(tensor, format, sums);
  }
  return [...byRole].map(([role, { error, power, format }]) => ({
    role,
    format,
    nmse: error / power,
  }));
}

async function addErrors(tensor: ModelTensor, format: string, sums: Sums): Promise<void> {
  const target = QUANTISED_FORMATS.find((one) => one === format);
  if (!target || !isFloatFormat(tensor.format)) throw new Error(`${tensor.name} as ${format}`);
  const { rows, cols } = tensor;
  const some = Math.max(1, Math.floor(WEIGHTS / cols));
  for (let row = 0; row < rows; row += some) {
    const count = Math.min(some, rows - row);
    const values = floatsOf(tensor.format, await tensor.readRows(row, count), count * cols);
    const back = weightFormats[target].dequantiseFileRow(quantise(target, values), values.length);
    add(sums, back, values);
  }
}

function compareLogits(
  actual: readonly Float32Array[],
  expected: readonly Float32Array[],
  vocab: number,
) {
  const sums = { error: 0, power: 0 };
  let [rows, same] = [0, 0];
  expected.forEach((want, i) => {
    add(sums, actual[i]!, want);
    for (let at = 0; at < want.length; at += vocab) {
      rows++;
      if (best(actual[i]!, at, vocab) === best(want, at, vocab)) same++;
    }
  });
  return { nmse: sums.error / sums.power, rows, sameFirstToken: same / rows };
}

function best(logits: Float32Array, from: number, vocab: number): number {
  const row = logits.subarray(from, from + vocab);
  return row.indexOf(Math.max(...row));
}

function add(sums: Sums, actual: Float32Array, expected: Float32Array): void {
  for (let i = 0; i < expected.length; i++) {
    sums.error += (actual[i]! - expected[i]!) ** 2;
    sums.power += expected[i]! ** 2;
  }
}
