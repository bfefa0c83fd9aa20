// Opens Dawn and a model for the headless commands.
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startNodeThread } from "../../kernels/wasm/node/start-thread.mjs";
import { EngineError } from "../engine/errors.ts";
import { defaultThreads, DEVICE_CHOICES, isDeviceChoice } from "../engine/host/device-choice.ts";
import {
  DEFAULT_ID,
  EMBEDDED_ID,
  LARGER_ID,
  READER_ADAPTER,
  RECURRENT_ID,
} from "../engine/host/model-ids.ts";
import { openDevice } from "../engine/host/open-device.ts";
import { isLoadFormat, LOAD_FORMATS } from "../engine/model/load-format.ts";
import { loadModel } from "../engine/transformer/loaded-model.ts";
import type { Arguments } from "./arguments.ts";
import { modelSources, nodeGpu } from "./node-host.ts";

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const PUBLIC = path.join(ROOT, "public");

const MODELS = path.join(PUBLIC, "models");
const READER = path.join(MODELS, READER_ADAPTER);

/** `default`, `nano` and `nano-rodimus` are the models that come with the app; anything else is a path. */
export function modelPath(name: string): string {
  const embedded = path.join(MODELS, `${EMBEDDED_ID}.gguf`);
  if (name === EMBEDDED_ID) return embedded;
  if (name === RECURRENT_ID) return path.join(MODELS, RECURRENT_ID);
  if (name !== DEFAULT_ID) return name;
  const larger = path.join(MODELS, `${LARGER_ID}.json`);
  if (existsSync(larger)) return larger;
  process.stderr.write(
    "SmolLM2-135M-Instruct is not here (npm run build fetches it); nano takes its place, which finds facts and does not converse.\n",
  );
  return embedded;
}

/**
 * `device`: as given on the command line; by itself the processor where there is no graphics card.
 * `threads`: of the processor; by itself one less than it has cores, at most 8. `adapter`: a LoRA adapter in a file of its own,
 * or `none`: the default model brings one. `loadAs`: number format of a checkpoint's matrices.
 */
export async function openHeadless(
  model: string,
  device = "auto",
  adapter?: string,
  loadAs?: string,
  threads = defaultThreads(availableParallelism()),
) {
  if (threads < 1) throw new EngineError("invalid-argument", "--threads is at least 1.");
  if (loadAs !== undefined && !isLoadFormat(loadAs)) {
    const known = LOAD_FORMATS.join(", ");
    throw new EngineError("invalid-argument", `--load-as ${loadAs}: known are ${known}.`);
  }
  if (!isDeviceChoice(device)) {
    const known = DEVICE_CHOICES.join(", ");
    throw new EngineError("invalid-argument", `--device ${device}: known are ${known}.`);
  }
  const gpu = device === "cpu" ? undefined : await nodeGpu();
  const { backend, report } = await openDevice(gpu, device, {
    count: threads,
    start: startNodeThread,
  });
  const sources = await modelSources(modelPath(model));
  const brought = path.basename(modelPath(model)) === `${LARGER_ID}.json` ? READER : undefined;
  const file = adapter === "none" ? undefined : (adapter ?? brought);
  if (file !== undefined) sources.push(...(await modelSources(file)));
  const loaded = await loadModel(backend, model, sources, () => undefined, undefined, loadAs);
  return { backend, report, loaded };
}

/** Options of a command that say what it opens, read by `openChosen`. */
export const OPENING_OPTIONS = ["device", "threads", "adapter", "load-as"] as const;

export function openChosen(model: string, options: Arguments) {
  return openHeadless(
    model,
    options.optional("device"),
    options.optional("adapter"),
    options.optional("load-as"),
    options.optional("threads") === undefined ? undefined : options.integer("threads", 1),
  );
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
