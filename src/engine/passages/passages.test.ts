import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rankPassages } from "../words/rank-passages.ts";
import { WordIndexBuilder } from "../words/word-index.ts";
import { leansOnEarlier, searchQuestion } from "./follow-up.ts";
import { fuseRankings, joinWordsAndKeys, type RankedRange, type Ranking } from "./fuse-rankings.ts";
import { rereadBudget } from "./reread-budget.ts";
import { chooseReread } from "./reread-passages.ts";

const at = (start: number, length = 10, document = 0): RankedRange => ({
  document,
  start,
  end: start + length,
});
const starts = (ranges: readonly RankedRange[]) => ranges.map(({ start }) => start);
/** Scores fall evenly from 1 unless they are given. */
const ranking = (
  ranges: readonly RankedRange[],
  weight = 1,
  score = (place: number) => 1 - place / ranges.length,
): Ranking => ({
  ranges: ranges.map((range, place) => ({ ...range, score: score(place) })),
  weight,
});

/** Two rankings of nine that share nothing. */
function apart() {
  const words = Array.from({ length: 9 }, (_, i) => at(20 * i));
  const keys = Array.from({ length: 9 }, (_, i) => at(5000 + 20 * i));
  return { words, keys };
}

describe("fused rankings", () => {
  test("what both rankings hold comes before what only one holds", () => {
    const words = ranking([at(0), at(100), at(200)]);
    const keys = ranking([at(202, 4), at(300), at(0)]);
    expect(starts(fuseRankings([words, keys], 4))).toEqual([0, 200, 100, 300]);
  });

  test("a leader that stands out counts more than one among equals", () => {
    const clear = ranking([at(0), at(20)], 0.9, (place) => (place === 0 ? 1 : 0.05));
    const flat = ranking([at(20), at(40), at(60)], 1, (place) => 1 - place / 100);
    expect(starts(fuseRankings([flat, clear], 4))).toEqual([20, 40, 60, 0]);
    expect(starts(fuseRankings([clear, { ...flat, weight: 0.5 }], 2))).toEqual([0, 20]);
  });

  test("only the ratios of scores count", () => {
    const { words, keys } = apart();
    const large = ranking(words, 1, (place) => 1000 * (9 - place));
    const small = ranking(words, 1, (place) => 1e-6 * (9 - place));
    const other = ranking([words[4]!, ...keys], 0.7);
    expect(starts(fuseRankings([large, other], 20))).toEqual(
      starts(fuseRankings([small, other], 20)),
    );
  });

  test("a short range of keys inside a passage of words is this passage, and counts once", () => {
    const keys = ranking([at(120, 20), at(160, 20), at(900)], 1, () => 5);
    const fused = fuseRankings([ranking([at(0, 300)]), keys], 5);
    expect(fused).toEqual([
      { document: 0, start: 0, end: 300, score: 2 },
      { document: 0, start: 900, end: 910, score: 1 },
    ]);
  });

  test("the same characters of another document are another passage", () => {
    expect(fuseRankings([ranking([at(0)]), ranking([at(0, 10, 1)])], 5)).toHaveLength(2);
  });

  const order = fc.shuffledSubarray([...Array(30).keys()], { minLength: 1 });

  test("one ranking alone keeps its order, and a ranking without weight counts nothing", () => {
    fc.assert(
      fc.property(order, order, (list, other) => {
        const own = list.map((i) => at(100 * i));
        expect(starts(fuseRankings([ranking(own)], 30))).toEqual(starts(own));
        const silent = ranking(
          other.map((i) => at(100 * i)),
          0,
        );
        expect(starts(fuseRankings([ranking(own), silent], 30))).toEqual(starts(own));
      }),
    );
  });

  test("a lighter ranking never takes the first place with what the heavier one does not hold", () => {
    const weight = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(order, order, weight, (list, other, light) => {
        const heavy = list.map((i) => at(100 * i));
        const further = other.map((i) => at(100 * i));
        const [first] = fuseRankings([ranking(heavy), ranking(further, light)], 1);
        expect(starts(heavy)).toContain(first!.start);
      }),
    );
  });

  test("a better place in one ranking never makes a passage worse", () => {
    fc.assert(
      fc.property(order, order, fc.nat(28), (list, other, index) => {
        const i = 1 + (index % Math.max(1, list.length - 1));
        if (i >= list.length) return;
        const raised = [...list];
        [raised[i - 1], raised[i]] = [raised[i]!, raised[i - 1]!];
        const place = (ids: readonly number[]) =>
          starts(
            fuseRankings(
              [ranking(ids.map((id) => at(100 * id))), ranking(other.map((id) => at(100 * id)))],
              60,
            ),
          ).indexOf(100 * list[i]!);
        const [before, after] = [place(list), place(raised)];
        if (before >= 0) expect(after).toBeLessThanOrEqual(before);
      }),
    );
  });

  test("a leader comes first whatever the others say, and is not weaker than they are", () => {
    const words = { ...ranking([at(0), at(20), at(40)]), leads: true };
    const keys = ranking([at(20), at(40)], 5);
    const fused = fuseRankings([words, keys], 3);
    expect(starts(fused)).toEqual([0, 20, 40]);
    expect(fused[0]!.score).toBe(fused[1]!.score);
    expect(starts(fuseRankings([{ ...ranking([]), leads: true }, keys], 3))).toEqual([20, 40]);
  });

  test("the best by words is first where it holds enough of the question; keys raise what both hold", () => {
    const { words, keys } = apart();
    const byKeys = ranking([words[2]!, ...keys]).ranges;
    const byWords = ranking(words).ranges;
    expect(starts(joinWordsAndKeys(byWords, byKeys, 0.4, 3))).toEqual([0, 40, 20]);
    expect(starts(joinWordsAndKeys(byWords, byKeys, 0.3, 3))).toEqual([40, 0, 20]);
  });

  test("what keys alone find is among the first five where the words spread", () => {
    const { words, keys } = apart();
    const byWords = ranking(words, 1, (place) => (place < 2 ? 1 : 0.2)).ranges;
    expect(starts(joinWordsAndKeys(byWords, ranking(keys).ranges, 0.5, 5))).toContain(5000);
    expect(starts(joinWordsAndKeys([], ranking(keys).ranges, 0, 1))).toEqual([5000]);
  });
});

