// Test support: checkpoints of Rodimus and Rodimus+ with random weights, of any shape that a description states.
import { type ByteSource, sourceFromBytes } from "../byte-source.ts";
import { parseRodimusConfig, rodimusConfig } from "../rodimus-config.ts";
import { readFixture } from "./fixtures.ts";
import { countOf, safetensorsHead, storedShapes } from "./stored-shapes.ts";

/** The vocabulary of the fixtures' tokenizers. */
const VOCAB = 512;

/** Files of a model whose config.json has these `fields`; weights in F32. */
export function randomRodimus(fields: Readonly<Record<string, unknown>>): ByteSource[] {
  const model = { model_type: "rodimus", d_model: 64, n_layer: 2, vocab_size: VOCAB };
  const described = { ...model, ...fields };
  const config = rodimusConfig(parseRodimusConfig(described, "random"), "random");
  const tensors = storedShapes(config);
  const parts = [...tensors].map(([name, shape], i) => randomWeights(name, shape, i + 1));
  const bytes = parts.map((values) => new Uint8Array(values.buffer));
  return [
    sourceFromBytes("config.json", new TextEncoder().encode(JSON.stringify(described))),
    sourceFromBytes("tokenizer.json", readFixture("rodimus/models/plus-f16/tokenizer.json")),
    sourceFromBytes(
      "model.safetensors",
      new Uint8Array(Buffer.concat([safetensorsHead(tensors, "F32"), ...bytes])),
    ),
  ];
}

/** Norms around 1, of everything else as much as keeps what goes through it at its size. */
function randomWeights(name: string, shape: readonly number[], seed: number): Float32Array {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const isNorm = name.includes("norm");
  const size = isNorm ? 0.3 : shape.length === 2 ? 2 / Math.sqrt(shape[1]!) : 0.6;
  return Float32Array.from({ length: countOf(shape) }, () => (isNorm ? 1 : 0) + size * next());
}
