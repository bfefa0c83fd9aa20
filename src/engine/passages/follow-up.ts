// A question that leans on the turn before it («What is his first name?») as one that can be searched for:
// with the words of that turn. English and German, French, Spanish pronouns; a question in another language
// leans only when it has hardly any words. Pure.
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

const REFERRING = new Set(
  (
    "he she it they him her them his hers its their theirs himself herself itself this that these those there " +
    "then one ones same former latter other others else " +
    "er sie es ihn ihm ihr ihre sein seine dieser diese dieses dort damals " +
    "il elle ils elles lui leur leurs son sa ses celui celle ceux y " +
    "ella ellos ellas su sus esto eso ese esa alli"
  ).split(" "),
);
const CONTINUES =
  /^(?:and|but|so|or|why|how so|what about|how about|und|warum|wieso|et|pourquoi|y|por que)\b/;
/** A question of fewer telling words cannot be searched by itself. */
const FEW_TERMS = 2;
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
  const folded = fold(question).trim();
  if (CONTINUES.test(folded)) return true;
  const words = folded.match(/[\p{L}\p{M}]+/gu) ?? [];
  if (words.some((word) => REFERRING.has(word))) return true;
  return questionTerms(question).length < FEW_TERMS;
}