const text =
  "Rain fell. The barge left at dawn. Tobias Merrow was her captain. He slept.\n\n".repeat(20);
const documents = [
  {
    text,
    sections: [
      { start: 0, label: "Page 1" },
      { start: 700, label: "Page 2" },
    ],
  },
  { text: "Another book. It tells of goats. Nothing else.", sections: [] },
];
const count = (quote: string, place: string | undefined) =>
  quote.split(/\s+/).length + (place ? 2 : 0);

describe("passages that are read again", () => {
  test("stand in the order of the documents, as sentences, with their page", () => {
    const found = [at(15, 5, 1), at(740, 5), at(12, 5)];
    const chosen = chooseReread(found, documents, { budgetTokens: 100, most: 5 }, count);
    expect(chosen.map(({ text, place, rank }) => [text, place, rank])).toEqual([
      ["The barge left at dawn.", "Page 1", 3],
      ["Tobias Merrow was her captain.", "Page 2", 2],
      ["It tells of goats.", undefined, 1],
    ]);
  });

  test("what is said twice, in one document or in two, is read once", () => {
    const story = "It tells of goats.\n\nNothing else is there.\n\nIt tells  of goats.\n\nThe end.";
    const twice = [
      { text: story, sections: [] },
      { text: `${story} `, sections: [] },
    ];
    const found = [at(0, 5), at(43, 5), at(0, 5, 1), at(22, 5)];
    const chosen = chooseReread(found, twice, { budgetTokens: 100, most: 2 }, count);
    expect(chosen.map(({ text }) => text)).toEqual([
      "It tells of goats.",
      "Nothing else is there.",
    ]);
  });

  test("neighbours become one passage of the better rank", () => {
    const chosen = chooseReread(
      [at(40, 5), at(12, 5)],
      documents,
      { budgetTokens: 99, most: 5 },
      count,
    );
    expect(chosen.map(({ text, rank }) => [text, rank])).toEqual([
      ["The barge left at dawn. Tobias Merrow was her captain.", 1],
    ]);
  });

  test("of the best passage at least the middle is read, of others all or nothing", () => {
    const found = [at(0, 700), at(1000, 5)];
    const chosen = chooseReread(found, documents, { budgetTokens: 15, most: 5 }, count);
    expect(chosen).toHaveLength(1);
    expect(chosen[0]!.tokens).toBeLessThanOrEqual(15);
    expect(chosen[0]!.text).toMatch(/^\p{Lu}.*\.$/su);
  });

  test("never cost more than the budget, never overlap, are never more than wanted", () => {
    const range = fc.record({ document: fc.nat(1), start: fc.nat(1500), length: fc.nat(400) });
    fc.assert(
      fc.property(fc.array(range), fc.nat(150), fc.nat(5), (ranges, budgetTokens, most) => {
        const found = ranges.map(({ document, start, length }) => at(start, length, document));
        const chosen = chooseReread(found, documents, { budgetTokens, most }, count);
        expect(chosen.length).toBeLessThanOrEqual(most);
        expect(chosen.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(
          budgetTokens,
        );
        chosen.forEach((one, i) => {
          expect(one.text).toBe(documents[one.document]!.text.slice(one.start, one.end));
          expect(one.tokens).toBe(count(one.text, one.place));
          const next = chosen[i + 1];
          if (next?.document === one.document) expect(next.start).toBeGreaterThan(one.end);
          else if (next) expect(next.document).toBeGreaterThan(one.document);
        });
      }),
    );
  });

  test.each([
    [1024, 341],
    [2048, 682],
    [8192, 1024],
  ])("a model trained on %i tokens reads at most %i again", (trained, budget) => {
    expect(rereadBudget(trained)).toBe(budget);
  });
});

describe("follow-up questions", () => {
  test.each<[string, boolean]>([
    ["What is his first name?", true],
    ["And when did it leave?", true],
    ["Why?", true],
    ["Where is that?", true],
    ["Who is the captain of the barge?", false],
    ["When did the lighthouse burn down?", false],
    ["Wie heißt er?", true],
    ["船長は誰ですか", false],
    ["Wie heißt der Bruder seiner Frau?", true],
    ["Wer ist der Vater ihrer Kinder?", true],
    ["In welchem Jahr wurde er geboren?", true],
    ["Was geschah danach?", true],
    ["Wovon lebten deren Kinder?", true],
    ["Was steht in diesem Absatz?", true],
    ["Wieviel kostet das?", true],
    ["Wie schalten Sie das Gerät ein?", false],
    ["Wo wohnt sie?", true],
    ["Gibt es eine Kündigungsfrist im Mietvertrag?", false],
    ["Ist es erlaubt, Hunde im Haus zu halten?", false],
    ["Wann endet dieser Vertrag?", false],
    ["When does this agreement end?", false],
    ["What does this agreement say about it?", true],
    ["How many chapters are there in the manual?", false],
    ["Who was there?", true],
    ["Who was the man that killed the captain?", false],
    ["Who said that?", true],
    ["How much does it cost to ship the barge to Leiden?", false],
    ["What did Captain Merrow say to his wife?", false],
    ["What did Captain Merrow say to him?", true],
    ["Did Smith see her?", true],
    ["In which year was she born in Leiden?", true],
    ["Pourquoi Emma a-t-elle quitté Charles ?", false],
    ["Où est-il né ?", true],
    ["¿Dónde vive él ahora?", true],
    ["¿Dónde vive el capitán ahora?", false],
    ["¿Qué dijo Juan cuando él llegó a Madrid?", false],
    ["Come si chiama sua moglie?", true],
    ["Che cosa disse Pinocchio a suo padre?", false],
    ["Where does Sue live in London?", false],
    ["Wie nennt Ahabs Frau ihren Sohn?", false],
    ["Wie nennt seine Frau ihren Sohn?", true],
    ["Why was the bridge closed in 1871?", false],
    ["Why did the captain leave?", true],
    ["Who is Ishmael?", false],
    ["In Leiden?", true],
    ["Tell me more", true],
    ["他的名字是什么？", true],
    ["其他的船是什么颜色？", false],
    ["彼の名前は何ですか", true],
    ["Как зовут его жену?", true],
  ])("%j leans on the turn before: %j", (question, leans) => {
    expect(leansOnEarlier(question)).toBe(leans);
  });

  test("carry the words of the turns they lean on, and no others", () => {
    const turns = [
      { question: "What does the pilot eat?", answer: "Goat cheese." },
      { question: "Who is the captain of the barge?", answer: "Merrow" },
      { question: "How old is he?", answer: "42" },
    ];
    expect(searchQuestion("What is his first name?", turns).carried).toBe(
      "How old is he? 42 Who is the captain of the barge? Merrow",
    );
    expect(searchQuestion("When did the lighthouse burn down?", turns).carried).toBe("");
    expect(searchQuestion("Why?", []).carried).toBe("");
  });

  test("find the passage of the turn before", () => {
    const story = [
      "The lighthouse keeper had a first name that nobody knew. ".repeat(12),
      "On Monday the barge came in. Her captain, one Tobias Merrow, walked ashore and bought bread.",
      "The name of the inn was the first thing that people saw. ".repeat(12),
    ].join("\n\n");
    const builder = new WordIndexBuilder();
    builder.add(story);
    const index = builder.finish();
    const turns = [{ question: "Who is the captain of the barge?", answer: "Merrow" }];
    const { question, carried } = searchQuestion("What is his first name?", turns);
    const shown = (words: string) => {
      const [best] = rankPassages([index], question, 1, words);
      return story.slice(best!.start, best!.end);
    };
    expect(shown("")).not.toContain("Tobias");
    expect(shown(carried)).toContain("Tobias");
  });
});
