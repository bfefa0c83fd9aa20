// What is said of the models that come with the app, against their files.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sourceFromBytes } from "../model/byte-source.ts";
import { readGgufHeader } from "../model/gguf.ts";
import { INSTRUCTION } from "../tokenizer/question-wording.ts";
import { curatedModels } from "./curated-models.ts";

test("the adapter that comes with a model is the pinned one, and was trained under the product's own words", async () => {
  const adapters = curatedModels.flatMap(({ adapter }) => adapter ?? []);
  expect(adapters).not.toHaveLength(0);
  for (const { file, bytes, sha256 } of adapters) {
    const content = new Uint8Array(readFileSync(`public/models/${file}`));
    expect(content).toHaveLength(bytes);
    expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
    const { metadata } = await readGgufHeader(sourceFromBytes(file, content));
    expect(metadata.get("inkspan.system")).toBe(INSTRUCTION);
  }
});
