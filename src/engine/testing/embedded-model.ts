// Test support: the embedded models on the test device, and the sample book. Tests only.
import { readdirSync, readFileSync } from "node:fs";
import type { Backend } from "../../../kernels/index.ts";
import { type LoadedModel, loadModel } from "../transformer/loaded-model.ts";
import { type ByteSource, sourceFromBytes } from "../model/byte-source.ts";

export function loadNano(backend: Backend): Promise<LoadedModel> {
  const source = sourceFromBytes("nano.gguf", readFileSync("public/models/nano.gguf"));
  return loadModel(backend, "nano", [source], () => undefined);
}

const RECURRENT = "public/models/nano-rodimus";

/** The files of the recurrent one; the card beside them is none. */
export function nanoRodimusFiles(): ByteSource[] {
  return readdirSync(RECURRENT)
    .filter((name) => !name.endsWith(".md"))
    .map((name) => sourceFromBytes(name, readFileSync(`${RECURRENT}/${name}`)));
}

export function sampleBook(): string {
  return readFileSync("public/sample/treasure-island.txt", "utf8");
}
