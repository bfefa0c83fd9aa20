import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { cutPassage, PASSAGE_CHARACTERS } from "./passage-cuts.ts";
import { rankPassages } from "./rank-passages.ts";
import { termsOf } from "./terms.ts";
import { buildWordIndex, WordIndex, WordIndexBuilder } from "./word-index.ts";

describe("terms", () => {
  test.each<[string, string[]]>([
    ["The Captain's ships", ["the", "captain", "ship"]],
    ["Émile’s CAFÉ, naïve", ["emil", "cafe", "naiv"]],
    ["l’homme aujourd'hui", ["l", "homm", "aujourd", "hui"]],
    ["don't O'Brien", ["don", "o", "brien"]],
    ["1,024 spans, 3.50 kg, 12,5 m", ["1024", "span", "3.50", "kg", "12,5", "m"]],
    [
      "1 500 km, 12\u202f000, 1’500",
      ["1", "500", "1500", "km", "12", "000", "12000", "1", "500", "1500"],
    ],
    ["in 1851 300 men, 5, 100, 0 500", ["in", "1851", "300", "men", "5", "100", "0", "500"]],
    ["١٢٣ ２４ ४२", ["123", "24", "42"]],
    ["Straße Łódź Øre", ["strass", "lodz", "or"]],
    ["Ёлка и йод", ["елка", "и", "иод"]],
    ["أحمد أَحْمَد", ["احمد", "احمد"]],
    ["हिन्दी में", ["हिन्दी", "में"]],
    ["東京都に", ["東京", "京都", "都に"]],
    ["王", ["王"]],
    ["서울에서", ["서울", "울에", "에서"]],
    ["iPhone日本", ["iphon", "日本"]],
    ["ภาษาไทย", ["ภาษ", "าษา", "ษาไ", "าไท", "ไทย"]],
    ["ma\u00adchine zero\u200dwidth", ["machin", "zerowidth"]],
    ["𝐄nergy ℡ GROẞ İZMİR ΣΊΣΥΦΟΣ", ["energi", "tel", "gross", "izmir", "σισυφοσ"]],
    ["— … !", []],
  ])("of %j", (text, terms) => {
    expect(termsOf(text)).toEqual(terms);
  });

  test("no term is empty, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(termsOf(`${text}ʼʼ ʼ`).every((term) => term.length > 0)).toBe(true);
      }),
    );
  });
});

describe("cuts", () => {
  const pieces = (text: string, length: number) => {
    const cut: string[] = [];
    for (let at = 0; at < text.length; at += cut.at(-1)!.length) {
      cut.push(text.slice(at, at + cutPassage(text.slice(at), length)));
    }
    return cut;
  };

  test("end where a paragraph or a sentence ends, as near to the wanted length as that allows", () => {
    const text =
      "One short sentence. Another one here. And a third.\n\nA new paragraph begins. It ends.";
    expect(pieces(text, 40)).toEqual([
      "One short sentence. Another one here. And a third.\n\n",
      "A new paragraph begins. It ends.",
    ]);
  });

  test("a text without any end is cut between characters", () => {
    const text = "\u{1F58B}".repeat(200);
    for (const piece of pieces(text, 41)) expect(piece.isWellFormed()).toBe(true);
  });

  test("give the text back, in lengths from half to one and a half", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 2000 }), (text) => {
        const cut = pieces(text, 50);
        expect(cut.join("")).toBe(text);
        for (const piece of cut) expect(piece.length).toBeLessThanOrEqual(75);
        for (const piece of cut.slice(0, -1)) expect(piece.length).toBeGreaterThanOrEqual(25);
      }),
    );
  });
});

const prose = fc
  .array(
    fc.constantFrom(
      "ink ",
      "Öl ",
      "span. ",
      "A ",
      "船が来た。",
      "\n\n",
      "12 ",
      "\u{1F58B}",
      "barge, ",
    ),
  )
  .map((words) => words.join(""));

function indexOf(text: string, passageCharacters = PASSAGE_CHARACTERS): WordIndex {
  const builder = new WordIndexBuilder(passageCharacters);
  builder.add(text);
  return builder.finish();
}

