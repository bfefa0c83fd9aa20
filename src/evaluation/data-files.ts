// The public benchmark's data files, as a user brings them: hostile input. Each is recognised by its
// name, parsed with limits, and compared with the published SHA-256; another file of the same shape
// works too, but then the run is not stamped as official.
import * as v from "valibot";
import { EngineError } from "../engine/errors.ts";
import type { NeedleRecord } from "./needle-records.ts";
import type { Language } from "./types.ts";

export const OFFICIAL_FILES = {
  "PaulGrahamEssays.jsonl": "78ad877447201471578c69dd4fc11e6f489970966329468c5d0ac32292d53056",
  "needles.jsonl": "b7aee75f89d08a2b830b0392acb849bcbcd57ce53806d22d43f81c60e1746101",
  "names.json": "07f02b1687fbdbfb59d9ed5ff31ff5939aadc2ef7e14715af81142e38b25a98a",
  "zh_finance.jsonl": "e4cf5469be5b3eecee5c5e1e99b98bd4c6f7ade9bba0de52fc8000349130c7ea",
  "multi_needle_reasoning_en.json":
    "d202414badeec761e28403fb867c5d597b2f57253d6084fa1ff0a0e92a61a8cc",
  "multi_needle_reasoning_zh.json":
    "015e82346ce3d425f70c44d83dced37450292e03bc5cadebe2218f5c3c110635",
} as const;
export type OfficialFileName = keyof typeof OFFICIAL_FILES;

export function isOfficialFileName(name: string): name is OfficialFileName {
  return Object.hasOwn(OFFICIAL_FILES, name);
}

const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_RECORDS = 20_000;
const MAX_TEXT = 2_000_000;
const MAX_SHORT_TEXT = 4_000;

export interface ReasoningRecord {
  readonly derivations: readonly string[];
  readonly question: string;
  readonly answer: string;
}

export type DataFile =
  | { readonly kind: "haystack"; readonly language: Language; readonly records: readonly string[] }
  | {
      readonly kind: "needles";
      readonly records: Readonly<Record<Language, readonly NeedleRecord[]>>;
    }
  | { readonly kind: "names"; readonly names: Readonly<Record<Language, readonly string[]>> }
  | {
      readonly kind: "reasoning";
      readonly language: Language;
      readonly records: readonly ReasoningRecord[];
    };

/** @throws EngineError `format-invalid`, `too-large` */
export function parseDataFile(name: OfficialFileName, bytes: Uint8Array): DataFile {
  const text = utf8Text(name, bytes);
  switch (name) {
    case "PaulGrahamEssays.jsonl":
      return { kind: "haystack", language: "en", records: haystackRecords(name, text) };
    case "zh_finance.jsonl":
      return { kind: "haystack", language: "zh", records: haystackRecords(name, text) };
    case "needles.jsonl":
      return { kind: "needles", records: needleRecords(name, text) };
    case "names.json":
      return { kind: "names", names: namePools(name, text) };
    case "multi_needle_reasoning_en.json":
      return { kind: "reasoning", language: "en", records: reasoningRecords(name, text) };
    case "multi_needle_reasoning_zh.json":
      return { kind: "reasoning", language: "zh", records: reasoningRecords(name, text) };
  }
}

/** @throws EngineError `format-invalid`, `too-large` */
export function utf8Text(name: string, bytes: Uint8Array): string {
  if (bytes.byteLength > MAX_FILE_BYTES) {
    throw new EngineError(
      "too-large",
      `«${name}» has ${bytes.byteLength} bytes; data files may have ${MAX_FILE_BYTES}. Choose another file.`,
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new EngineError("format-invalid", `«${name}» is not UTF-8 text. Choose another file.`, {
      cause,
    });
  }
}

const filled = v.pipe(v.string(), v.regex(/\S/, "is empty"));
const shortText = v.pipe(filled, v.maxLength(MAX_SHORT_TEXT));

const HaystackLine = v.object({ text: v.pipe(filled, v.maxLength(MAX_TEXT)) });
const NeedleLine = v.object({
  needle: shortText,
  retrieval_question: shortText,
  arg1: shortText,
  arg2: shortText,
  language: v.picklist(["English", "Chinese"]),
});
const NamePools = v.object({
  English: v.pipe(filled, v.maxLength(MAX_TEXT)),
  Chinese: v.pipe(filled, v.maxLength(MAX_TEXT)),
});
const ReasoningList = v.pipe(
  v.array(
    v.object({
      derivations: v.pipe(v.array(shortText), v.minLength(1), v.maxLength(100)),
      derivation_count: v.number(),
      question: shortText,
      answer: shortText,
    }),
  ),
  v.minLength(1),
  v.maxLength(MAX_RECORDS),
);

function haystackRecords(name: string, text: string): string[] {
  return lines(name, text, HaystackLine).map((line) => line.text);
}

function needleRecords(name: string, text: string): Record<Language, NeedleRecord[]> {
  const records: Record<Language, NeedleRecord[]> = { en: [], zh: [] };
  for (const line of lines(name, text, NeedleLine)) {
    const { needle, retrieval_question: retrievalQuestion, arg1, arg2 } = line;
    records[line.language === "English" ? "en" : "zh"].push({
      needle,
      retrievalQuestion,
      arg1,
      arg2,
    });
  }
  return records;
}

function namePools(name: string, text: string): Record<Language, string[]> {
  const pools = check(name, NamePools, json(name, text));
  const split = (list: string): string[] => {
    const names = list.split(",");
    if (names.length > MAX_RECORDS || names.some((one) => one.trim() === "")) {
      throw new EngineError(
        "format-invalid",
        `«${name}» has an empty name or more than ${MAX_RECORDS} names. Choose another file.`,
      );
    }
    return names;
  };
  return { en: split(pools.English), zh: split(pools.Chinese) };
}

function reasoningRecords(name: string, text: string): ReasoningRecord[] {
  return check(name, ReasoningList, json(name, text)).map((record, i) => {
    if (record.derivation_count !== record.derivations.length) {
      throw new EngineError(
        "format-invalid",
        `Record ${i + 1} of «${name}» counts ${record.derivation_count} derivations and has ${record.derivations.length}. The file is damaged.`,
      );
    }
    const { derivations, question, answer } = record;
    return { derivations, question, answer };
  });
}

type Schema<T> = v.GenericSchema<unknown, T>;

function lines<T>(name: string, text: string, schema: Schema<T>): T[] {
  const rows = text.split("\n").filter((line) => line.trim() !== "");
  if (rows.length === 0 || rows.length > MAX_RECORDS) {
    throw new EngineError(
      rows.length === 0 ? "format-invalid" : "too-large",
      `«${name}» has ${rows.length} lines; 1 to ${MAX_RECORDS} are expected. Choose another file.`,
    );
  }
  return rows.map((row, i) => check(`${name}, line ${i + 1}`, schema, json(name, row, i + 1)));
}

/** @throws EngineError `format-invalid` */
export function json(name: string, text: string, line?: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const where = line === undefined ? "" : ` (line ${line})`;
    throw new EngineError("format-invalid", `«${name}»${where} is not JSON. The file is damaged.`, {
      cause,
    });
  }
}

/** @throws EngineError `format-invalid` */
export function check<T>(name: string, schema: Schema<T>, value: unknown): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = v.getDotPath(issue);
  throw new EngineError(
    "format-invalid",
    `«${name}» has not the expected content${place === null ? "" : ` at «${place.slice(0, 200)}»`}: ${issue.message.slice(0, 200)}`,
  );
}
