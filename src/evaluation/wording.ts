// What is asked after the document, in the project's own words. The compat profile follows the shape
// of upstream's prompts (format wishes, worked examples with names of the pool); sound asks plainly
// and takes its example names from outside of the pool.
import { LIST_COMMA } from "./languages.ts";
import { EXAMPLE_NAMES } from "./names.ts";
import { answerStem, type NeedleRecord, plainQuestion } from "./needle-records.ts";
import type { AtcQuestion, Language, Profile } from "./types.ts";

const INTRODUCTION: Readonly<Record<Language, string>> = {
  en: "The document above is part of a test of reading long texts. Answer from what it says. ",
  zh: "以上文档用于长文本阅读测试，请依据文档的内容作答。",
};

export function singleQuestion(profile: Profile, language: Language, record: NeedleRecord): string {
  return profile === "sound"
    ? plainQuestion(record, language)
    : INTRODUCTION[language] + record.retrievalQuestion;
}

export function multiQuestion(
  profile: Profile,
  language: Language,
  records: readonly NeedleRecord[],
): string {
  const questions = records.map((record) => plainQuestion(record, language));
  if (profile === "sound") {
    const list = questions.map((question, i) => `${i + 1}. ${question}`).join("\n");
    return language === "en"
      ? `Answer these questions in order, one line each.\n${list}`
      : `请依次回答下列问题，每题一行。\n${list}`;
  }
  const stems = records.map((record) => answerStem(record, language)).join(LIST_COMMA);
  const wish =
    language === "en" ? `Answer in this format: '${stems}'` : `请按照'${stems}'的格式回答。`;
  return `${INTRODUCTION[language]}${questions.join(LIST_COMMA)}${wish}`;
}

/** What a kinship question asks for; `names` is the chain from the eldest to the youngest. */
export interface KinshipQuestion {
  readonly kind: AtcQuestion;
  readonly eldest: string;
  readonly youngest: string;
  readonly generations: number;
}

/** `pool`: where the compat profile takes its example names from. */
export function kinshipQuestion(
  profile: Profile,
  language: Language,
  asked: KinshipQuestion,
  pool: readonly string[],
): string {
  const names = profile === "sound" ? EXAMPLE_NAMES[language] : pool.slice(0, 5);
  const examples = (language === "en" ? examplesEn : examplesZh)(asked.kind, names);
  const notes = language === "en" ? NOTES_EN : NOTES_ZH;
  const weights = asked.kind === "eldest" ? "" : language === "en" ? WEIGHTS_EN : WEIGHTS_ZH;
  const wish =
    language === "en"
      ? "End with the answer in \\boxed{}, for example \\boxed{" +
        (asked.kind === "distance" ? "5}." : "the name}.")
      : "最后请把答案写在\\boxed{}中，例如\\boxed{" +
        (asked.kind === "distance" ? "5}。" : "某人}。");
  return [
    (language === "en" ? ASKED_EN : ASKED_ZH)[asked.kind](asked),
    examples,
    notes + weights,
    wish,
  ].join("\n");
}

type Asked = Readonly<Record<AtcQuestion, (asked: KinshipQuestion) => string>>;

const ASKED_EN: Asked = {
  eldest: ({ youngest }) =>
    `According to the document, who is the eldest relative to whom ${youngest} can be traced back?`,
  ancestor: ({ youngest, generations }) =>
    `According to the document, who is the ancestor of ${youngest} ${generations} generations back?`,
  descendant: ({ eldest, generations }) =>
    `According to the document, who is the descendant of ${eldest} ${generations} generations on?`,
  distance: ({ eldest, youngest }) =>
    `According to the document, how many generations lie between ${eldest} and ${youngest}?`,
};

const ASKED_ZH: Asked = {
  eldest: ({ youngest }) => `根据文档，${youngest}向上能够追溯到的最年长的亲人是谁？`,
  ancestor: ({ youngest, generations }) =>
    `根据文档，${youngest}向上第${generations}代的祖先是谁？`,
  descendant: ({ eldest, generations }) => `根据文档，${eldest}向下第${generations}代的子孙是谁？`,
  distance: ({ eldest, youngest }) => `根据文档，${eldest}与${youngest}之间相隔几代？`,
};

