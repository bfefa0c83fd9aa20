// Texts and a small tokenizer for tests of the generators.
import { readFileSync } from "node:fs";
import { type BenchmarkData, ownData } from "../benchmark-data.ts";
import type { ModelTokens } from "../types.ts";

/** Pieces of up to four characters that end at white space: about as many tokens as a small model. */
export const pieceTokens: ModelTokens = {
  encode(text) {
    const starts: number[] = [];
    for (const match of text.matchAll(/\s*[^\s]{1,4}|\s+/gu)) starts.push(match.index);
    return { ids: new Uint32Array(starts.length), starts: Uint32Array.from(starts) };
  },
  promptTokens(question) {
    return 10 + this.encode(question).ids.length;
  },
};

export const sampleText = (file: string): string => readFileSync(`public/sample/${file}`, "utf8");

export function sampleData(): Promise<BenchmarkData> {
  return ownData([
    { name: "treasure-island", language: "en", text: sampleText("treasure-island.txt") },
    { name: "guwen-guanzhi", language: "zh", text: sampleText("guwen-guanzhi.txt") },
  ]);
}
