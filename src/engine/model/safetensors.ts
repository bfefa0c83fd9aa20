// Reads the header of a .safetensors file: tensor names, number types, byte ranges. Hostile input:
// sizes are checked against the file before anything is read.
import * as v from "valibot";
import type { WeightFormat } from "../../../kernels/weights/index.ts";
import { boundedList } from "../bounded-list.ts";
import { EngineError } from "../errors.ts";
import type { ByteSource } from "./byte-source.ts";
import { quote } from "./gguf.ts";
import type { StoredTensor } from "./tensors.ts";

/** The headers of the largest models with 65,536 tensors have about 8 MB. */
const HEADER_LIMIT = 16 * 2 ** 20;
const TENSOR_LIMIT = 65_536;

const FORMATS: Readonly<Record<string, { format: WeightFormat; bytes: number }>> = {
  F32: { format: "F32", bytes: 4 },
  F16: { format: "F16", bytes: 2 },
  BF16: { format: "BF16", bytes: 2 },
};

const isWhole = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
const entrySchema = v.object({
  dtype: v.string(),
  shape: boundedList(isWhole, 4),
  data_offsets: v.pipe(boundedList(isWhole, 2), v.length(2)),
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
  if (source.size < 10) fail(`${source.size} bytes are too short; the file is empty or truncated`);
  const lead = await source.read(0, 8);
  const length = new DataView(lead.buffer, lead.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(HEADER_LIMIT)) {
    fail(`a header of ${length} bytes is above the limit of ${HEADER_LIMIT}`);
  }
  if (length > BigInt(source.size - 8)) {
    fail(`the file ends inside its header of ${length} bytes; it is truncated`);
  }
  const header = await source.read(8, Number(length));
  let json: unknown;
  let text = "";
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(header);
    json = JSON.parse(text);
  } catch {
    fail("the header is not JSON");
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return fail("the header is not a JSON object");
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) fail(`the tensor ${quote(twice)} appears twice`);
  const entries = Object.entries(json).filter(([name]) => name !== "__metadata__");
  if (entries.length > TENSOR_LIMIT) fail(`it lists ${entries.length} tensors`);

  const dataOffset = 8 + Number(length);
  const tensors = entries.map(([name, value]): StoredTensor => {
    const parsed = v.safeParse(entrySchema, value, { abortEarly: true });
    if (!parsed.success) return fail(`the entry of the tensor ${quote(name)} is malformed`);
    const { dtype, shape, data_offsets } = parsed.output;
    const [start = 0, end = 0] = data_offsets;
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

/** A key that the object of a valid JSON text has twice; JSON.parse keeps the last and says nothing. */
function repeatedKey(json: string): string | undefined {
  const keys = new Set<string>();
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    if (character !== '"') continue;
    let end = at + 1;
    while (json[end] !== '"') end += json[end] === "\\" ? 2 : 1;
    let after = end + 1;
    while (/\s/.test(json[after] ?? "")) after++;
    if (depth === 1 && json[after] === ":") {
      const key = JSON.parse(json.slice(at, end + 1)) as string;
      if (keys.has(key)) return key;
      keys.add(key);
    }
    at = end;
  }
  return undefined;
}