describe("the index", () => {
  test("does not depend on the pieces in which the text came", async () => {
    const long = "The barge left. Nobody saw her, they said; the pilot slept.\n\n".repeat(3000);
    expect((await buildWordIndex(long)).bytes).toEqual(indexOf(long).bytes);
    fc.assert(
      fc.property(prose, fc.array(fc.nat(200)), (text, sizes) => {
        const builder = new WordIndexBuilder(40);
        let at = 0;
        for (const size of sizes) {
          builder.add(text.slice(at, at + size));
          at += size;
        }
        builder.add(text.slice(at));
        expect(builder.finish().bytes).toEqual(indexOf(text, 40).bytes);
      }),
    );
  });

  test("comes back from its bytes and holds every word of every passage", () => {
    fc.assert(
      fc.property(prose, (text) => {
        const index = WordIndex.decode(indexOf(text, 40).bytes.slice(), text.length);
        for (let passage = 0; passage < index.passages; passage++) {
          const { start, end } = index.range(passage);
          const inside = termsOf(text.slice(start, end));
          expect(index.termsOf(passage)).toBe(inside.length);
          for (const term of inside) {
            let count = 0;
            index.visit(term, (found, times) => {
              if (found === passage) count = times;
            });
            expect(count).toBe(inside.filter((one) => one === term).length);
          }
        }
      }),
    );
  });

  test("costs less than three bytes a word of a book's length", () => {
    const words = Array.from(
      { length: 60_000 },
      (_, i) => `w${((i * 7919) % 60_013) % (i % 9 ? 900 : 30_000)}`,
    );
    const text = words.map((word, i) => (i % 12 === 11 ? `${word}. ` : `${word} `)).join("");
    expect(indexOf(text).bytes.length / words.length).toBeLessThan(3);
  });

  test("a very long word is found by its beginning, which ends with a whole character", () => {
    const word = "ü語".repeat(400).replaceAll("語", "я");
    const index = indexOf(`short ${word} end`);
    expect(index.frequency(termsOf(word)[0]!)).toBe(2); // it is longer than a passage
    expect(WordIndex.decode(index.bytes, index.characters).frequency("short")).toBe(1);
  });

  test("an empty text has an index without passages", () => {
    expect(indexOf("").passages).toBe(0);
    expect(indexOf(" \n ").passages).toBe(0);
    expect(rankPassages([indexOf("")], "barge", 5)).toEqual([]);
  });
});

describe("a number", () => {
  const filler = "The harbour lay quiet and the sea was calm for many days.\n\n".repeat(60);
  const written = [
    "1500",
    "1,500",
    "1.500",
    "1 500",
    "1\u202f500",
    "1’500",
    "1,500.00",
    "1.500,00",
  ];
  test.each(written)("is found as %s, however it is asked for", (number) => {
    const text = `${filler}The rent is ${number} a month.\n\n${filler}`;
    for (const asked of written) {
      const [best] = rankPassages([indexOf(text)], `What is ${asked}?`, 1);
      expect(best && text.slice(best.start, best.end)).toContain("rent");
    }
  });

  test("with a comma is found with a point", () => {
    const text = `${filler}It weighs 12.5 kilograms.\n\n${filler}`;
    const [best] = rankPassages([indexOf(text)], "Was wiegt 12,5?", 1);
    expect(best && text.slice(best.start, best.end)).toContain("12.5");
  });
});

describe("hostile bytes", () => {
  const text = "The barge left at 12. The pilot slept. 船が来た。 ".repeat(40);
  const bytes = indexOf(text, 60).bytes;
  const decode = (mutant: Uint8Array, characters = text.length) =>
    WordIndex.decode(mutant, characters);

  test("of another text, another version or cut anywhere are refused as damage", () => {
    const refused = { code: "index-damaged" };
    expect(() => decode(bytes, text.length + 1)).toThrow(expect.objectContaining(refused));
    expect(() => decode(Uint8Array.of(99, ...bytes.subarray(1)))).toThrow(
      expect.objectContaining(refused),
    );
    expect(() => decode(Uint8Array.of(...bytes, 0))).toThrow(expect.objectContaining(refused));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decode(bytes.slice(0, length))).toThrow(expect.objectContaining(refused));
    }
  });

  test("are refused, or make an index that stays inside the text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const mutant = bytes.slice();
          for (const [at, value] of changes) mutant[at] = value;
          let index: WordIndex;
          try {
            index = decode(mutant);
          } catch (error) {
            expect(error).toMatchObject({ code: "index-damaged" });
            return;
          }
          for (const { start, end } of rankPassages([index], "barge pilot 船が来た 12", 99)) {
            expect(start).toBeLessThan(end);
            expect(end).toBeLessThanOrEqual(text.length);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("that state a huge number of passages allocate nothing", () => {
    const huge = Uint8Array.of(2, ...bytes.subarray(1, 3), 255, 255, 255, 255, 127, 1);
    expect(() => decode(huge)).toThrow(expect.objectContaining({ code: "index-damaged" }));
  });
});

