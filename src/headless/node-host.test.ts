// The files of a model on disk, found by what they hold.
import { cpSync, mkdtempSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openModel } from "../engine/model/open-model.ts";
import { modelSources } from "./node-host.ts";

const FIXTURES = fileURLToPath(new URL("../engine/model/fixtures/", import.meta.url));
const GGUF = path.join(FIXTURES, "models/qwen2-Q4_0.gguf");
const CHECKPOINT = path.join(FIXTURES, "safetensors/qwen2");

let folder = "";
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "inkspan-model-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const familyAt = async (location: string): Promise<string> =>
  (await openModel(await modelSources(location))).config.family;
const put = (file: string, name: string): string => {
  const target = path.join(folder, name);
  cpSync(file, target);
  return target;
};

test("a GGUF file under any name, alone and in a folder with other things", async () => {
  const file = put(GGUF, "qwen (copy)");
  expect(await familyAt(file)).toBe("qwen2");
  writeFileSync(path.join(folder, "README.md"), "# A model");
  writeFileSync(path.join(folder, "empty"), "");
  mkdirSync(path.join(folder, "original"));
  expect(await familyAt(folder)).toBe("qwen2");
});

test("a checkpoint whose weights have another name: its folder, and the file itself", async () => {
  cpSync(CHECKPOINT, folder, { recursive: true });
  const weights = path.join(folder, "weights.dat");
  renameSync(path.join(folder, "model.safetensors"), weights);
  expect(await familyAt(folder)).toBe("qwen2");
  expect(await familyAt(weights)).toBe("qwen2");
});

test("a part of a split file without its siblings names the missing one", async () => {
  const part = put(GGUF, "m-00001-of-00002.gguf");
  await expect(modelSources(part)).rejects.toThrow(/m-00002-of-00002\.gguf/);
});

test("folders without weights say so", async () => {
  await expect(modelSources(folder)).rejects.toMatchObject({ code: "not-found" });
  writeFileSync(path.join(folder, "notes.txt"), "nothing");
  await expect(modelSources(folder)).rejects.toThrow(/none of its 1 files holds weights/);
  writeFileSync(path.join(folder, "config.json"), "{}");
  await expect(familyAt(folder)).rejects.toThrow(/only the description/);
});
