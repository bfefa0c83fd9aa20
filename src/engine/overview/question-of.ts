// A question that a sentence answers, and what its answer may consist of: English sentences whose subject stands first
// and is short, turned round by rule. Whether it reads well is decided by the form of the sentence, whether it can be
// answered by the model (overview-maker.ts). A model of a hundred million parameters writes no questions that hold
// (docs/suggestions.md). Pure.
import { leansOnEarlier } from "../passages/follow-up.ts";
import { questionTerms } from "../words/rank-passages.ts";

export interface QuestionCandidate {
  readonly question: string;
  /** The part of the sentence that answers it. */
  readonly expected: string;
}

const MOST_SUBJECT_WORDS = 6;
const LONGEST_QUESTION = 110;
const SHORTEST_QUESTION = 14;
/** Of what somebody did; with fewer many did it: «Who looked for a moment?» */
const FEWEST_TERMS = 4;

/** They begin no subject that a question can name. */
const NO_SUBJECT =
  /^(?:In|On|At|By|For|From|With|Within|Without|After|Before|During|While|If|As|Although|Though|Since|Because|Under|Over|Between|Among|Through|Until|Unless|Whether|To|Of|About|Here|There|All|Some|Most|Many|Much|More|Few|Several|Each|Every|Any|One|Two|Three|Four|Five|Six|No|None|Nothing|Nobody|Only|Even|Not|His|Her|Its|Their|My|Our|Your|Perhaps|Often|Sometimes|Usually|Never|Always|Today|Let|\p{L}+ly|Like|Unlike|Given|Just|Quite|Rather|Indeed|People|Things)\b/u;
const BREAKS_SUBJECT =
  /[,;:()—–]|\b(?:that|which|who|whom|whose|when|where|if|while|as|because|but|or|and|although|after|before|since|until|it|he|she|they|we|you|not|also|only|to|by|with|from|at|than|is|are|was|were|has|have|had|can|could|will|would|may|might|must|should|do|does|did|be|been)\b/u;
