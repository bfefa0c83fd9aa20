// Whether a sentence can be understood without those around it: nothing in it points elsewhere, nobody speaks, and it
// is a sentence and no heading, table or code. Strict, for there are many to choose from. Pure.

const SHORTEST = 45;
const LONGEST = 240;
const FEWEST_WORDS = 7;
/** Of all characters but spaces. */
const LEAST_LETTERS = 0.85;
const FOREIGN = /["“”„«»‹›‘{}<>|\\=_`*#~@[\]…]|\/\/|\.\.|--/u;
/** Of the words behind the first: more are names and titles than a sentence has. */
const MOST_CAPITALS = 0.35;
const ENDS = /[\p{L}\p{N})%]\.$/u;
/** One who speaks, is spoken to, or was named before; places and times that only the neighbours tell. */
const POINTING =
  /\b(?:I|me|my|mine|we|us|our|ours|you|your|yours|he|him|she|her|hers|this|these|those|(?:above|below)(?! (?:the|an?)\b)|following|former|latter|here|aforesaid|said)\b|\b(?:see|cf|fig|figure|table|chapter|section|eq)\b/iu;
/** It goes on with what stood before. */
const GOES_ON =
  /^(?:His|Her|And|But|Or|Nor|So|Yet|Thus|Then|Hence|Therefore|However|Moreover|Furthermore|Also|Instead|Otherwise|It|Its|They|Their|Them|That|Such|There|Another|Other|Others|Both|Either|Neither|Similarly|Likewise|Finally|First|Second|Third|Next|Now|Once|Still|Again|For example|For instance|In addition|In other words|Accordingly|Consequently|Nevertheless|Meanwhile|Afterwards|What|Who|How|Why|When|Where|Which|Yes|No|Well|Oh|As a result|As such|In particular|In fact|Of course|On the other hand|By contrast|In contrast|Note|Beware|Use|Click|Select|Choose|Press|Ensure|Make|Remember|Consider|Pause|Open)\b/u;

/** `sentence` has single spaces. */
export function standsAlone(sentence: string): boolean {
  if (sentence.length < SHORTEST || sentence.length > LONGEST) return false;
  if (!/^\p{Lu}/u.test(sentence) || !ENDS.test(sentence) || FOREIGN.test(sentence)) return false;
  if (GOES_ON.test(sentence) || POINTING.test(sentence)) return false;
  const words = sentence.split(" ");
  if (words.length < FEWEST_WORDS) return false;
  if (words.filter((word) => /^[\p{Lu}\p{N}\W]{2,}$/u.test(word)).length > words.length / 4) {
    return false; // a heading in capitals, a row of figures
  }
  const capitals = words.slice(1).filter((word) => /^\p{Lu}/u.test(word)).length;
  if (capitals > MOST_CAPITALS * words.length) return false;
  if (count(sentence, "—") > 1) return false; // headings in a row
  const letters = sentence.match(/\p{L}/gu)?.length ?? 0;
  if (letters < LEAST_LETTERS * sentence.replaceAll(" ", "").length) return false;
  return count(sentence, "(") === count(sentence, ")") && /\p{Ll}/u.test(sentence.slice(1, 30));
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
