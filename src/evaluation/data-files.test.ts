import { describe, expect, it } from "vitest";
import { isOfficial, ownData, withDataFile } from "./benchmark-data.ts";
import { OFFICIAL_FILES } from "./data-files.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const empty = () => ownData([{ name: "book", language: "en", text: "One. Two." }]);
const load = async (name: string, text: string | Uint8Array) =>
  withDataFile(await empty(), name, typeof text === "string" ? bytes(text) : text, "en");

const needle = {
  needle: "The lamp of Corrin is red.",
  retrieval_question: "What is red? Answer with 'The lamp is'.",
  gold_standard_answer: "red",
  arg1: "Corrin",
  arg2: "red",
  type: "x",
  language: "English",
};
const reasoning = {
  id: 1,
  derivations: ["A.", "B."],
  derivation_count: 2,
  question: "Q?",
  answer: "C",
};

describe("the benchmark's files", () => {
  it("are read in their published shapes", async () => {
    const essays = await load("PaulGrahamEssays.jsonl", '{"text":"a"}\r\n\n{"text":"b","meta":1}');
    expect(essays.data.haystacks.en).toMatchObject([{ records: ["a", "b"] }]);
    expect(Object.keys(essays.data.hashes)).toEqual(["PaulGrahamEssays.jsonl"]);
    const chinese = JSON.stringify({ ...needle, language: "Chinese" });
    const { data } = await load("needles.jsonl", `${JSON.stringify(needle)}\n${chinese}\n`);
    expect(data.needles.en).toEqual([
      {
        needle: needle.needle,
        retrievalQuestion: needle.retrieval_question,
        arg1: "Corrin",
        arg2: "red",
      },
    ]);
    expect(data.needles.zh).toHaveLength(1);
    const names = await load("names.json", '{"English":"A B,C","Chinese":"王,李"}');
    expect(names.data.names).toEqual({ en: ["A B", "C"], zh: ["王", "李"] });
    const multi = await load("multi_needle_reasoning_en.json", JSON.stringify([reasoning]));
    expect(multi.data.reasoning.en).toEqual([
      { derivations: ["A.", "B."], question: "Q?", answer: "C" },
    ]);
  });

  it("are official only with the published hash", async () => {
    const { data, report } = await load("names.json", '{"English":"A,B","Chinese":"王,李"}');
    expect(report.official).toBe(false);
    expect(report.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(isOfficial(data, "needlebench-v2", ["en"])).toBe(false);
    const all = { ...data, officialFiles: Object.keys(OFFICIAL_FILES) };
    expect(isOfficial(all, "needlebench-v2", ["en", "zh"])).toBe(true);
    expect(isOfficial(all, "needlebench-v1", ["en", "zh"])).toBe(true);
    expect(isOfficial(all, "ruler", ["en"])).toBe(false);
    const partly = { ...data, officialFiles: ["needles.jsonl", "names.json"] };
    expect(isOfficial(partly, "needlebench-v2", ["en"])).toBe(false);
  });

  it("lose the stamp when a changed file takes their place", async () => {
    const start = { ...(await empty()), officialFiles: ["names.json"] };
    const { data } = await withDataFile(
      start,
      "names.json",
      bytes('{"English":"A,B","Chinese":"王,李"}'),
      "en",
    );
    expect(data.officialFiles).toEqual([]);
  });

  it("leave what was there untouched", async () => {
    const before = await empty();
    await withDataFile(before, "notes.txt", bytes("More text."), "zh");
    expect(before.haystacks.zh).toEqual([]);
    const { data } = await withDataFile(before, "notes.txt", bytes("More text."), "zh");
    expect(data.haystacks.zh).toMatchObject([{ name: "notes.txt", records: ["More text."] }]);
    expect(data.haystacks.en).toHaveLength(1);
  });
});

describe("hostile files", () => {
  const invalid = "format-invalid";
  const line = JSON.stringify(needle);
  it.each<[string, string, string | Uint8Array, string]>([
    ["bytes that are no text", "names.json", Uint8Array.of(0xff, 0xfe, 0x00), invalid],
    ["no JSON", "names.json", "{", invalid],
    ["an empty file", "needles.jsonl", "", invalid],
    ["only empty lines", "PaulGrahamEssays.jsonl", "\n\n", invalid],
    ["one bad line", "needles.jsonl", `${line}\n{"needle":`, invalid],
    ["a missing field", "needles.jsonl", '{"needle":"a"}', invalid],
    ["a wrong type", "zh_finance.jsonl", '{"text":[1]}', invalid],
    ["an empty text", "zh_finance.jsonl", '{"text":"  "}', invalid],
    ["an array for an object", "names.json", "[]", invalid],
    ["a language of its own", "needles.jsonl", line.replace("English", "Klingon"), invalid],
    [
      "a needle as long as a book",
      "needles.jsonl",
      line.replace("lamp", "x".repeat(5000)),
      invalid,
    ],
    ["an empty name", "names.json", '{"English":"A,,B","Chinese":"王"}', invalid],
    ["too many lines", "zh_finance.jsonl", '{"text":"a"}\n'.repeat(20_001), "too-large"],
    ["a prototype", "names.json", '{"__proto__":{"English":"A","Chinese":"B"}}', invalid],
    [
      "a wrong count",
      "multi_needle_reasoning_zh.json",
      JSON.stringify([{ ...reasoning, derivation_count: 3 }]),
      invalid,
    ],
    ["no derivation", "multi_needle_reasoning_zh.json", '[{"derivations":[]}]', invalid],
    ["no question", "dev-v2.0.json", '{"data":[]}', invalid],
    ["a broken question set", "hotpot_dev_distractor_v1.json", '[{"question":"q"}]', invalid],
    ["another kind of file", "needles.exe", "MZ", "format-unsupported"],
    ["a name of the language", "constructor", "x", "format-unsupported"],
  ])("%s: are refused with a typed error", async (_, name, text, code) => {
    await expect(load(name, text)).rejects.toMatchObject({ name: "EngineError", code });
  });

  it("are refused by size before anything is parsed", async () => {
    const large = new Uint8Array(64 * 1024 * 1024 + 1);
    await expect(load("names.json", large)).rejects.toMatchObject({ code: "too-large" });
  });

  it("never carry a long piece of themselves into the message", async () => {
    const error: unknown = await load("names.json", `{"English":${"9".repeat(90_000)}}`).catch(
      (reason: unknown) => reason,
    );
    expect((error as Error).message.length).toBeLessThan(700);
  });

  it("two books of one name are refused", async () => {
    const book = { name: "b", language: "en", text: "x" } as const;
    await expect(ownData([book, book])).rejects.toMatchObject({ code: "format-invalid" });
  });
});
