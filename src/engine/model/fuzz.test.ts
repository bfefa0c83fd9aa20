// Mutated headers of real files: every one either opens or ends in a typed error, in bounded time
// and without reading more than the file has. INKSPAN_LONG=1 runs twenty times as many.
import { expect, test } from "vitest";
import { EngineError } from "../errors.ts";
import { createTokenizer } from "../tokenizer/tokenizer.ts";
import type { ByteSource } from "./byte-source.ts";
import { sourceFromBytes } from "./byte-source.ts";
import { openModel } from "./open-model.ts";
import { readGgufHeader } from "./gguf.ts";
import { readFixture } from "./testing/fixtures.ts";
import { tinyModel, writeGguf } from "./testing/gguf-writer.ts";

const MUTANTS = process.env["INKSPAN_LONG"] ? 20_000 : 1_000;

const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
};

const EDGE_VALUES = [0, 1, 0x7f, 0x80, 0xff];

/** One to four changes in the first `headerBytes` bytes, or a cut. */
function mutate(original: Uint8Array, headerBytes: number, next: () => number): Uint8Array {
  const pick = (most: number): number => Math.floor(next() * most);
  if (pick(10) === 0) return original.slice(0, pick(original.length));
  const bytes = original.slice();
  // Half of the changes hit the beginning, where the structure is.
  const place = (): number => pick(pick(2) === 0 ? Math.min(800, headerBytes) : headerBytes);
  for (let changes = 1 + pick(4); changes > 0; changes--) {
    const at = place();
    switch (pick(4)) {
      case 0:
        bytes[at] = pick(256);
        break;
      case 1:
        bytes[at]! ^= 1 << pick(8);
        break;
      case 2:
        bytes.fill(EDGE_VALUES[pick(EDGE_VALUES.length)]!, at, at + 8);
        break;
      default:
        bytes.copyWithin(at, place(), place());
    }
  }
  return bytes;
}

/** Opens, checks all bytes that are asked for, builds the tokenizer and encodes a little text. */
async function exercise(sources: readonly ByteSource[]): Promise<"opened" | "refused"> {
  try {
    const model = await openModel(sources);
    for (const tensor of model.tensors.all) {
      if (tensor.rows === 1) await tensor.readFloats();
    }
    const tokenizer = await createTokenizer(model.tokenizer);
    const ids = tokenizer.encode("The mill, 12 <|end|> a b\n", { special: true, bos: true });
    expect(ids.every((id) => id < model.config.vocab)).toBe(true);
    tokenizer.decode(ids, { special: true });
    return "opened";
  } catch (error) {
    if (error instanceof EngineError && error.code !== "internal") return "refused";
    throw error;
  }
}

const bounded = (name: string, bytes: Uint8Array): ByteSource => {
  const source = sourceFromBytes(name, bytes);
  let total = 0;
  return {
    ...source,
    read: async (offset, length) => {
      total += length;
      // Header once, samples, vectors: never many times the file.
      if (total > 8 * bytes.length + 1_000_000) throw new Error("too much is read");
      return source.read(offset, length);
    },
  };
};

test(
  `${MUTANTS} mutated headers end in typed errors`,
  { timeout: 60_000 + MUTANTS * 100 },
  async () => {
    const next = seeded(20_261_122);
    const originals: { bytes: Uint8Array; header: number }[] = [];
    for (const bytes of [
      writeGguf(tinyModel()),
      writeGguf(tinyModel("smollm3", {}, undefined, 2)),
      readFixture("models/qwen2-Q4_0.gguf"),
      readFixture("models/gemma3-Q8_0.gguf"),
    ]) {
      const header = await readGgufHeader(sourceFromBytes("m.gguf", bytes));
      originals.push({ bytes: new Uint8Array(bytes), header: header.bytes.length });
    }
    const counts = { opened: 0, refused: 0 };
    for (let mutant = 0; mutant < MUTANTS; mutant++) {
      // The tiny files are the cheap ones: three of four mutants.
      const original = originals[mutant % 4 === 3 ? 2 + (mutant % 8 === 3 ? 0 : 1) : mutant % 2]!;
      const bytes = mutate(original.bytes, original.header, next);
      const started = performance.now();
      try {
        counts[await exercise([bounded("mutant.gguf", bytes)])]++;
      } catch (cause) {
        throw new Error(`mutant ${mutant}`, { cause });
      }
      expect(performance.now() - started, `mutant ${mutant}`).toBeLessThan(20_000);
    }
    expect(counts.refused).toBeGreaterThan(MUTANTS / 4);
    expect(counts.opened).toBeGreaterThan(0);
  },
);

test(
  "mutated safetensors headers end in typed errors",
  { timeout: 60_000 + MUTANTS * 100 },
  async () => {
    const next = seeded(7);
    const folder = "safetensors/qwen2";
    const names = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"];
    const files = names.map((name) => ({
      name,
      bytes: new Uint8Array(readFixture(`${folder}/${name}`)),
    }));
    const counts = { opened: 0, refused: 0 };
    for (let mutant = 0; mutant < MUTANTS / 10; mutant++) {
      const chosen = mutant % files.length;
      const sources = files.map(({ name, bytes }, i) => {
        const header = Math.min(bytes.length, 4096);
        return bounded(name, i === chosen ? mutate(bytes, header, next) : bytes);
      });
      try {
        counts[await exercise(sources)]++;
      } catch (cause) {
        throw new Error(`mutant ${mutant} of file ${chosen}`, { cause });
      }
    }
    expect(counts.refused).toBeGreaterThan(0);
  },
);
