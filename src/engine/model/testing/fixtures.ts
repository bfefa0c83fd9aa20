// Test support: the fixture models and their expected values (fixtures/README.md).
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type ByteSource, sourceFromBytes } from "../byte-source.ts";
import manifestJson from "../fixtures/manifest.json";
import rodimusJson from "../fixtures/rodimus/manifest.json";

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

/** Files with expected values of one layer; see fixtures/rodimus/README.md. */
export interface RodimusArrays {
  readonly layer: number;
  readonly state: string;
  readonly conv: string;
  readonly mixer_in: string;
  readonly mixer_out: string;
  /** Tokens of mixer_in and mixer_out, width. */
  readonly mixer_shape: readonly number[];
  readonly ring_k?: string;
  readonly ring_v?: string;
}

export const rodimusManifest = rodimusJson;

/** f32 values of an expected array of the Rodimus fixtures. */
export function rodimusArray(path: string): Float32Array {
  return new Float32Array(new Uint8Array(readFixture(`rodimus/${path}`)).buffer);
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
