// `bench parity`: the table of NMSE per model of a folder with a manifest.json as in
// src/engine/model/fixtures (expected logits of llama.cpp), with an f32, f16 and int8 KV cache.
import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { PlainStream } from "../../engine/attention/plain/plain-stream.ts";
import { TokenCounter } from "../../engine/transformer/token-counter.ts";
import { Arguments } from "../arguments.ts";
import { openHeadless, printJson, ROOT } from "../open-headless.ts";

interface Entry {
  readonly id: string;
  readonly file: string;
  readonly tokens: readonly number[];
  readonly logits_exact: string;
}

interface Checkpoint extends Pick<Entry, "tokens" | "logits_exact"> {
  readonly dir: string;
}

const CHUNK = 32;

export async function parity(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, ["fixtures", "device"], []);
  const folder = options.optional("fixtures") ?? path.join(ROOT, "src/engine/model/fixtures");
  const device = options.optional("device");
  const manifest = JSON.parse(await readFile(path.join(folder, "manifest.json"), "utf8")) as {
    readonly models: readonly Entry[];
    readonly safetensors: readonly Checkpoint[];
  };
  const checkpoints = manifest.safetensors.map(({ dir, ...rest }): Entry => ({
    ...rest,
    id: dir,
    file: dir,
  }));
  for (const entry of [...manifest.models, ...checkpoints]) {
    const file = path.join(folder, entry.file);
    if (!existsSync(file)) continue;
    const bytes = await readFile(path.join(folder, entry.logits_exact));
    const expected = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
    );
    const full = await measure(file, entry.tokens, expected, "f32", device);
    const half = await measure(file, entry.tokens, expected, "f16", device);
    const bytewise = await measure(file, entry.tokens, expected, "int8", device);
    printJson({
      model: entry.id,
      family: full.family,
      format: full.format,
      "nmse f32": full.nmse,
      "nmse f16": half.nmse,
      "nmse int8": bytewise.nmse,
    });
  }
}

/** Sum of squared differences over sum of squared expected values, over all positions. */
async function measure(
  file: string,
  tokens: readonly number[],
  expected: Float32Array,
  kvDtype: "f16" | "f32" | "int8",
  device: string | undefined,
): Promise<{ nmse: number; family: string; format: string }> {
  const { backend, loaded } = await openHeadless(file, device);
  const { model } = loaded;
  const shape = { totalTokens: tokens.length, chunk: CHUNK, kvDtype, logitRows: CHUNK };
  const stream = new PlainStream(backend, loaded, new TokenCounter(), shape);
  let error = 0;
  let power = 0;
  let at = 0;
  await stream.read(
    Uint32Array.from(tokens),
    (logits) => {
      for (const value of logits) {
        const wanted = expected[at++]!;
        error += (value - wanted) ** 2;
        power += wanted ** 2;
      }
    },
    () => undefined,
  );
  if (at !== expected.length) throw new Error(`${at} logits of ${expected.length}`);
  backend.dispose();
  return { nmse: error / power, family: model.config.family, format: loaded.model.quantisation };
}
