// Words that join, refer, ask or affirm and tell nothing by themselves, in the languages that questions come in. Of the
// languages in Latin letters one is chosen by the question, because «die», «war» and «son» are words of English; those in
// other letters share no words. Pure.
import { fold, termsOf } from "../words/terms.ts";
import { readValues } from "./values.ts";

interface LanguageLists {
  readonly little: string;
  readonly asking: string;
  readonly affirming: string;
  readonly denying: string;
  readonly or: string;
  readonly and: string;
  /** In the order of values.ts; none where numbers are written in digits or cut into characters. */
  readonly numbers: string;
}

const ENGLISH: LanguageLists = {
  little:
    "a an the of in to and it its he she his her hers him i me my we us our you your they their them that this these " +
    "those there here as at by for from with on or but if so than then also into onto about because since while be is " +
    "are was were been being am has have had do does did will would can could may might shall should must one ones very " +
    "rather quite really just only even still too much more most such well other own himself herself itself " +
    "themselves who which text document passage says said say according answer question called named known located situated",
  asking: "what who whom whose which when where why how",
  affirming: "yes no yeah yep nope true false correct indeed",
  denying: "not cannot no nor never none nobody nothing neither without",
  or: "or",
  and: "and",
  numbers:
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand",
};

const LATIN: readonly LanguageLists[] = [
  ENGLISH,
  {
    little:
      "der die das den dem des ein eine einen einem einer eines und oder aber er sie es ihn ihm ihr ihre ihren ihrem sein seine " +
      "seinen seinem seiner ich mich mir wir uns du dich dir man sich dieser diese dieses diesen diesem jener jene dort hier " +
      "da als an am auf aus bei beim bis durch für gegen im in ins mit nach ohne seit über um unter von vom vor zu zum zur zwischen " +
      "ist sind war waren wird werden wurde wurden worden hat haben hatte hatten kann konnte soll sollte muss musste " +
      "wenn dass daß weil denn so auch nur noch sehr ganz eher schon doch mehr heißt heißen hieß genannt gelegen liegt lag befindet text antwort frage",
    asking:
      "was wer wen wem wessen wann wo wohin woher warum wieso weshalb wie welche welcher welches welchen welchem wieviel womit wodurch wofür worin nenne",
    affirming: "ja nein doch stimmt richtig falsch",
    denying: "nicht kein keine keinen keinem keiner nie niemals niemand nichts weder ohne",
    or: "oder",
    and: "und",
    numbers:
      "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend",
  },
  {
    little:
      "le la les un une des du de d l et ou mais il elle ils elles on lui leur leurs son sa ses ce cet cette ces c je j me m nous vous " +
      "se s y en à au aux dans par pour sur sous avec sans chez vers entre est sont était étaient été être a ont avait avaient sera fut furent " +
      "que qui dont si très plus aussi encore tout tous toute appelé appelée nommé nommée s'appelle situé située trouve texte réponse question",
    asking:
      "quel quelle quels quelles qui que quoi qu quand où pourquoi comment combien lequel laquelle",
    affirming: "oui non si vrai faux",
    denying: "ne n pas jamais aucun aucune rien non",
    or: "ou",
    and: "et",
    numbers:
      "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
  },
  {
    little:
      "el la los las lo un una unos unas de del al y e o u pero él ella ello ellos ellas le les se su sus este esta estos estas ese esa " +
      "esto eso aquel aquella yo me mi nos en por para con sin sobre entre hasta desde a ante es son era eran fue fueron ser sido está están " +
      "ha han había hay que si como muy más también todo toda llama llamado llamada situado situada ubicado ubicada encuentra texto respuesta pregunta",
    asking: "qué quién quiénes cuál cuáles cuándo dónde cómo cuánto cuánta cuántos cuántas porqué",
    affirming: "sí no cierto verdadero falso",
    denying: "no nunca nadie ningún ninguno ninguna nada sin jamás",
    or: "o u",
    and: "y e",
    numbers:
      "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien mil",
  },
  {
    little:
      "il lo la i gli le un uno una di del dello della dei degli delle a al allo alla ai alle da dal dalla in nel nella nei nelle con su sul " +
      "sulla per tra fra e ed o ma egli ella esso essa lui lei loro si ci suo sua suoi sue questo questa questi queste quello quella io mi è sono era erano " +
      "fu furono essere stato stata ha hanno aveva che se come molto più anche tutto tutta chiama chiamato chiamata situato situata trova testo risposta domanda",
    asking: "che cosa chi quale quali quando dove perché come quanto quanta quanti quante cos dov",
    affirming: "sì no vero falso",
    denying: "non no mai nessuno nessuna niente nulla senza né",
    or: "o oppure",
    and: "e ed",
    numbers:
      "due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento mille",
  },
  {
    little:
      "o a os as um uma uns umas de do da dos das em no na nos nas ao aos à por pelo pela para com sem sobre entre até desde e ou mas ele ela eles " +
      "elas lhe se seu sua seus suas este esta esse essa isto isso aquele aquela eu me é são era eram foi foram ser sido está estão há tem tinha " +
      "que se como muito mais também todo toda chama chamado chamada situado situada localizado localizada fica texto resposta pergunta",
    asking: "que quê quem qual quais quando onde porquê porque como quanto quanta quantos quantas",
    affirming: "sim não verdade falso",
    denying: "não nunca ninguém nenhum nenhuma nada sem jamais",
    or: "ou",
    and: "e",
    numbers:
      "dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito dezenove vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem mil",
  },
  {
    little:
      "de het een en of maar hij zij ze het hem haar hun zijn haar dit dat deze die er hier daar ik mij wij ons je van in op te aan bij met naar " +
      "om voor uit over door tot is was waren wordt werd werden geweest zijn heeft hebben had kan kon zal zou moet als dan ook nog zeer heel meer " +
      "heet genoemd gelegen ligt tekst antwoord vraag",
    asking: "wat wie wiens wanneer waar waarom hoe welke welk hoeveel waarheen",
    affirming: "ja nee waar onwaar",
    denying: "niet geen nooit niemand niets zonder",
    or: "of",
    and: "en",
    numbers:
      "twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien twintig dertig veertig vijftig zestig zeventig tachtig negentig honderd duizend",
  },
];

