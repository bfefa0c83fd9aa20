// Test support: writes small GGUF files, correct ones and broken ones.

export type WriterValue =
  | { readonly u32: number }
  | { readonly f32: number }
  | { readonly bool: boolean }
  | { readonly text: string }
  | { readonly texts: readonly string[] }
  | { readonly i32s: readonly number[] }
  | { readonly f32s: readonly number[] };

export interface WriterTensor {
  readonly name: string;
  /** ne0 first. */
  readonly shape: readonly number[];
  /** ggml type id; 0 is F32. */
  readonly type: number;
  readonly bytes: Uint8Array;
  /** Overrides the offset in the data section. */
  readonly offset?: number;
}

export interface WriterFile {
  readonly version?: number;
  readonly metadata: Readonly<Record<string, WriterValue>>;
  readonly tensors: readonly WriterTensor[];
}

class ByteWriter {
  readonly bytes: number[] = [];
  u32(value: number): void {
    for (let i = 0; i < 4; i++) this.bytes.push((value >>> (8 * i)) & 255);
  }
  u64(value: number): void {
    this.u32(value % 2 ** 32);
    this.u32(Math.floor(value / 2 ** 32));
  }
  f32(value: number): void {
    this.bytes.push(...new Uint8Array(Float32Array.of(value).buffer));
  }
  text(value: string): void {
    const utf8 = new TextEncoder().encode(value);
    this.u64(utf8.length);
    this.bytes.push(...utf8);
  }
}

export function writeGguf({ version = 3, metadata, tensors }: WriterFile): Uint8Array {
  const out = new ByteWriter();
  out.u32(0x46554747);
  out.u32(version);
  out.u64(tensors.length);
  out.u64(Object.keys(metadata).length);
  for (const [key, value] of Object.entries(metadata)) {
    out.text(key);
    writeValue(out, value);
  }
  let end = 0;
  const offsets = tensors.map((tensor) => {
    const offset = tensor.offset ?? end;
    // A tensor at a place of its own adds nothing to the file.
    if (tensor.offset === undefined) end = Math.ceil((offset + tensor.bytes.length) / 32) * 32;
    return offset;
  });
  tensors.forEach((tensor, i) => {
    out.text(tensor.name);
    out.u32(tensor.shape.length);
    for (const extent of tensor.shape) out.u64(extent);
    out.u32(tensor.type);
    out.u64(offsets[i]!);
  });
  const dataOffset = Math.ceil(out.bytes.length / 32) * 32;
  const file = new Uint8Array(dataOffset + end);
  file.set(out.bytes);
  tensors.forEach((tensor, i) => {
    const at = dataOffset + offsets[i]!;
    if (at + tensor.bytes.length <= file.length) file.set(tensor.bytes, at);
  });
  return file;
}

function writeValue(out: ByteWriter, value: WriterValue): void {
  if ("u32" in value) {
    out.u32(4);
    out.u32(value.u32);
  } else if ("f32" in value) {
    out.u32(6);
    out.f32(value.f32);
  } else if ("bool" in value) {
    out.u32(7);
    out.bytes.push(value.bool ? 1 : 0);
  } else if ("text" in value) {
    out.u32(8);
    out.text(value.text);
  } else if ("texts" in value) {
    out.u32(9);
    out.u32(8);
    out.u64(value.texts.length);
    for (const text of value.texts) out.text(text);
  } else if ("i32s" in value) {
    out.u32(9);
    out.u32(5);
    out.u64(value.i32s.length);
    for (const number of value.i32s) out.u32(number >>> 0);
  } else {
    out.u32(9);
    out.u32(6);
    out.u64(value.f32s.length);
    for (const number of value.f32s) out.f32(number);
  }
}

const floats = (count: number, value: (i: number) => number): Uint8Array =>
  new Uint8Array(Float32Array.from({ length: count }, (_, i) => value(i)).buffer);

const random = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
};

/** A complete model of one or two layers: 8 tokens, width 8, two heads of 8. */
export function tinyModel(
  family = "llama",
  changes: Partial<Record<string, WriterValue | null>> = {},
  tensorNames?: (name: string, rows: number) => { name: string; rows: number } | null,
  layers = 1,
): WriterFile {
  const next = random(7);
  const tensor = (name: string, cols: number, rows: number): WriterTensor[] => {
    const renamed = tensorNames ? tensorNames(name, rows) : { name, rows };
    if (!renamed) return [];
    const shape = rows === 0 ? [cols] : [cols, renamed.rows];
    const count = cols * Math.max(1, renamed.rows);
    return [{ name: renamed.name, shape, type: 0, bytes: floats(count, next) }];
  };
  const tensors = [...tensor("token_embd.weight", 8, 8), ...tensor("output_norm.weight", 8, 0)];
  for (let layer = 0; layer < layers; layer++) {
    const at = `blk.${layer}.`;
    tensors.push(
      ...tensor(`${at}attn_norm.weight`, 8, 0),
      ...tensor(`${at}attn_q.weight`, 8, 16),
      ...tensor(`${at}attn_k.weight`, 8, 8),
      ...tensor(`${at}attn_v.weight`, 8, 8),
      ...tensor(`${at}attn_output.weight`, 16, 8),
      ...tensor(`${at}ffn_norm.weight`, 8, 0),
      ...tensor(`${at}ffn_gate.weight`, 8, 16),
      ...tensor(`${at}ffn_up.weight`, 8, 16),
      ...tensor(`${at}ffn_down.weight`, 16, 8),
    );
  }
  const metadata: Record<string, WriterValue> = {
    "general.architecture": { text: family },
    [`${family}.block_count`]: { u32: layers },
    [`${family}.context_length`]: { u32: 64 },
    [`${family}.embedding_length`]: { u32: 8 },
    [`${family}.feed_forward_length`]: { u32: 16 },
    [`${family}.attention.head_count`]: { u32: 2 },
    [`${family}.attention.head_count_kv`]: { u32: 1 },
    [`${family}.attention.key_length`]: { u32: 8 },
    [`${family}.attention.value_length`]: { u32: 8 },
    [`${family}.attention.layer_norm_rms_epsilon`]: { f32: 1e-5 },
    "tokenizer.ggml.model": { text: "gpt2" },
    "tokenizer.ggml.pre": { text: "gpt-2" },
    "tokenizer.ggml.tokens": { texts: ["a", "b", "c", "d", "e", "ab", "Ġ", "<|end|>"] },
    "tokenizer.ggml.token_type": { i32s: [1, 1, 1, 1, 1, 1, 1, 3] },
    "tokenizer.ggml.merges": { texts: ["a b"] },
    "tokenizer.ggml.eos_token_id": { u32: 7 },
  };
  for (const [key, value] of Object.entries(changes)) {
    if (value) metadata[key] = value;
    else delete metadata[key];
  }
  return { metadata, tensors };
}
