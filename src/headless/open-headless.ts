// Opens Dawn and a model for the headless commands.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { EngineError } from "../engine/errors.ts";
import { openDevice } from "../engine/host/open-device.ts";
import { loadModel } from "../engine/transformer/loaded-model.ts";
import type { LtriParameters } from "../engine/attention/parameters.ts";
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

/** Engine parameters from `--set`; names and types are checked against the start values. */
export function overridesFrom(
  settings: Readonly<Record<string, string | number | boolean>>,
): Partial<LtriParameters> {
  const known: Readonly<Record<keyof LtriParameters, "number" | "string">> = {
    nSink: "number",
    nLocal: "number",
    chunk: "number",
    budget: "number",
    lMin: "number",
    lMax: "number",
    segLen: "number",
    segmenter: "string",
    blockLength: "number",
    divisionLayers: "number",
    kappa: "number",
    representatives: "number",
    vectors: "string",
    nVote: "number",
    z0: "number",
    voting: "string",
    neighbourBoost: "number",
    persistFrac: "number",
    questionKeyBytes: "number",
    gamma: "number",
    lastQ: "number",
    subChunk: "number",
    rescoreEvery: "number",
    refreshEvery: "number",
    retrievalMode: "string",
    posMode: "string",
    queryRotation: "string",
    kvDtype: "string",
    poolTokens: "number",
    indexBytes: "number",
    indexRamBytes: "number",
  };
  const choices: Readonly<Record<string, readonly string[]>> = {
    segmenter: ["nms", "dp", "fixed"],
    vectors: ["both", "static", "total"],
    voting: ["peaked", "calibrated", "equal"],
    retrievalMode: ["pipelined", "exact"],
    posMode: ["compact", "clamped", "absolute"],
    queryRotation: ["clamped", "none"],
    kvDtype: ["f16", "f32", "int8"],
  };
  for (const [name, value] of Object.entries(settings)) {
    const type = known[name as keyof LtriParameters] as string | undefined;
    if (type === undefined) {
      throw new EngineError(
        "not-found",
        `--set ${name}: known are ${Object.keys(known).join(", ")}.`,
      );
    }
    const allowed = choices[name];
    if (typeof value !== type || (allowed && !allowed.includes(String(value)))) {
      throw new EngineError(
        "not-found",
        `--set ${name}=${value}: expected ${allowed?.join("|") ?? type}.`,
      );
    }
  }
  return settings;
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
