// Everything that prompts are made of, with its hashes: the project's own names and needles, books as
// haystacks, and the files that a user brings. Values are never changed; adding a file makes a new one.
import { EngineError } from "../engine/errors.ts";
import { sha256 as sha256Of } from "../engine/model/fingerprint.ts";
import {
  isOfficialFileName,
  OFFICIAL_FILES,
  parseDataFile,
  type ReasoningRecord,
  utf8Text,
} from "./data-files.ts";
import { bookRecords, type Haystack } from "./haystack.ts";
import { OWN_NAMES } from "./names.ts";
import { type NeedleRecord, OWN_NEEDLES } from "./needle-records.ts";
import { isQuestionFileName, parseQuestionSet, type QuestionSet } from "./ruler/question-sets.ts";
import type { Language, Suite } from "./types.ts";

export interface BenchmarkData {
  readonly haystacks: Readonly<Record<Language, readonly Haystack[]>>;
  readonly needles: Readonly<Record<Language, readonly NeedleRecord[]>>;
  readonly names: Readonly<Record<Language, readonly string[]>>;
  readonly reasoning: Readonly<Record<Language, readonly ReasoningRecord[]>>;
  readonly questionSets: Readonly<Record<"qa_1" | "qa_2", QuestionSet | null>>;
  /** SHA-256 by name of every book and file. */
  readonly hashes: Readonly<Record<string, string>>;
  /** Files whose content is the published one. */
  readonly officialFiles: readonly string[];
}

export interface Book {
  readonly name: string;
  readonly language: Language;
  readonly text: string;
}

/** The project's own names and needles around the given books. */
export async function ownData(books: readonly Book[]): Promise<BenchmarkData> {
  const haystacks: Record<Language, Haystack[]> = { en: [], zh: [] };
  const hashes: Record<string, string> = {};
  for (const { name, language, text } of books) {
    const sha256 = await sha256Of(new TextEncoder().encode(text));
    if (Object.hasOwn(hashes, name)) {
      throw new EngineError("format-invalid", `Two books are called «${name}». Rename one.`);
    }
    hashes[name] = sha256;
    haystacks[language].push({ name, sha256, records: bookRecords(text) });
  }
  return {
    haystacks,
    needles: OWN_NEEDLES,
    names: OWN_NAMES,
    reasoning: { en: [], zh: [] },
    questionSets: { qa_1: null, qa_2: null },
    hashes,
    officialFiles: [],
  };
}

/** What a user's file is good for, for the page to show. */
export interface DataFileReport {
  readonly name: string;
  readonly sha256: string;
  readonly official: boolean;
}

/**
 * The data with a file of the user in it, which takes the place of what it stands for. Text files
 * become haystacks of `language`.
 * @throws EngineError `format-invalid`, `too-large`, `format-unsupported`
 */
export async function withDataFile(
  data: BenchmarkData,
  name: string,
  bytes: Uint8Array,
  language: Language,
): Promise<{ readonly data: BenchmarkData; readonly report: DataFileReport }> {
  const sha256 = await sha256Of(bytes);
  const official = isOfficialFileName(name) && OFFICIAL_FILES[name] === sha256;
  const report = { name, sha256, official };
  const hashed = {
    ...data,
    hashes: { ...data.hashes, [name]: sha256 },
    officialFiles: official
      ? [...new Set([...data.officialFiles, name])]
      : data.officialFiles.filter((other) => other !== name),
  };
  if (isQuestionFileName(name)) {
    const { task, set } = parseQuestionSet(name, bytes);
    return {
      data: { ...hashed, questionSets: { ...data.questionSets, [task]: set } },
      report,
    };
  }
  if (!isOfficialFileName(name)) {
    if (!/\.(txt|md)$/i.test(name)) {
      throw new EngineError(
        "format-unsupported",
        `«${name}» is none of the benchmark's files and no text file. Known names: ${Object.keys(OFFICIAL_FILES).join(", ")}.`,
      );
    }
    const records = bookRecords(utf8Text(name, bytes));
    return { data: withHaystack(hashed, language, { name, sha256, records }, false), report };
  }
  const file = parseDataFile(name, bytes);
  switch (file.kind) {
    case "haystack": {
      const haystack = { name, sha256, records: file.records };
      return { data: withHaystack(hashed, file.language, haystack, true), report };
    }
    case "needles":
      return { data: { ...hashed, needles: file.records }, report };
    case "names":
      return { data: { ...hashed, names: file.names }, report };
    case "reasoning":
      return {
        data: { ...hashed, reasoning: { ...data.reasoning, [file.language]: file.records } },
        report,
      };
  }
}

/** Upstream's haystack takes the place of the books; a book joins those there. */
function withHaystack(
  data: BenchmarkData,
  language: Language,
  haystack: Haystack,
  alone: boolean,
): BenchmarkData {
  const before = data.haystacks[language];
  const others = before.filter(({ name }) => name !== haystack.name);
  const hashes = { ...data.hashes };
  if (alone) for (const { name } of others) delete hashes[name];
  return {
    ...data,
    hashes,
    haystacks: { ...data.haystacks, [language]: alone ? [haystack] : [...others, haystack] },
  };
}

const HAYSTACK_FILE: Readonly<Record<Language, string>> = {
  en: "PaulGrahamEssays.jsonl",
  zh: "zh_finance.jsonl",
};

/** Every file that the published figures rest on is there, unchanged. */
export function isOfficial(
  data: BenchmarkData,
  suite: Suite,
  languages: readonly Language[],
): boolean {
  if (suite === "ruler") return false; // its word lists are our own
  const needed = ["needles.jsonl", "names.json"].concat(
    languages.map((language) => HAYSTACK_FILE[language]),
    suite === "needlebench-v1"
      ? languages.map((language) => `multi_needle_reasoning_${language}.json`)
      : [],
  );
  return needed.every((name) => data.officialFiles.includes(name));
}