const TAIL_BREAKS =
  /[;:—–(]|,? (?:but|although|though|whereas|while|which|who|where|when|so that)\b/u;

const TO_BE = "is|are|was|were";
const SUBJECT = String.raw`((?:The |An? )?[\p{L}\p{N}][\p{L}\p{N}’'. -]*?)`;
const DATED = new RegExp(
  `^${SUBJECT} (was|were) (\\p{Ll}+(?:ed|en|lt|ld|wn|un|nt|de|und|orn)) in ((?:\\p{Lu}\\p{Ll}+ )?1\\d{3}|20\\d\\d)\\b`,
  "u",
);
const PLACED = new RegExp(
  `^${SUBJECT} (${TO_BE}) (located|situated|held|kept|stored|buried|built|found|made) (?:in|at|near|on|under|behind|between|inside|beside) (.+)\\.$`,
  "u",
);
const CAUSED = new RegExp(`^${SUBJECT} (${TO_BE}) ((?:\\p{Ll}|[-’' ])+?) because (.+)\\.$`, "u");
const USED = new RegExp(`^${SUBJECT} (is|are|was|were) used (to|for) (.+)\\.$`, "u");
const DEFINED = new RegExp(`^${SUBJECT} (is|are) (an? |the |one of )(.+)\\.$`, "u");
/** What a person is; of those nobody asks what they are. */
const PERSON_NOUN = String.raw`(?:\p{Ll}+(?:ist|ician|ographer|opher|man|woman)|historian|writer|author|poet|novelist|king|queen|president|captain|doctor|pirate|sailor|engineer|teacher|officer|painter|composer|actor|actress|director|player|leader|minister|judge|lawyer|boy|girl|child|son|daughter|father|mother|brother|sister|wife|husband|friend|person|soldier|servant|squire|farmer|lady|lord|prince|princess|singer|inventor)`;
const IS_PERSON = new RegExp(`^(?:[\\p{L}-]+ ){0,4}${PERSON_NOUN}\\b`, "u");
const PERSON = new RegExp(
  String.raw`^(\p{Lu}\p{Ll}+(?: \p{Lu}[\p{Ll}.]*)* \p{Lu}\p{Ll}+) (was|is) (?:an? |the )(.+)\.$`,
  "u",
);
const DID = new RegExp(
  String.raw`^((?:Captain|Doctor|Dr\.?|Mr\.?|Mrs\.?|Miss|Sir|Lord|Lady|Professor|Squire|King|Queen|Prince|Saint) )?(\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+){0,2}) ((?:\p{Ll}{2,}ed|took|gave|made|found|came|went|wrote|built|began|led|ran|brought|kept|left|held|won|lost|sent|met|fell|rose|spoke|drew|threw|fought|caught|bought|sold|told|thought|knew|became|saw|stood) .+)\.$`,
  "u",
);
const DOES = new RegExp(
  `^${SUBJECT} (provides|contains|supports|includes|requires|means|describes|proposes|stores|controls|defines|specifies|represents|produces|consists of|depends on|measures|prevents|causes|determines|returns|creates) (.+)\\.$`,
  "u",
);

/** What the whole text tells of a word that begins a sentence. */
export interface Names {
  /** It stands in small letters elsewhere, so it is no name. */
  readonly isWord: (small: string) => boolean;
  /** It stands with a capital inside of sentences. */
  readonly isName: (word: string) => boolean;
  /** The name of somebody who speaks, or has a title. */
  readonly isPerson: (name: string) => boolean;
}

/** In the order in which they are worth asking; none for most sentences. `sentence` has single spaces. */
export function questionsOf(sentence: string, names: Names): QuestionCandidate[] {
  if (NO_SUBJECT.test(sentence)) return [];
  const found: QuestionCandidate[] = [];
  const inside = (subject: string) => subjectInside(subject, names) ?? "";
  const add = (question: string, expected: string, subject: string) => {
    const isNamed = isSubject(subject) && subjectInside(subject, names) !== undefined;
    const isShort = question.length >= SHORTEST_QUESTION && question.length <= LONGEST_QUESTION;
    if (isNamed && isShort && !leansOnEarlier(question.replace(/^\p{L}+ /u, "")))
      found.push({ question, expected });
  };
  let match = PERSON.exec(sentence);
  if (match) {
    const [, name = "", be = "", what = ""] = match;
    if (IS_PERSON.test(what)) add(`Who ${be} ${name}?`, what, name);
    if (IS_PERSON.test(what)) return found;
  }
  match = DID.exec(sentence);
  if (match) {
    const [, title = "", name = "", does = ""] = match;
    const subject = `${title}${name}`;
    const [did = ""] = does.split(/[,;:—–(]/u, 1);
    const isOne = questionTerms(did).length >= FEWEST_TERMS;
    if (isOne && names.isPerson(name.split(" ").at(-1)!)) {
      add(`Who ${did.trim()}?`, subject, subject);
    }
  }
  match = DATED.exec(sentence);
  if (match) {
    const [, subject = "", be = "", verb = "", when = ""] = match;
    add(`When ${be} ${inside(subject)} ${verb}?`, when, subject);
  }
  match = PLACED.exec(sentence);
  if (match) {
    const [, subject = "", be = "", verb = "", where = ""] = match;
    add(`Where ${be} ${inside(subject)} ${verb}?`, where, subject);
  }
  match = CAUSED.exec(sentence);
  if (match) {
    const [, subject = "", be = "", what = "", why = ""] = match;
    add(`Why ${be} ${inside(subject)} ${what}?`, why, subject);
  }
  match = USED.exec(sentence);
  if (match) {
    const [, subject = "", be = "", , what = ""] = match;
    add(`What ${be} ${inside(subject)} used for?`, what, subject);
    return found;
  }
  match = DEFINED.exec(sentence);
  if (match) {
    const [, subject = "", be = "", , what = ""] = match;
    if (!IS_PERSON.test(what) && isThing(subject, names)) {
      add(`What ${be} ${inside(subject)}?`, what, subject);
    }
  }
  match = DOES.exec(sentence);
  if (match) {
    const [, subject = "", verb = "", what = ""] = match;
    add(`What does ${inside(subject)} ${infinitive(verb)}?`, cutTail(what), subject);
  }
  return found;
}

function isSubject(subject: string): boolean {
  const words = subject.split(" ");
  if (words.length > MOST_SUBJECT_WORDS || BREAKS_SUBJECT.test(subject)) return false;
  // «The framework» is known from before; «The framework of the Tarn bridge» is not.
  if (words[0] === "The" && !/ (?:of|for|in|over) | \p{Lu}/u.test(subject)) return false;
  if (/^\p{L}+ing\b/u.test(subject)) return false; // something done
  return /\p{L}{3}/u.test(words.at(-1) ?? "") || /^\p{Lu}{2,}s?$/u.test(words.at(-1) ?? "");
}

/** As it stands in the middle of a sentence: a name keeps its capital. Undefined where that cannot be told. */
function subjectInside(subject: string, { isWord, isName }: Names): string | undefined {
  const [first = "", ...rest] = subject.split(" ");
  const small = first.toLowerCase();
  if (/^(?:the|an?)$/u.test(small)) return [small, ...rest].join(" ");
  if (!/^\p{Lu}\p{Ll}+$/u.test(first)) return subject; // an abbreviation, or not the first word
  const hasCapitals = rest.some((word) => /^\p{Lu}/u.test(word));
  if (hasCapitals) return rest.some((word) => /^\p{Lu}\p{Ll}/u.test(word)) ? subject : undefined;
  if (isWord(small)) return isName(first) ? undefined : [small, ...rest].join(" ");
  return rest.length === 0 && isName(first) ? subject : undefined;
}

/** Two names in a row may be a person's, unless the last is a word of the text: «Chilka Lake». */
function isThing(subject: string, { isWord }: Names): boolean {
  const words = subject.split(" ");
  const areNames = words.length > 1 && words.every((word) => /^\p{Lu}\p{L}+$/u.test(word));
  return !areNames || words[0] === "The" || isWord(words.at(-1)!.toLowerCase());
}

function infinitive(verb: string): string {
  return verb.replace(/^(\p{L}+?)s\b/u, (_, stem: string) => stem.replace(/ie$/u, "y"));
}

function cutTail(text: string): string {
  const at = text.search(TAIL_BREAKS);
  return at < 0 ? text : text.slice(0, at);
}
