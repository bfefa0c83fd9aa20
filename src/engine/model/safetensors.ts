// Reads the header of a .safetensors file: tensor names, number types, byte ranges. Hostile input:
// sizes are checked against the file before anything is read.
import * as v from "valibot";
import type { WeightFormat } from "../../../kernels/weights/index.ts";
import { EngineError } from "../errors.ts";
import type { ByteSource } from "./byte-source.ts";
import { quote } from "./gguf.ts";
import type { StoredTensor } from "./tensors.ts";

const HEADER_LIMIT = 64 * 2 ** 20;
const TENSOR_LIMIT = 65_536;

const FORMATS: Readonly<Record<string, { format: WeightFormat; bytes: number }>> = {
  F32: { format: "F32", bytes: 4 },
  F16: { format: "F16", bytes: 2 },
  BF16: { format: "BF16", bytes: 2 },
};

const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const entrySchema = v.object({
  dtype: v.string(),
  shape: v.pipe(v.array(wholeNumber), v.maxLength(4)),
  data_offsets: v.strictTuple([wholeNumber, wholeNumber]),
});

export async function readSafetensors(
  source: ByteSource,
): Promise<{ tensors: StoredTensor[]; header: Uint8Array }> {
  const fail = (what: string): never => {
    throw new EngineError(
      "format-invalid",
      `${source.name}: ${what}. This is no intact safetensors file; fetch it again or choose another.`,
    );
  };
  if (source.size < 10) fail(`${source.size} bytes are too short`);
  const lead = await source.read(0, 8);
  const length = new DataView(lead.buffer, lead.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(Math.min(HEADER_LIMIT, source.size - 8))) {
    fail(`a header of ${length} bytes does not fit into the file or the limit of ${HEADER_LIMIT}`);
  }
  const header = await source.read(8, Number(length));
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(header));
  } catch {
    fail("the header is not JSON");
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return fail("the header is not a JSON object");
  }
  const entries = Object.entries(json).filter(([name]) => name !== "__metadata__");
  if (entries.length > TENSOR_LIMIT) fail(`it lists ${entries.length} tensors`);

  const dataOffset = 8 + Number(length);
  const tensors = entries.map(([name, value]): StoredTensor => {
    const parsed = v.safeParse(entrySchema, value);
    if (!parsed.success) return fail(`the entry of the tensor ${quote(name)} is malformed`);
    const { dtype, shape, data_offsets } = parsed.output;
    const [start, end] = data_offsets;
    const type = Object.hasOwn(FORMATS, dtype) ? FORMATS[dtype] : undefined;
    if (!type) {
      throw new EngineError(
        "format-unsupported",
        `${source.name}: the tensor ${quote(name)} is stored as ${quote(dtype)}, which is not supported in safetensors. Supported: ${Object.keys(FORMATS).join(", ")}.`,
      );
    }
    if (shape.length === 0 || shape.includes(0)) fail(`the tensor ${quote(name)} is empty`);
    const cols = shape.at(-1)!;
    const rows = shape.slice(0, -1).reduce((product, extent) => product * extent, 1);
    const bytes = rows * cols * type.bytes;
    if (end - start !== bytes) {
      fail(`the tensor ${quote(name)} has ${end - start} bytes, its shape needs ${bytes}`);
    }
    if (dataOffset + end > source.size) {
      fail(
        `the tensor ${quote(name)} ends at byte ${dataOffset + end}, the file has only ${source.size}; it is truncated`,
      );
    }
    return {
      name,
      format: type.format,
      rows,
      cols,
      source,
      offsetBytes: dataOffset + start,
      bytes,
    };
  });
  const sorted = [...tensors].sort((a, b) => a.offsetBytes - b.offsetBytes);
  for (let i = 1; i < sorted.length; i++) {
    const before = sorted[i - 1]!;
    if (before.offsetBytes + before.bytes > sorted[i]!.offsetBytes) {
      fail(`the tensors ${quote(before.name)} and ${quote(sorted[i]!.name)} overlap`);
    }
  }
  return { tensors, header };
}
