// The encodings that a file without a declaration may have, each with the languages that were written
// in it. Letters of a language: the frequent ones first, then a bar and the rest of its alphabet.

export interface Language {
  readonly name: string;
  readonly frequent: ReadonlySet<string>;
  readonly alphabet: ReadonlySet<string>;
}

export interface Encoding {
  /** A label of the Encoding Standard, or a name of `CODE_PAGES`. */
  readonly label: string;
  readonly languages: readonly Language[];
  /** How much less plausible than others before anything is known of the text. */
  readonly rarity: number;
}

const language = (name: string, letters: string): Language => {
  const [frequent = "", rest = ""] = letters.normalize("NFC").split("|");
  const cased = frequent.toLocaleUpperCase("en") + rest + rest.toLocaleUpperCase("en");
  return { name, frequent: new Set(frequent), alphabet: new Set(cased) };
};

const WESTERN = [
  language("French", "éèàçêâîôûùëï|œæÿü"),
  language("German", "äöüß|é"),
  language("Spanish", "áéíóúñ|üçàèïòª º"),
  language("Portuguese", "ãõçáéíóúâêôà|ü"),
  language("Italian", "àèéìòù|îó"),
  language("Scandinavian", "åäöæø|éüàáèô"),
  language("Icelandic", "áéíóúýþæöð|"),
  language("Dutch", "éëïóèü|áêâçöä"),
];
const CENTRAL = [
  language("Polish", "ąćęłńóśźż|"),
  language("Czech", "áčďéěíňóřšťúůýž|"),
  language("Slovak", "áäčďéíľňóôšťúýž|ĺŕ"),
  language("Hungarian", "áéíóöőúüű|"),
  language("Romanian", "ăâîşţșț|"),
  language("Croatian", "čćđšž|"),
  language("German", "äöüß|é"),
];
const TURKISH = [language("Turkish", "çğıöşü|âîû\u0130"), language("Azeri", "çğıöşüə|\u0130")];
const BALTIC = [
  language("Lithuanian", "ąčęėįšųūž|"),
  language("Latvian", "āčēģīķļņšūž|"),
  language("Estonian", "äõöü|šž"),
];
const VIETNAMESE = [
  language(
    "Vietnamese",
    "ăâđêôơưàáãèéìíòóõùúý\u0300\u0301\u0303\u0309\u0323|ảạấầẩẫậắằẳẵặẹẻẽếềểễệỉịĩỏọốồổỗộớờởỡợủụũứừửữựỳỵỷỹ",
  ),
];
const CYRILLIC = [
  language("Russian", "оеаинтсрвлкмдпуяыьгзб|чйхжшюцщэфъё"),
  language("Ukrainian", "оаниівтреслкудмпзяьбгйч|ихцюєїшжщфґ"),
  language("Bulgarian", "аеиотнрсвлкдпмзъягубч|жшщцйхфью"),
  language("Serbian", "аиоенртсјвкдупмлзгбш|чцњжћљхђџф"),
];
const GREEK = [language("Greek", "αοιετνσηυρπκλμςάίόέ|ωθγδχφβξζψήύώϊϋΐΰ")];
const HEBREW = [
  language(
    "Hebrew",
    "יוהלאמתרבשנםכעדחק|פזטסגצךןףץ\u05b0\u05b1\u05b2\u05b3\u05b4\u05b5\u05b6\u05b7\u05b8\u05b9\u05bb\u05bc",
  ),
];
const ARABIC = [
  language("Arabic", "اليمنوترهبةدعسفكقأ|حجشصخطضذزثغظءئؤآإىىًٌٍَُِّْـ"),
  language("Persian", "ایرندهموتبسکشزگ|لفقخپجعحآغصطچذضظثژءئأ"),
];
const THAI = [language("Thai", "านรกอเงยลมวทดสคตปพ่้ัีิ็ุู์ไะหใจชขบ|แโึืผถซศธณษญฟฉฎฐภฒฑฮฝฬฆฏๆำ๊๋ฯ")];

