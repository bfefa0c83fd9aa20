// The recurrent nano: the files of a published checkpoint in a folder beside the page's own model. Nobody fetches them who
// does not choose it.
import { RECURRENT_ID } from "../../src/engine/index.ts";
import type { ByteSource } from "../../src/engine/model/byte-source.ts";
import { wholeFile } from "../embedded-models.ts";

/** The large one first: what progress says of it is nearly all. */
const FILES = ["model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"];

/** `defaultModel` is the address of the embedded model's file. */
export async function recurrentNano(
  defaultModel: string,
  progress: (loadedBytes: number, totalBytes: number) => void,
): Promise<ByteSource[]> {
  const sources: ByteSource[] = [];
  let before = 0;
  for (const file of FILES) {
    const { href } = new URL(`${RECURRENT_ID}/${file}`, defaultModel);
    const source = await wholeFile(href, (loaded, total) => {
      progress(before + loaded, before + total);
    });
    before += source.size;
    sources.push(source);
  }
  return sources;
}
