// Characters of the fonts that draw symbols in the places of letters. Word stores them in the private area,
// U+F020 … U+F0FF, or as plain codes; what they show depends on the font.
// Source: the encoding of Adobe's Symbol; for the others what Unicode took from them.

/** From 0x20 on and from 0xa0 on, without gaps. */
const SYMBOL_LOW =
  " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼";
const SYMBOL_HIGH =
  "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪ 〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭";

type Places = ReadonlyMap<number, string>;

const run = (first: number, characters: string): [number, string][] =>
  Array.from(characters, (character, i) => [first + i, character]);

const WINGDINGS: Places = new Map([
  ...run(0x28, "☎✆✉"),
  ...run(0x45, "☜☞☝☟"),
  ...run(0x4a, "☺"),
  ...run(0x4c, "☹"),
  ...run(0x52, "☑☒"),
  ...run(0x6c, "●"),
  ...run(0x6e, "■☐"),
  ...run(0x75, "◆❖"),
  ...run(0x80, "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿"),
  ...run(0x9f, "•"),
  ...run(0xa3, "☐"),
  ...run(0xa7, "▪☐"),
  ...run(0xab, "★"),
  ...run(0xb7, "•"),
  ...run(0xd8, "➢"),
  ...run(0xdf, "←→↑↓"),
  ...run(0xe8, "➔"),
  ...run(0xef, "⇦⇨⇧⇩"),
  ...run(0xfb, "✗✓☒☑"),
]);
const WINGDINGS_2: Places = new Map([
  ...run(0x4f, "✗✓☒☑☒"),
  ...run(0x69, "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿"),
  ...run(0x97, "●"),
  ...run(0xa2, "■☐"),
]);
const WINGDINGS_3: Places = new Map([...run(0x66, "←→↑↓"), ...run(0x70, "▲▼"), ...run(0x74, "◀▶")]);
const WEBDINGS: Places = new Map([...run(0x61, "✓"), ...run(0x63, "☐"), ...run(0x72, "✗")]);
const SYMBOL: Places = new Map([...run(0x20, SYMBOL_LOW), ...run(0xa0, SYMBOL_HIGH)]);

const FONTS: Readonly<Record<string, Places>> = {
  symbol: SYMBOL,
  wingdings: WINGDINGS,
  "wingdings 2": WINGDINGS_2,
  "wingdings 3": WINGDINGS_3,
  webdings: WEBDINGS,
};

/** Whether letters in this font are drawn as symbols. */
export function isSymbolFont(font: string): boolean {
  return Object.hasOwn(FONTS, font.toLowerCase());
}

/** What the character shows in the font; "" for a picture that no text has a character for. */
export function symbolIn(font: string, code: number): string {
  const name = font.toLowerCase();
  const places = Object.hasOwn(FONTS, name) ? FONTS[name]! : undefined;
  const isPrivate = code >= 0xf000 && code <= 0xf0ff;
  if (places)
    return code > 0xff && !isPrivate ? String.fromCodePoint(code) : (places.get(code & 0xff) ?? "");
  // An unknown font: Wingdings draws most of what people set in private places.
  if (isPrivate) return WINGDINGS.get(code & 0xff) ?? "";
  return code > 0 && code <= 0xffff && (code < 0xd800 || code > 0xdfff)
    ? String.fromCodePoint(code)
    : "";
}

/** Text with the characters of the private area as what they show. */
export function withSymbols(text: string, font: string): string {
  const places = isSymbolFont(font) ? /[\u0020-\u00ff\uf020-\uf0ff]/g : /[\uf020-\uf0ff]/g;
  return text.replace(places, (character) => symbolIn(font, character.charCodeAt(0)));
}
