// The question in what somebody wrote: «Hi! I am reading this for my class. Could you tell me who runs the inn? Thanks!»
// asks who runs the inn. What is said around it finds other passages, and a small model that was trained on bare
// questions takes it for what the text should tell. Left out is only what speaks of the one who asks or the one who
// answers, beside a question that stands by itself. English, German, and the commonest of French, Spanish, Italian, Portuguese,
// Dutch. Pure.
import { sentencesIn } from "../evidence/sentences.ts";
import { questionTerms } from "../words/rank-passages.ts";
import { fold } from "../words/terms.ts";
import { leansOnEarlier } from "./follow-up.ts";

const words = (list: string) => new Set(list.split(" "));

/** Folded. What is a common word of another of these languages is missing («du», «favor», «notre»). */
const PERSONAL = words(
  "me my we our you your yours please thanks thank hi hello hey sorry " +
    "ich mir mich mein meine meinen meiner meinem wir uns unser unsere unseren dir dich dein deine deinen bitte danke hallo " +
    "je moi nous vous votre merci bonjour yo usted ustedes gracias hola " +
    "io grazie ciao vorrei obrigado obrigada ola ik mij mijn jij jouw graag bedankt alsjeblieft",
);
/** «I am», not «Henry I was». */
const I = /(?<!\p{Lu}\p{Ll}+\s)\bI(?=['’]\p{Ll}|\s\p{Ll})/u;
/** Not at the beginning of a sentence, where «Sie» may be she or they. */
const GERMAN_YOU = /(?<=\p{L},?\s)(?:Sie|Ihnen|Ihre[nmrs]?)\b/u;
/** How the answer should be: «Answer briefly.» */
const MANNER =
  /^(?:answer|reply|respond|be (?:brief|concise|short|precise|exact)|keep (?:it|the answer)|antworte|repond|responde|rispondi|antwoord)/;
/** What it rests on, or must be written with, is not left out. */
const EXACT = /[\p{N}"“”„«»‘]/u;

/** In any language; how a question begins is known of those above. */
const ENDS_ASKING = /[?？؟][\p{P}\s]*$/u;
const ASKING_WORD =
  "(?:(?:in|on|at|of|to|for|from|by|with|about|under|into|after|before|since|until) )?(?:who|whom|whose|what|which|where|when|why|how|if|whether)\\b|" +
  "(?:(?:in|an|auf|aus|bei|mit|nach|seit|von|vor|zu) )?(?:wer|wen|wem|wessen|was|welche[rsnm]?|wo|woher|wohin|wann|warum|wieso|wie|ob)\\b|" +
  "(?:qui|que|quel(?:le)?s?|ou|quand|pourquoi|comment|combien|si|quien|cual|donde|cuando|como|cuanto|chi|che|cosa|quale|dove|quando|perche|come|quanto|quem|qual|onde|wie|wat|welke?|waar|wanneer|waarom|hoe|of)\\b";
const BEGINS_ASKING = new RegExp(`^(?:${ASKING_WORD})`);
/** Before all else, in any number. */
const GREETING = "^(?:(?:hi|hello|hey|please|so|ok|okay|hallo|bitte|bonjour|hola|ciao)[,!]? )*";
/** Somebody is asked to answer: what follows is the question. */
const FRAME = new RegExp(
  GREETING +
    "(?:(?:(?:can|could|would|will) you (?:please |kindly )?|please |i(?:['’]d| would) like you to )?(?:tell|show|explain(?: to)?|remind|let) (?:me|us)(?: know)?(?: please)?|" +
    "(?:can|could|would|will) you (?:please |kindly )?(?:explain|say|tell|find out|look up|describe)|" +
    "do you (?:happen to )?(?:know|remember)|" +
    "i(?:['’]d| would)? (?:like|want|need|love) to know|i(?:['’]m| am| was) (?:wondering|curious|interested in)|i wonder|i (?:can['’]t|cannot|don['’]t) (?:remember|recall|know)|" +
    "(?:kannst du|konnen sie|konntest du|konnten sie)(?: mir| uns)?(?: bitte)? (?:sagen|erklaren|verraten)|(?:sag|sage|sagen sie|erklar|erklaren sie) (?:mir|uns)(?: bitte)?|" +
    "weisst du|wissen sie|ich (?:mochte|will|wurde gern(?:e)?) wissen|ich frage mich|" +
    "(?:peux-tu|pouvez-vous|pourrais-tu|pourriez-vous) (?:me|nous) dire|(?:dis|dites)-(?:moi|nous)|je (?:voudrais|veux|aimerais) savoir|" +
    "(?:puedes|puede|podrias|podria) decirme|dime|digame|me gustaria saber|quiero saber|" +
    "(?:puoi|puo|potresti|potrebbe) dirmi|dimmi|vorrei sapere|(?:pode|poderia) me dizer|gostaria de saber|" +
    "(?:kun je|kunt u|zou je) (?:me|mij) (?:vertellen|zeggen)|ik (?:wil|zou) (?:graag )?weten)" +
    `[,:]? (?=${ASKING_WORD})`,
);
/** Asked for help, not for what a text says. */
const FOR_HELP = new RegExp(
  GREETING +
    "(?:(?:can|could|would|will|may|might) (?:you|i|we)\\b.*\\b(?:help|ask|question|favou?r|assist)|how are you|" +
    "(?:kannst du|konnen sie|konntest du|konnten sie|darf ich)\\b.*\\b(?:helfen|fragen|frage))",
);
/** Why somebody asks. */
const OCCASION =
  /\b(?:read|reading|stud(?:y|ying|ies)|class|course|exam|test|essay|talk|presentation|homework|remember|forgot(?:ten)?|book|novel|story|text|document|manual|chapter|lese|gelesen|kurs|prufung|referat|vortrag|aufsatz|hausaufgaben?|buch|roman|dokument|handbuch|kapitel)\b/;
/** Of a list, or of a form. */
const LABEL = /^\s*(?:[-*•–]\s+|\(?\d{1,2}[.)]\s+|(?:q|question|frage)\s?\d*\s?[:.)]\s*)/iu;
const ENDS_LINE = /[.?!:…？！。]$/u;
const BEGINS_ITEM = /^(?:[-*•–]|\(?\d{1,2}[.)])\s/u;
/** A longer message holds a text of its own. UTF-16 units. */
const MOST_CHARACTERS = 4_000;
/** More are a form to be filled in. */
const MOST_QUESTIONS = 6;
/** «Is it a whale? Or a fish?» is one question. */
const JOINED = /^[¿\s]*(?:or|and|but|oder|und|aber|ou|et|mais|o|y|pero|e|ma|of|en|maar)\b/;
/** Every question here is put to the text. */
const SOURCE =
  /,?\s*\b(?:according to (?:the|this) (?:text|book|document|novel|story|passage|article|manual|guide)|laut (?:dem |diesem )?(?:text|buch|dokument|handbuch|vertrag|roman))\b,?/iu;

/** The question as it is where nothing can be left out. */
export function bareQuestion(said: string): string {
  if (said.length > MOST_CHARACTERS) return said;
  const bare = keptSentences(said).join(" ").trim();
  return questionTerms(bare).length > 0 ? bare : said;
}

/**
 * The questions of a message that asks several, in its order, the first one able to stand by itself: «1. Who runs the
 * inn? 2. When does it close?» Empty for any other message.
 */
export function separateQuestions(said: string): string[] {
  if (said.length > MOST_CHARACTERS) return [];
  const kept = keptSentences(said);
  if (kept.length < 2 || kept.length > MOST_QUESTIONS) return [];
  const isSeparate = kept.every(
    (one) => ENDS_ASKING.test(one) && !isPersonal(one) && !JOINED.test(fold(one)),
  );
  return isSeparate && !leansOnEarlier(kept[0]!) ? kept : [];
}

function keptSentences(said: string): string[] {
  const sentences = linesOf(isShouted(said) ? said.toLowerCase() : said)
    .flatMap((line) =>
      sentencesIn(line, { start: 0, end: line.length }).map(({ start, end }) =>
        line.slice(start, end),
      ),
    )
    .map((sentence) => withoutLabel(sentence.trim()))
    .filter((sentence) => sentence !== "");
  const asked = sentences.map(withoutFrame);
  const lastAsked = sentences.findLastIndex(isAsking);
  const standsAlone = asked.some(
    (one, i) => isAsking(sentences[i]!) && !isPersonal(one) && !leansOnEarlier(one),
  );
  return asked.filter((_, i) => {
    const sentence = sentences[i]!;
    if (isIdle(sentence)) return false;
    const isDetail = isAsking(sentence) || EXACT.test(sentence) || !isPersonal(sentence);
    if (isDetail || lastAsked < 0) return true;
    // «Who are they?» may mean somebody of whom was spoken before; not afterwards, and not an occasion to ask.
    return !standsAlone && i < lastAsked && !OCCASION.test(fold(sentence));
  });
}

/** Those that go on in the next one are joined. */
function linesOf(said: string): string[] {
  const lines: string[] = [];
  for (const line of said.split("\n").map((one) => one.trim())) {
    const before = lines.at(-1);
    const isNew = before === undefined || ENDS_LINE.test(before) || BEGINS_ITEM.test(line);
    if (isNew) lines.push(line);
    else if (line !== "") lines[lines.length - 1] = `${before} ${line}`;
  }
  return lines;
}

/** Nobody asks anything of a text with it. */
function isIdle(sentence: string): boolean {
  const folded = fold(sentence);
  const isGreeting = wordsOf(folded).every((word) => PERSONAL.has(word));
  return isGreeting || (!EXACT.test(sentence) && FOR_HELP.test(folded));
}

/** «1. Weltkrieg: wann begann er?» has none. */
function withoutLabel(said: string): string {
  const rest = said.replace(LABEL, "");
  return BEGINS_ASKING.test(fold(rest)) ? rest : said;
}

/** In capitals throughout; a few letters may be an abbreviation. */
function isShouted(said: string): boolean {
  return said !== said.toLowerCase() && said === said.toUpperCase() && wordsOf(said).length > 3;
}

const wordsOf = (folded: string): readonly string[] => folded.match(/[\p{L}\p{M}]+/gu) ?? [];

function isAsking(sentence: string): boolean {
  return ENDS_ASKING.test(sentence) || BEGINS_ASKING.test(fold(sentence));
}

function isPersonal(sentence: string): boolean {
  const folded = fold(sentence);
  const asPerson = I.test(sentence) || GERMAN_YOU.test(sentence) || MANNER.test(folded);
  return asPerson || wordsOf(folded).some((word) => PERSONAL.has(word));
}

/** Words are counted, for folded ones may be longer. */
function withoutFrame(sentence: string): string {
  const frame = FRAME.exec(fold(sentence))?.[0].trim().split(/\s+/).length ?? 0;
  const asked = sentence.split(/\s+/).slice(frame).join(" ").replace(SOURCE, "").trim();
  const isCut = frame > 0 || SOURCE.test(sentence);
  return isCut ? asked.charAt(0).toUpperCase() + asked.slice(1) : sentence;
}