const NOTES_EN =
  "Names tell nothing about gender here, and surnames need not be inherited: only who is older counts.";
const NOTES_ZH = "这里的名字不说明性别，姓氏也不一定沿袭，只看谁的辈分更高。";
const WEIGHTS_EN =
  " Father, mother, dad and mom are one generation; every kind of grandparent is two.";
const WEIGHTS_ZH = "父亲、母亲、爸爸、妈妈算一代；爷爷、奶奶、姥姥、姥爷、外公、外婆算两代。";

function examplesEn(kind: AtcQuestion, names: readonly string[]): string {
  const [a, b, c, d, e] = names;
  switch (kind) {
    case "eldest":
      return [
        `Example 1: ${a}'s father is ${b} and nothing else is said: the answer for ${a} is ${b}.`,
        `Example 2: ${c}'s grandmother is ${a} and ${a}'s father is ${b}: the answer for ${c} is ${b}.`,
        `Example 3: ${d}'s mother is ${e}, ${e}'s grandfather is ${c} and ${c}'s dad is ${a}: the answer for ${d} is ${a}.`,
      ].join("\n");
    case "ancestor":
      return [
        `Example 1: ${b} is ${a}'s father: ${b} is ${a}'s ancestor 1 generation back.`,
        `Example 2: ${c}'s grandmother is ${a}: ${a} is ${c}'s ancestor 2 generations back.`,
        `Example 3: if also ${a}'s father is ${b}, then ${b} is ${c}'s ancestor 3 generations back.`,
      ].join("\n");
    case "descendant":
      return [
        `Example 1: ${b} is ${a}'s father: ${a} is ${b}'s descendant 1 generation on.`,
        `Example 2: ${c}'s grandmother is ${a}: ${c} is ${a}'s descendant 2 generations on.`,
        `Example 3: if also ${a}'s father is ${b}, then ${c} is ${b}'s descendant 3 generations on.`,
      ].join("\n");
    case "distance":
      return [
        `Example 1: ${b} is ${a}'s father: 1 generation lies between them.`,
        `Example 2: ${c}'s grandmother is ${a}: 2 generations lie between ${c} and ${a}.`,
        `Example 3: if also ${a}'s father is ${b}, then 3 generations lie between ${c} and ${b}.`,
      ].join("\n");
  }
}

function examplesZh(kind: AtcQuestion, names: readonly string[]): string {
  const [a, b, c, d, e] = names;
  switch (kind) {
    case "eldest":
      return [
        `例1：${a}的父亲是${b}，此外没有别的关系，那么${a}的答案是${b}。`,
        `例2：${c}的奶奶是${a}，${a}的父亲是${b}，那么${c}的答案是${b}。`,
        `例3：${d}的母亲是${e}，${e}的外公是${c}，${c}的爸爸是${a}，那么${d}的答案是${a}。`,
      ].join("\n");
    case "ancestor":
      return [
        `例1：${b}是${a}的父亲，那么${b}是${a}向上第1代的祖先。`,
        `例2：${c}的奶奶是${a}，那么${a}是${c}向上第2代的祖先。`,
        `例3：如果${a}的父亲又是${b}，那么${b}是${c}向上第3代的祖先。`,
      ].join("\n");
    case "descendant":
      return [
        `例1：${b}是${a}的父亲，那么${a}是${b}向下第1代的子孙。`,
        `例2：${c}的奶奶是${a}，那么${c}是${a}向下第2代的子孙。`,
        `例3：如果${a}的父亲又是${b}，那么${c}是${b}向下第3代的子孙。`,
      ].join("\n");
    case "distance":
      return [
        `例1：${b}是${a}的父亲，两人之间相隔1代。`,
        `例2：${c}的奶奶是${a}，两人之间相隔2代。`,
        `例3：如果${a}的父亲又是${b}，那么${c}与${b}之间相隔3代。`,
      ].join("\n");
  }
}