/** Chinese, Japanese, Korean, Thai as words are cut there; Russian, Arabic, Hindi. */
const OTHERS: LanguageLists = {
  little:
    "的 是 在 了 和 与 或 他 她 它 们 这 那 个 也 很 就 都 有 被 把 叫 叫做 位于 この その は が の に を で と も へ や です だ た ます でした である いる ある " +
    "それ これ 彼 彼女 という と言う 은 는 이 가 을 를 의 에 에서 로 으로 와 과 도 입니다 이다 그 그녀 คือ เป็น ของ ที่ และ ใน มี ก็ อยู่ ชื่อ ว่า เขา เธอ มัน " +
    "и в во на с со к ко из от до по о об у за для при над под а но или это этот эта эти тот та он она оно они его её ее их ему ей им я мы был была " +
    "было были есть быть является называется очень же бы что как также находится " +
    "في من إلى على عن مع هو هي هم هذا هذه ذلك كان كانت التي الذي أن إن قد و " +
    "है हैं था थी थे का की के को में से पर और यह वह ये वे ने भी एक",
  asking:
    "什么 谁 哪 哪里 哪儿 哪个 哪些 何时 为什么 怎么 怎样 多少 几 どこ 誰 だれ 何 なに なん いつ なぜ どう どの どれ どんな いくつ いくら 누구 무엇 어디 언제 왜 어떻게 어느 몇 " +
    "อะไร ใคร ไหน ที่ไหน เมื่อไร เมื่อไหร่ ทำไม อย่างไร เท่าไร กี่ " +
    "кто кого кому кем что чего чем где куда откуда когда почему зачем как какой какая какое какие какого сколько чей " +
    "ما ماذا من متى أين لماذا كيف كم أي कौन कहाँ कब क्यों कैसे कितने कितना किस किसने कौनसा",
  affirming:
    "是 是的 不 不是 对 有 没有 はい いいえ ええ 네 예 아니요 아니오 ใช่ ไม่ ไม่ใช่ да нет нет نعم لا हाँ नहीं",
  denying: "不 没 没有 不是 ない ません 않 ไม่ не нет никогда никто ничего ни без لا لم ليس नहीं",
  or: "或 或者 还是 または それとも 또는 หรือ или либо أو أم या",
  and: "和 与 と 와 과 และ и و और",
  numbers: "",
};

