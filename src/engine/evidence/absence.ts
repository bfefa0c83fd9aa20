// Whether a sentence of an answer says that the text does not tell, in the languages that models answer in. A sentence
// that only denies something («The tenant has not provided the document.») does not say so. Pure.

const TEXT = String.raw`(?:texts?|documents?|passages?|contexts?|excerpts?)\b`;
const TOLD =
  "(?:mentioned|stated|given|said|told|found|specified|provided|described|answered|available|contained|included|present|indicated|explained|discussed)";
const TELL =
  "(?:say|tell|mention|state|give|contain|specify|provide|answer|include|indicate|describe|discuss|reveal|explain)";
const WORDS = String.raw`(?:[\p{L}’'-]+ )`;
const DEUTSCHER = String.raw`(?:Text|Dokument|Abschnitt|Kontext|Ausschnitt|Passagen?|Textstellen?)\b`;
const IM = String.raw`(?:im|in (?:dem|diesem|den|diesen)|aus (?:dem|diesem|den)) ${WORDS}?${DEUTSCHER}`;
const FRANÇAIS = "(?:texte|document|passage|contexte|extrait)";
const ESPAÑOL = "(?:texto|documento|pasaje|contexto|fragmento)";

const ABSENT = [
  // English
  String.raw`\bnot (?:${WORDS}?${TOLD}\b[^.!?]*?\b)?(?:in|by|from|within) ${WORDS}{0,3}${TEXT}`,
  String.raw`\b${TEXT} (?:does|do|did) not ${WORDS}?${TELL}\b`,
  String.raw`\bno ${WORDS}?(?:information|mention|answer|indication|reference)\b.*\b${TEXT}`,
  String.raw`^there is no ${WORDS}?(?:information|mention|indication) (?:of|about|on|regarding|that|in)\b`,
  String.raw`^(?:(?:it|this|that) is )?not (?:in the text|mentioned|stated|specified|known|given|provided)\.?$`,
  String.raw`^(?:(?:I am )?sorry,? )?(?:but )?I (?:do not know|(?:cannot|can not|ca not|could not) (?:answer|find|tell|determine|say))\b`,
  String.raw`\b(?:it|this|that|answer|question) (?:cannot|can not|ca not|could not) be (?:answered|determined|inferred)\b`,
  String.raw`\banswer (?:cannot|can not|ca not|could not) be found\b`,
  String.raw`\b(?:cannot|can not|ca not|could not) be (?:answered|determined|found|inferred)\b.*\b${TEXT}`,
  // German
  String.raw`\bnicht ${WORDS}{0,2}${IM}`,
  String.raw`${IM} ${WORDS}{0,3}nicht ${WORDS}?(?:erwähnt|genannt|angegeben|gesagt|beschrieben|enthalten|beantwortet|zu finden|hervor)`,
  String.raw`\b(?:der|das|dieser|dieses) ${WORDS}?${DEUTSCHER} (?:sagt|nennt|erwähnt|enthält|gibt|beantwortet|verrät)\b[^.]*?\b(?:nichts?|keine\w*)\b`,
  String.raw`\bkeine ${WORDS}?(?:Angaben?|Informationen?|Antwort|Erwähnung)\b.*${IM}`,
  String.raw`^(?:das|dies|es) (?:ist|wird) nicht (?:bekannt|erwähnt|angegeben|genannt)\.?$`,
  String.raw`^(?:das )?(?:weiß ich|ich weiß (?:es|das)) nicht\b`,
  // French, Spanish
  String.raw`\b${FRANÇAIS} (?:ne |n')(?:(?:le|la|les|en) |l')?(?:dit|mentionne|précise|indique|contient|donne|répond)\b[^.]*?\b(?:pas|rien|aucune?)\b`,
  String.raw`\bn'est pas (?:mentionn|précis|indiqu|dit|donn)[^.]*\bdans ${WORDS}{1,2}${FRANÇAIS}\b`,
  String.raw`\b${ESPAÑOL} no (?:lo |la )?(?:menciona|dice|indica|especifica|contiene|proporciona)\b`,
  String.raw`\bno (?:se |está )?(?:menciona|dice|indica|especifica)[^.]*\ben ${WORDS}{1,2}${ESPAÑOL}\b`,
  // Russian, Chinese, Japanese
  String.raw`(?:^|\s)в ${WORDS}?(?:тексте|документе|отрывке)[^.]*\sне (?:упом|указ|сказ|говор|сообща|опис)`,
  String.raw`(?:текст|документ|отрывок) не (?:содержит|упоминает|сообщает|говорит)`,
  String.raw`(?:文中|原文|文本|文章|本文|文档|文件)[^。]{0,8}(?:没有|沒有|未|不)[^。]{0,4}(?:提|说明|說明|给出|給出|指出|包含)`,
  String.raw`(?:本文|テキスト|文書|文章)(?:に|では|から)[^。]*(?:ない|ません)`,
].map((pattern) => new RegExp(pattern, "iu"));

export function saysAbsent(sentence: string): boolean {
  const plain = sentence
    .trim()
    .replaceAll("’", "'")
    .replace(/n't\b/gi, " not")
    .replace(/\b(there|it|that)'s\b/gi, "$1 is");
  return ABSENT.some((pattern) => pattern.test(plain));
}
