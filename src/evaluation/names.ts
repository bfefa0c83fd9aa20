// People of the kinship tasks: 1,000 names per language, made of parts, and names outside of that
// pool for the worked examples in a question.
import type { Language } from "./types.ts";

const GIVEN_EN =
  "Adrian Agnes Albert Beatrice Bernard Clara Conrad Dora Edmund Eleanor Felix Florence Gilbert Greta Harold Helena Ivor Judith Julian Laura Leonard Lydia Magnus Martha Nathan Nora Oscar Paula Philip Rosa Rupert Sylvia Theodor Ursula Victor Vera Walter Wilma Xavier Yvonne".split(
    " ",
  );
const FAMILY_EN_FIRST = ["Ash", "Brook", "Elder", "Hart", "Stone"];
const FAMILY_EN_LAST = ["by", "combe", "field", "more", "well"];

const FAMILY_ZH = Array.from("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩");
const GIVEN_ZH_FIRST = Array.from("文明建思雨海春安");
const GIVEN_ZH_LAST = Array.from("华林宁达平");

const product = (
  first: readonly string[],
  last: readonly string[],
  join: (a: string, b: string) => string,
) => first.flatMap((a) => last.map((b) => join(a, b)));

const familyEn = product(FAMILY_EN_FIRST, FAMILY_EN_LAST, (a, b) => a + b);
const givenZh = product(GIVEN_ZH_FIRST, GIVEN_ZH_LAST, (a, b) => a + b);

export const OWN_NAMES: Readonly<Record<Language, readonly string[]>> = {
  en: product(GIVEN_EN, familyEn, (given, family) => `${given} ${family}`),
  zh: product(FAMILY_ZH, givenZh, (family, given) => family + given),
};

/** In no pool: their families do not occur there. */
export const EXAMPLE_NAMES: Readonly<Record<Language, readonly string[]>> = {
  en: ["Tobias Quennel", "Ines Varga", "Milo Sandoz", "Petra Lindqvist", "Hugo Amari"],
  zh: ["欧阳青", "司徒远", "上官云", "慕容海", "诸葛宁"],
};