const OTHER_LETTERS = /(?!\p{Script=Latin})\p{L}/u;

export interface LittleWords {
  /** Tells nothing by itself. */
  readonly isLittle: (word: string) => boolean;
  readonly isAsking: (word: string) => boolean;
  readonly isAffirming: (word: string) => boolean;
  readonly isDenying: (word: string) => boolean;
  readonly or: ReadonlySet<string>;
  readonly and: ReadonlySet<string>;
  readonly isEnglish: boolean;
  /** Words of numbers, in digits. */
  readonly values: ReadonlyMap<string, string>;
}

type Read = Readonly<Record<Exclude<keyof LanguageLists, "numbers">, ReadonlySet<string>>> & {
  readonly values: ReadonlyMap<string, string>;
};

let languages: { readonly latin: readonly Read[]; readonly others: Read } | undefined;

/** In the language of the question, together with English, in which models answer. Words are those of `wordsOf`. */
export function littleWordsOf(question: string): LittleWords {
  languages ??= { latin: LATIN.map(readLists), others: readLists(OTHERS) };
  const { latin, others } = languages;
  const words = wordsOf(question);
  const hits = latin.map(
    ({ little, asking }) => words.filter((word) => little.has(word) || asking.has(word)).length,
  );
  const own = latin[hits.indexOf(Math.max(...hits))]!;
  const english = latin[0]!;
  const all = [own, english, others];
  const among = (list: Exclude<keyof Read, "values">) => (word: string) =>
    all.some((language) => language[list].has(word));
  const isAsking = among("asking");
  const isAffirming = among("affirming");
  const isJoining = among("little");
  const deniesAnywhere = among("denying");
  return {
    isLittle: (word) =>
      isJoining(word) || isAsking(word) || isAffirming(word) || deniesAnywhere(word),
    isAsking,
    isAffirming,
    // Portuguese «no» is «in the».
    isDenying: (word) => deniesAnywhere(word) && !own.little.has(word),
    or: new Set([...own.or, ...others.or]),
    and: new Set([...own.and, ...others.and]),
    // What a word is in the language of the question comes before what it is in English.
    values: new Map([...english.values, ...own.values]),
    isEnglish: own === english && !words.some((word) => OTHER_LETTERS.test(word)),
  };
}

function readLists(lists: LanguageLists): Read {
  const read = (list: string) => new Set(list.split(" ").flatMap(wordsOf));
  return {
    little: read(lists.little),
    asking: read(lists.asking),
    affirming: read(lists.affirming),
    denying: read(lists.denying),
    or: read(lists.or),
    and: read(lists.and),
    values: readValues(wordsOf(lists.numbers)),
  };
}

// Where words are not separated, the host's dictionary cuts them: what is compared here is not stored.
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** What Korean writes behind a noun, without a space. */
const PARTICLES =
  /(?<=\p{Script=Hangul}{2})(?:입니다|이다|이에요|예요|에서|으로|은|는|이|가|을|를|의|에|로|와|과|도)$/u;
let segmenter: Intl.Segmenter | undefined;

/** Words as they are compared: folded, with English endings cut off, whole where a script has no spaces. */
export function wordsOf(text: string): string[] {
  if (!UNSPACED.test(text)) return termsOf(text);
  segmenter ??= new Intl.Segmenter("en", { granularity: "word" });
  const words: string[] = [];
  for (const { segment, isWordLike } of segmenter.segment(fold(text))) {
    if (isWordLike !== true) continue;
    if (UNSPACED.test(segment)) words.push(segment.replace(PARTICLES, ""));
    else words.push(...termsOf(segment));
  }
  return words;
}