const SIMPLIFIED = language(
  "Chinese",
  "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运|",
);
const TRADITIONAL = language(
  "Chinese",
  "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運|",
);
const KANA = String.fromCodePoint(
  ...Array.from({ length: 0x30ff - 0x3041 }, (_, i) => 0x3041 + i).filter(
    (code) => code !== 0x30fb,
  ),
);
const JAPANESE = language(
  "Japanese",
  `${KANA}日一国人年大十二本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半男西電校語土木聞食車何南万毎白天母火右読友左休父雨的会政市業場部員合立同発社事自民者新定分対現実代理関最全目手力度問化連法物体当動主開公意作用内回方性田通和機戦地|`,
);
const KOREAN = language(
  "Korean",
  "이다는의에을가고하지로은를한기도사자서어리나대그시아인것있해라수일부정게들주만과여보전스장공상면제원오적니조구성안었까음와간위무우연으중신소동습유미모경비방문않세개했때화선마국없생말|",
);

/** Of two that fit equally well the first is taken. */
export const ENCODINGS: readonly Encoding[] = [
  { label: "windows-1252", languages: WESTERN, rarity: 0 },
  { label: "windows-1251", languages: CYRILLIC, rarity: 1 },
  { label: "windows-1250", languages: CENTRAL, rarity: 1 },
  { label: "gb18030", languages: [SIMPLIFIED, TRADITIONAL], rarity: 1 },
  { label: "big5", languages: [TRADITIONAL], rarity: 1 },
  { label: "shift_jis", languages: [JAPANESE], rarity: 1 },
  { label: "euc-jp", languages: [JAPANESE], rarity: 2 },
  { label: "euc-kr", languages: [KOREAN], rarity: 1 },
  { label: "koi8-u", languages: CYRILLIC, rarity: 2 },
  { label: "ibm866", languages: CYRILLIC, rarity: 3 },
  { label: "iso-8859-5", languages: CYRILLIC, rarity: 3 },
  { label: "x-mac-cyrillic", languages: CYRILLIC, rarity: 3 },
  { label: "windows-1253", languages: GREEK, rarity: 1 },
  { label: "iso-8859-7", languages: GREEK, rarity: 2 },
  { label: "windows-1254", languages: TURKISH, rarity: 1 },
  { label: "windows-1255", languages: HEBREW, rarity: 1 },
  { label: "windows-1256", languages: ARABIC, rarity: 1 },
  { label: "iso-8859-6", languages: ARABIC, rarity: 3 },
  { label: "windows-1257", languages: BALTIC, rarity: 1 },
  { label: "iso-8859-4", languages: BALTIC, rarity: 3 },
  { label: "windows-1258", languages: VIETNAMESE, rarity: 1 },
  { label: "windows-874", languages: THAI, rarity: 1 },
  { label: "iso-8859-2", languages: CENTRAL, rarity: 2 },
  { label: "iso-8859-15", languages: WESTERN, rarity: 2 },
  { label: "macintosh", languages: WESTERN, rarity: 3 },
  { label: "cp850", languages: WESTERN, rarity: 3 },
  { label: "cp437", languages: WESTERN, rarity: 3 },
  { label: "cp852", languages: CENTRAL, rarity: 3 },
  { label: "cp737", languages: GREEK, rarity: 3 },
  { label: "cp857", languages: TURKISH, rarity: 3 },
  { label: "cp862", languages: HEBREW, rarity: 3 },
];

/** For text whose encoding says nothing about its language. */
export const ALL_LANGUAGES: readonly Language[] = [
  ...new Set(ENCODINGS.flatMap(({ languages }) => languages)),
];

const LATIN_1 = String.fromCharCode(...Array.from({ length: 96 }, (_, i) => 0xa0 + i));

/**
 * Upper halves of code pages: those of DOS, which the Encoding Standard leaves out, and that of Windows,
 * whose quotation marks and dashes some versions of Node decode as controls.
 */
export const CODE_PAGES: Readonly<Record<string, string>> = {
  "windows-1252": `€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ${LATIN_1}`,
  cp437:
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0",
  cp850:
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0",
  cp852:
    "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u00ad˝˛ˇ˘§÷¸°¨˙űŘř■\u00a0",
  cp737:
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀ωάέήϊίόύϋώΆΈΉΊΌΎΏ±≥≤ΪΫ÷≈°∙·√ⁿ²■\u00a0",
  cp857:
    "ÇüéâäàåçêëèïîıÄÅÉæÆôöòûùİÖÜø£ØŞşáíóúñÑĞğ¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ºªÊËÈ\ufffdÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµ\ufffd×ÚÛÙìÿ¯´\u00ad±\ufffd¾¶§÷¸°¨·¹³²■\u00a0",
  cp862:
    "אבגדהוזחטיךכלםמןנסעףפץצקרשת¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0",
};
