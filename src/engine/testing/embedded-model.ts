// Test support: the embedded model on the test device, and the sample book. Tests only.
import { readFileSync } from "node:fs";
import type { Backend } from "../../../kernels/index.ts";
import { type LoadedModel, loadModel } from "../transformer/loaded-model.ts";
import { sourceFromBytes } from "../model/byte-source.ts";

export function loadNano(backend: Backend): Promise<LoadedModel> {
  const source = sourceFromBytes("nano.gguf", readFileSync("public/models/nano.gguf"));
  return loadModel(backend, "nano", [source], () => undefined);
}

export function sampleBook(): string {
  return readFileSync("public/sample/treasure-island.txt", "utf8");
}
