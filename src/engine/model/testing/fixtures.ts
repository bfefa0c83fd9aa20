// Test support: the fixture models and their expected values (fixtures/README.md).
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type ByteSource, sourceFromBytes } from "../byte-source.ts";
import manifestJson from "../fixtures/manifest.json";

const root = fileURLToPath(new URL("../fixtures/", import.meta.url));

export const manifest = manifestJson;

export const readFixture = (path: string): Uint8Array => readFileSync(root + path);

/** The files of a fixture: one .gguf, or a folder of safetensors. */
export function fixtureSources(path: string): ByteSource[] {
  if (path.endsWith(".gguf")) return [sourceFromBytes(path.split("/").pop()!, readFixture(path))];
  return readdirSync(root + path).map((name) =>
    sourceFromBytes(name, readFixture(`${path}/${name}`)),
  );
}

export interface TokenizerCases {
  readonly eog: number[];
  readonly piece_hex: string[];
  readonly cases: readonly {
    readonly text: string;
    readonly plain: number[];
    readonly plain_special: number[];
    readonly bos: number[];
    readonly bos_special: number[];
    readonly detok: string;
    readonly detok_special: string;
  }[];
  readonly chat: readonly {
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly add_generation_prompt: boolean;
    readonly text: string;
    readonly ids: number[];
  }[];
}

export const tokenizerCases = (path: string): TokenizerCases =>
  JSON.parse(new TextDecoder().decode(readFixture(path))) as TokenizerCases;
