// Opens Dawn and a model for the headless commands.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { openDevice } from "../engine/host/open-device.ts";
import { loadModel } from "../engine/transformer/loaded-model.ts";
import { modelSources, nodeGpu } from "./node-host.ts";

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const PUBLIC = path.join(ROOT, "public");

/** `default` and `nano` are the embedded models; anything else is a path. */
export function modelPath(name: string): string {
  return name === "default" || name === "nano" ? path.join(PUBLIC, "models/nano.gguf") : name;
}

export async function openHeadless(model: string) {
  const { backend, report } = await openDevice(nodeGpu());
  const sources = await modelSources(modelPath(model));
  const loaded = await loadModel(backend, model, sources, () => undefined);
  return { backend, report, loaded };
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
