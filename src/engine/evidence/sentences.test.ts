import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sentencesIn, widenToSentences } from "./sentences.ts";

/** Widens the range of `part` in `text`. */
function widened(text: string, part: string): string {
  const start = text.indexOf(part);
  const range = widenToSentences(text, { start, end: start + part.length });
  return text.slice(range.start, range.end);
}

describe("sentences around a place", () => {
  test.each<[string, string, string, string]>([
    ["plain", "One came. Two went home. Three stayed.", "went", "Two went home."],
    ["several", "One came. Two went home. Three stayed.", "came. Two", "One came. Two went home."],
    [
      "title",
      "It rained. Mr. Arrow met Dr. Livesey there. Then",
      "Livesey",
      "Mr. Arrow met Dr. Livesey there.",
    ],
    [
      "initials",
      "See J. R. R. Tolkien at home. He wrote.",
      "Tolkien",
      "See J. R. R. Tolkien at home.",
    ],
    ["decimal", "It cost 3.50 pounds. Fine.", "50", "It cost 3.50 pounds."],
    ["version", "Use v1.2.3 of it. Then stop.", "2", "Use v1.2.3 of it."],
    ["z. B.", "Er aß z. B. Brot. Sie nicht.", "Brot", "Er aß z. B. Brot."],
    ["i. d. R.", "Das gilt i. d. R. Freitag. Gut.", "Freitag", "Das gilt i. d. R. Freitag."],
    ["т. д.", "Рыба, мясо и т. д. Потом ушёл.", "мясо", "Рыба, мясо и т. д."],
    ["janv.", "Né le 5 janv. 1990. Mort en 2001.", "1990", "Né le 5 janv. 1990."],
    ["a letter at an end", "He took vitamin c. A dog came.", "dog", "A dog came."],
    ["e.g.", "Use keys, e.g. the small one. It fits.", "small", "Use keys, e.g. the small one."],
    ["No.", "He took No. 5 to town. She walked.", "5", "He took No. 5 to town."],
    ["no at the end", "He said no. Then he left.", "said", "He said no."],
    ["art at the end", "She loved art. Her brother did not.", "loved", "She loved art."],
    ["etc. at the end", "Bolts, nuts, etc. Then came rain.", "nuts", "Bolts, nuts, etc."],
    ["etc. inside", "Bolts, nuts, etc. were there. Rain.", "nuts", "Bolts, nuts, etc. were there."],
    [
      "quotation",
      "She left. “Stop!” he cried aloud. “No.” Rain.",
      "Stop",
      "“Stop!” he cried aloud.",
    ],
    ["closing quote", "He said: “It is gone.” Nobody spoke.", "gone", "He said: “It is gone.”"],
    ["straight quotes", 'He said, "It is gone." Nobody spoke.', "gone", 'He said, "It is gone."'],
    ["brackets", "He went (it rained.) Then home.", "rained", "He went (it rained.)"],
    ["question", "Who came? The pilot. Nobody else!", "pilot", "The pilot."],
    ["ellipsis", "He thought… and then slept. Rain.", "thought", "He thought… and then slept."],
    ["heading", "Chapter One\n\nThe barge left.", "Chapter", "Chapter One"],
    ["paragraph", "It ended\n\nand began again. Good.", "began", "and began again."],
    ["Chinese", "初，武公娶于申。公曰：“可矣！”遂行。", "娶", "初，武公娶于申。"],
    ["Japanese", "船が来た。船長は田中です。雨。", "田中", "船長は田中です。"],
    ["Arabic", "جاء القبطان. أين السفينة؟ ذهبت.", "السفينة", "أين السفينة؟"],
    ["Devanagari", "नाव आई। कप्तान सो गया। बारिश।", "कप्तान", "कप्तान सो गया।"],
    ["Thai", "กัปตันมาแล้ว", "ตัน", "กัปตันมาแล้ว"],
    ["Greek", "Ήρθε. Πού είναι; Έφυγε.", "Ήρθε", "Ήρθε."],
    ["emoji", "Good 👩‍👩‍👧‍👦 day. Bad day.", "👩‍👧‍👦", "Good 👩‍👩‍👧‍👦 day."],
    ["whole text", "no end at all", "at", "no end at all"],
    ["U.S. inside", "The U.S. Army came. It won.", "Army", "The U.S. Army came."],
    ["U.S. at the end", "He lives in the U.S. She does not.", "lives", "He lives in the U.S."],
    ["initials together", "See J.R.R. Tolkien. He wrote.", "Tolkien", "See J.R.R. Tolkien."],
    ["a letter at the end", "Take vitamin C. It helps.", "Take", "Take vitamin C."],
    ["no before I", "He said no. I left.", "said", "He said no."],
    ["art before a name", "She loved art. Victoria did not.", "loved", "She loved art."],
    ["No. with I", "See vol. II of it. Fine.", "See", "See vol. II of it."],
    ["German day", "Am 3. Oktober kam er. Gut.", "kam", "Am 3. Oktober kam er."],
    ["German ordinal", "Der 2. Weltkrieg endete. Gut.", "endete", "Der 2. Weltkrieg endete."],
    [
      "German law",
      "Er kam. Gem. § 5 Abs. 1 S. 2 BGB haftet er. Vgl. Ziff. 3 dort.",
      "haftet",
      "Gem. § 5 Abs. 1 S. 2 BGB haftet er.",
    ],
    ["German quote", "„Halt!“, rief er. „Nein.“ Regen.", "Halt", "„Halt!“, rief er."],
    ["French quote", "« Halte ! » cria-t-il. « Non. » Fin.", "Halte", "« Halte ! » cria-t-il."],
    ["Russian street", "Он жил на ул. Ленина. Он умер.", "жил", "Он жил на ул. Ленина."],
    ["Arabic initial", "قال د. أحمد ذلك. انتهى.", "ذلك", "قال د. أحمد ذلك."],
    ["Chinese opening quote", "她点头。“不！”他喊道。", "不", "“不！”"],
    ["before it", "她点头。“不！”他喊道。", "点头", "她点头。"],
    [
      "Japanese quotation",
      "雨だ。「行こう。」と彼は言った。",
      "行こう",
      "「行こう。」と彼は言った。",
    ],
    ["number of a note", "She left.[1] They slept.[2][3] End.", "slept", "They slept.[2][3]"],
    ["raised number", "She left.¹ They slept.² End.", "slept", "They slept.²"],
  ])("%s", (_, text, part, sentence) => {
    expect(widened(text, part)).toBe(sentence);
  });

  test("a range of white space alone stays empty", () => {
    expect(widenToSentences("One.   Two.", { start: 4, end: 7 })).toEqual({ start: 7, end: 7 });
    expect(widenToSentences("", { start: 0, end: 9 })).toEqual({ start: 0, end: 0 });
  });

  test("an endless sentence is cut at a clause, not inside a word", () => {
    const text = `${"the sea was grey, and nobody spoke of it, ".repeat(60)}end.`;
    const at = text.indexOf("spoke", 1200);
    const { start, end } = widenToSentences(text, { start: at, end: at + 5 });
    expect(end - start).toBeLessThan(700);
    expect(end - start).toBeGreaterThan(200);
    expect(text.slice(start, end)).toMatch(/^(the sea|and nobody).*,$/);
  });

  const wrapped =
    "It is well known along the whole of the eastern coast that Captain\n" +
    "Merrow did not see the lighthouse of Saint Helier on that night, for\n" +
    "Mr.\nArrow, the mate, had covered the lamp. He was asleep in his cabin\n" +
    "and nobody woke him.";

  test.each(["\n", "\r\n"])("a line end %j that breaks a paragraph is none", (end) => {
    const text = `CHAPTER IV${end}${end}${wrapped.replaceAll("\n", end).replace(`Mr.${end}`, "Mr. ")}${end}${end}The Squire${end}`;
    const line = (part: string) => widened(text, part).replace(/\s+/g, " ");
    expect(line("lighthouse")).toMatch(/^It is well known .* covered the lamp\.$/);
    expect(line("woke")).toBe("He was asleep in his cabin and nobody woke him.");
    expect(line("CHAPTER")).toBe("CHAPTER IV");
  });

  test.each([
    ["verse", "O wild West Wind, thou breath of Autumn's being,\nThou, from whose unseen presence"],
    ["items", "- the rent of the first month is due at once\n- the deposit is due a month later"],
    [
      "numbered items",
      "1. Hold the large button for ten seconds\n2. Pull the plug out of the wall",
    ],
    ["rows", "Rated voltage of the motor     230 V\nRated current of the motor     1.5 A"],
    ["cells", "| name of the part | number |\n| the wheel | 5 |"],
    ["headings", "The Seven Seas and what lies behind\nby an unknown author of the last century"],
  ])("%s keep their lines", (_, text) => {
    const cut = sentencesIn(text, { start: 0, end: text.length });
    expect(cut.map(({ start, end }) => text.slice(start, end))).toEqual(text.split("\n"));
  });

  test("all sentences of a range, in order", () => {
    const text = "One came. Two went.\n\nThree! Four";
    const cut = sentencesIn(text, { start: 0, end: text.length });
    expect(cut.map(({ start, end }) => text.slice(start, end))).toEqual([
      "One came.",
      "Two went.",
      "Three!",
      "Four",
    ]);
  });
});

