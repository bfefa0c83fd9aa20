// A question that leans on the turn before it («What is his first name?») as one that can be searched for:
// with the words of that turn. English and German, French, Spanish pronouns, some Russian, Chinese, Japanese and Korean
// ones; a question in another language leans only when it has hardly any words. Pure.
import { questionTerms } from "../words/rank-passages.ts";
import { fold } from "../words/terms.ts";

export interface EarlierTurn {
  readonly question: string;
  readonly answer: string;
}

export interface SearchQuestion {
  readonly question: string;
  /** Words of the earlier turn, to be searched at a lower weight; empty for a question that stands alone. */
  readonly carried: string;
}

/** They refer to whom the question names before them, where it names somebody: «What did Merrow tell his wife?» */
const BOUND = new Set(
  (
    "he she his her hers its their theirs himself herself itself themselves " +
    "il elle ils elles son sa ses leur leurs suo sua suoi egli loro seu seus suas"
  ).split(" "),
);
/** Without its accent it is the article; the French word is bound alike. */
const SPANISH_HE = /(?<![\p{L}\p{M}])él(?![\p{L}\p{M}])/giu;
/** «Ahabs Frau»: one in German who stands there by name, and to whom the words behind it refer. */
const GERMAN_OWNER = /(?<=\p{Ll}\s+)\p{Lu}\p{Ll}+(?:s|['’])\s+\p{Lu}\p{Ll}/u;
const GERMAN_POSSESSIVE = /^(?:ihr|sein)(?:e|er|em|en|es)?$/;
const REFERRING = new Set(
  (
    "it they him them this that these those there then afterwards one ones same former latter other others else " +
    "er sie es ihn ihm ihnen ihr ihre ihrer ihrem ihren ihres sein seine seiner seinem seinen seines dieser diese " +
    "dieses diesem diesen dort damals danach dann davon dafur damit darin daran darauf daraus dabei deren dessen " +
    "lui celui celle ceux y " +
    "ella ellos ellas su sus esto eso ese esa alli " +
    "он она они его ее их ему им него нее них"
  ).split(" "),
);
/** As words of politeness they stand for the reader. */
const POLITE = /^(?:Sie|Ihr|Ihre[nmrs]?|Ihnen)$/;
const UNSPACED = /(?<!其)[他她它]|彼|その|それ(?!ぞれ)|그녀|그의|그는/u;
// What looks like a pronoun and refers to nothing said before.
const THERE_IS =
  /\b(?:(?:is|are|was|were|be|been) there(?= \p{L})|there (?:is|are|was|were|be)|es gibt|gibt es|gab es)\b/gu;
const IT_IS =
  /\b(?:it (?:cost|take|possible|allowed|necessary|permitted|forbidden|legal|safe|important|easy|hard)(?: \p{L}+){0,2} to|es (?:erlaubt|moglich|notig|verboten|gestattet|notwendig|zulassig))\b/gu;
const THAT_WHICH = /(?<=\b(?:the|an?|any|every|all|some|no) \p{L}+ )that(?= \p{L})/gu;
/** The text itself. */
const THIS_TEXT =
  /\b(?:(?:this|dies\p{L}+) (?:agreement|contract|lease|book|novel|story|text|document|manual|guide|report|paper|article|vertrag|vertrage?s|buch|buche?s|textes|dokuments?|handbuch|bericht|artikel|geschichte|anleitung))\b/gu;
const CONTINUES = /^(?:and|but|what about|how about|tell me more|go on|und|et|y)\b/;
const ASKS_ON = /^(?:so|or|why|how so|warum|wieso|pourquoi|por que)\b/;
const REFERS_AT_END = /\b(?:her|das|cela|ca)\s*\?$/;
const ASKS = /^(?:who|whom|whose|what|which|where|when|how|qui|que|quel|quien|cual|donde)/;
/** A question of fewer telling words cannot be searched by itself, */
const FEW_TERMS = 2;
/** nor one that asks on about what was said. */
const FEW_TERMS_ASKING_ON = 3;
/** An answer says who is meant in its beginning; a long one brings words about other things. */
const ANSWER_CHARACTERS = 200;

/** `earlier` oldest first. A turn that itself leaned on the one before it brings that one along. */
export function searchQuestion(question: string, earlier: readonly EarlierTurn[]): SearchQuestion {
  const carried: string[] = [];
  let leaning = question;
  for (const turn of earlier.toReversed()) {
    if (!leansOnEarlier(leaning)) break;
    carried.push(turn.question, turn.answer.slice(0, ANSWER_CHARACTERS));
    leaning = turn.question;
  }
  return { question, carried: carried.join(" ") };
}

/** Whether the question refers to something that it does not name. */
export function leansOnEarlier(question: string): boolean {
  const folded = fold(question.normalize("NFC").replace(SPANISH_HE, "elle")).trim();
  if (CONTINUES.test(folded) || REFERS_AT_END.test(folded) || UNSPACED.test(folded)) return true;
  const further: readonly string[] = (question.match(/[\p{L}\p{M}]+/gu) ?? []).slice(1);
  const polite = further.filter((word) => POLITE.test(word)).length;
  let plain = folded;
  for (const idle of [THERE_IS, IT_IS, THAT_WHICH, THIS_TEXT]) plain = plain.replace(idle, " ");
  const words: readonly string[] = plain.match(/[\p{L}\p{M}]+/gu) ?? [];
  const isOwned = GERMAN_OWNER.test(question);
  const referring = words.filter(
    (word) => REFERRING.has(word) && !(isOwned && GERMAN_POSSESSIVE.test(word)),
  ).length;
  if (referring > polite) return true;
  const name = further.find((word) => /^\p{Lu}\p{Ll}/u.test(word));
  const named = name === undefined ? -1 : words.indexOf(fold(name));
  const bound = words.findIndex((word) => BOUND.has(word));
  if (bound >= 0 && !(named >= 0 && named < bound)) return true;
  // A name alone can be searched: «Who is Ishmael?»
  if (named >= 0 && ASKS.test(folded)) return false;
  const terms = questionTerms(question).length;
  return terms < (ASKS_ON.test(folded) ? FEW_TERMS_ASKING_ON : FEW_TERMS);
}