describe("ranking", () => {
  const filler = "The weather was fair and the sea lay still for many days on end. ".repeat(30);
  const barge = "The captain of the barge was called Tobias Merrow, a man of few words.";

  test("the passage with the rare words comes first, asking words count for nothing", () => {
    const text = `${filler}\n\n${barge}\n\n${filler} Who is it? What is the matter? How is the sea?`;
    const [first] = rankPassages([indexOf(text)], "Who is the captain of the barge?", 5);
    expect(text.slice(first!.start, first!.end)).toContain("Tobias Merrow");
    expect(first!.coverage).toBe(1);
  });

  test("words beside the best passage count as near it, words further away do not", () => {
    const owner = "The barge belonged to Adela Quill of the lower harbour and nobody else. ".repeat(
      5,
    );
    const ask = (text: string) =>
      rankPassages([indexOf(text)], "Tobias Merrow, captain for Adela Quill", 1)[0]!;
    const beside = ask(`${filler}\n\n${barge.repeat(4)}\n\n${owner}\n\n${filler}`);
    expect(beside.coverage).toBeLessThan(1);
    expect(beside.nearby).toBeGreaterThan(beside.coverage);
    const far = ask(`${filler}\n\n${barge.repeat(4)}\n\n${filler}\n\n${owner}`);
    expect(far.nearby).toBeLessThan(far.coverage + 0.05);
    expect(beside.nearby).toBeGreaterThan(far.nearby + 0.2);
  });

  test("several documents are one ranking, and each names its own", () => {
    const texts = [filler, `${filler}\n\n${barge}`, "A barge lay there, empty."];
    const ranked = rankPassages(
      texts.map((text) => indexOf(text)),
      "captain of the barge",
      5,
    );
    expect(ranked.map(({ document }) => document)).toEqual([1, 2]);
    expect(texts[1]!.slice(ranked[0]!.start, ranked[0]!.end)).toContain("Merrow");
    expect(ranked[1]!.coverage).toBeLessThan(1);
  });

  test.each([
    ["日本語", "船長の名前は田中です。", "船長は誰ですか"],
    ["ไทย", "กัปตันเรือชื่อสมชาย", "ใครคือกัปตันเรือ"],
    ["العربية", "اسم القُبْطان هو أحمد.", "من هو القبطان احمد"],
    ["français", "Le capitaine de la péniche s’appelle Émile.", "capitaine de la peniche"],
  ])("finds a passage in %s", (_, sentence, question) => {
    const text = `${filler}\n\n${sentence}\n\n${filler}`;
    const [first] = rankPassages([indexOf(text)], question, 1);
    expect(text.slice(first!.start, first!.end)).toContain(sentence);
  });

  test("a question of asking words alone is searched by all of them", () => {
    expect(rankPassages([indexOf("Who is who? Nobody knew.")], "Who is?", 1)).toHaveLength(1);
  });

  test("finds by words near to those of the question, below the words themselves", () => {
    const filler = "Rain fell on the grey sea all that day and nobody spoke a word.\n\n".repeat(12);
    const text = `The druggist slept.\n\n${filler}The pharmacist woke.\n\n${filler}`;
    const index = indexOf(text);
    const near = {
      weight: 1,
      find: (term: string, isHeld: (term: string) => boolean) =>
        term === "pharmacist" && isHeld("druggist") ? [{ term: "druggist", likeness: 0.5 }] : [],
    };
    const question = "Who is the pharmacist?";
    const exact = rankPassages([index], question, 5);
    expect(exact).toHaveLength(1);
    const found = rankPassages([index], question, 5, "", { near });
    const quotes = found.map(({ start, end }) => text.slice(start, end));
    expect(quotes[0]).toContain("pharmacist");
    expect(quotes[1]).toContain("druggist");
    expect(found[1]!.score).toBeCloseTo(found[0]!.score / 2, 1);
    // What stands there is another word.
    expect(found.map(({ coverage }) => coverage)).toEqual([1, 0]);
  });

  test("counts a word of the question once where words near to it stand beside it", () => {
    const text = "The druggist and the pharmacist.";
    const near = { weight: 1, find: () => [{ term: "druggist", likeness: 0.5 }] };
    const [alone] = rankPassages([indexOf(text)], "pharmacist", 1);
    const [both] = rankPassages([indexOf(text)], "pharmacist", 1, "", { near });
    expect(both!.score).toBe(alone!.score);
  });
});