const pieces = fc.constantFrom(
  "word ",
  "Mr. ",
  "J. R. ",
  "3.5 ",
  "end. ",
  "Öl! ",
  "“No.” ",
  "(so) ",
  "\n\n",
  "\n",
  "… ",
  "船が来た。",
  "นาวา",
  "السفينة؟ ",
  "कप्तान। ",
  "👩‍👩‍👧‍👦",
  "e\u0301",
  "🇩🇪",
  "etc. ",
  "a",
  "x".repeat(80),
);
const anyText = fc.oneof(
  fc.array(pieces, { maxLength: 60 }).map((list) => list.join("")),
  fc.string({ unit: "grapheme", maxLength: 300 }),
);

describe("for any text and range", () => {
  const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

  test("what is widened covers the range, begins and ends with no white space and no cut grapheme", () => {
    fc.assert(
      fc.property(anyText, fc.nat(300), fc.nat(60), (text, from, length) => {
        const bounds = [...graphemes.segment(text)].map(({ index }) => index);
        const edges = new Set([...bounds, text.length]);
        // Ranges come at token bounds: whole graphemes.
        const start = bounds.findLast((bound) => bound <= from) ?? 0;
        const end = [...edges].find((bound) => bound >= start + length) ?? text.length;
        const range = widenToSentences(text, { start, end });
        const inner = text.slice(start, end);
        if (inner.trim() === "") return;
        expect(range.start).toBeLessThanOrEqual(start + inner.length - inner.trimStart().length);
        expect(range.end).toBeGreaterThanOrEqual(start + inner.trimEnd().length);
        const shown = text.slice(range.start, range.end);
        expect(shown).toBe(shown.trim());
        expect(edges.has(range.start)).toBe(true);
        expect(edges.has(range.end)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test("the sentences of a range follow one another and leave out nothing but white space", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let at = 0;
        for (const { start, end } of sentencesIn(text, { start: 0, end: text.length })) {
          expect(text.slice(at, start).trim()).toBe("");
          expect(end).toBeGreaterThan(start);
          at = end;
        }
        expect(text.slice(at).trim()).toBe("");
      }),
    );
  });

  test("widening twice changes nothing, except for endless sentences", () => {
    fc.assert(
      fc.property(anyText, fc.nat(300), fc.nat(60), (text, start, length) => {
        const once = widenToSentences(text, { start, end: start + length });
        if (once.end - once.start > 400) return;
        expect(widenToSentences(text, once)).toEqual(once);
      }),
      { numRuns: 400 },
    );
  });
});
