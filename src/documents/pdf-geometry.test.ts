// PDF pages as people see them: columns, tables, doubled text, raised numbers, divided words, forms and
// running lines.
import { describe, expect, test } from "vitest";
import { joinText, WordForms } from "./pdf-hyphens.ts";
import { linesOfPage } from "./pdf-lines.ts";
import type { TextPiece } from "./pdf-pieces.ts";
import { dropRunningLines } from "./pdf-running-lines.ts";
import { buildPdf, textPage } from "./testing/build-pdf.ts";
import { extract } from "./testing/extract.ts";

const piece = (str: string, x: number, y: number, size = 10): TextPiece => ({
  str,
  transform: [size, 0, 0, size, x, y],
  width: str.length * size * 0.5,
  hasEOL: false,
});
const texts = (pieces: readonly TextPiece[]) => linesOfPage(pieces).map(({ text }) => text);

const LEFT = ["The keeper of the light", "climbs the stair at dusk", "and trims the wick."];
const RIGHT = ["Below, the owner counts", "the barrels of oil and", "writes the tally down."];
const at = (column: readonly string[], x: number, top = 700) =>
  column.map((text, i) => piece(text, x, top - 14 * i));
const zip = (...columns: TextPiece[][]) =>
  Array.from({ length: Math.max(...columns.map((one) => one.length)) }, (_, i) =>
    columns.flatMap((column) => (column[i] ? [column[i]] : [])),
  ).flat();

describe("columns", () => {
  test("drawn row by row are read one after the other, below a title and above a last line", () => {
    const title = piece("A title that goes over both of the columns of the page", 72, 740, 12);
    const foot = piece("A line that goes over both columns again, with many words in it.", 72, 640);
    const page = [title, ...zip(at(LEFT, 72), at(RIGHT, 250)), foot];
    expect(texts(page)).toEqual([title.str, ...LEFT, ...RIGHT, foot.str]);
  });

  test("three of them, and one that is longer", () => {
    const third = ["In the third column of", "the page it goes on as", "before, without an end,"];
    const more = [...LEFT, "until it is bright."];
    const page = zip(at(more, 72), at(RIGHT, 220), at(third, 370));
    expect(texts(page)).toEqual([...more, ...RIGHT, ...third]);
  });

  test("of Chinese, which has no capitals and no spaces", () => {
    const left = ["灯塔的看守人名叫玛尔塔", "铜钥匙放在书桌的第三个", "抽屉里，门外有一只黑猫"];
    const right = ["主人在下面数油桶的数目", "并且把数字写在绿色的账", "本里，每天晚上都是如此"];
    const wide = (column: string[], x: number) =>
      column.map((text, i) => ({ ...piece(text, x, 700 - 14 * i), width: 10 * text.length }));
    expect(texts(zip(wide(left, 72), wide(right, 250)))).toEqual([...left, ...right]);
  });

  test("lines drawn from the bottom to the top are read from the top", () => {
    const lines = ["one of the lines", "two of the lines", "three of them", "four", "five", "six"];
    expect(texts(at(lines, 72).reverse())).toEqual(lines);
  });
});

describe("tables", () => {
  const cells = [
    ["Year", "Oil", "Wick"],
    ["1901", "12", ""],
    ["1902", "", "9"],
    ["", "14", "3"],
  ];
  const wanted = ["Year\tOil\tWick", "1901\t12", "1902\t\t9", "\t14\t3"];
  const cell = (text: string, row: number, column: number) =>
    text === "" ? [] : [piece(text, 72 + 120 * column, 700 - 18 * row)];

  test("row by row, with their empty cells", () => {
    const page = cells.flatMap((row, i) => row.flatMap((text, j) => cell(text, i, j)));
    expect(texts(page)).toEqual(wanted);
  });

  test("drawn column by column are read by rows all the same", () => {
    const full = [
      ["Keeper", "Drawer"],
      ["Marta Quell", "three"],
      ["Jonas Bell", "five"],
      ["Ada Stone", "one"],
    ];
    const page = [0, 1].flatMap((j) => full.flatMap((row, i) => cell(row[j]!, i, j)));
    expect(texts(page)).toEqual(full.map((row) => row.join("\t")));
  });

  test("numbers that end at one edge", () => {
    const row = (name: string, sum: string, y: number) => [
      piece(name, 72, y),
      piece(sum, 300 - 5 * sum.length, y),
    ];
    const page = [
      ...row("Oil", "1,204.00", 700),
      ...row("Wicks", "9.50", 686),
      ...row("All", "1,213.50", 672),
    ];
    expect(texts(page)).toEqual(["Oil\t1,204.00", "Wicks\t9.50", "All\t1,213.50"]);
  });

  test("rows stay lines of the text", async () => {
    const rows = cells.flatMap((row, i) =>
      row.flatMap((text, j) => (text ? [{ text, x: 72 + 120 * j, y: 700 - 18 * i }] : [])),
    );
    const { text } = await extract("t.pdf", buildPdf([rows]));
    expect(text).toBe(wanted.join("\n"));
  });
});

describe("what is drawn twice", () => {
  test("in a shadow below, or word by word", () => {
    expect(texts([piece("Shadow", 72, 700), piece("Shadow", 72.4, 699.6)])).toEqual(["Shadow"]);
    const words = [piece("The", 72, 700), piece("lamp", 92, 700)];
    expect(texts([piece("The lamp", 72, 700), ...words])).toEqual(["The lamp"]);
    const letters = Array.from("lamp").flatMap((one, i) => [
      piece(one, 72 + 5 * i, 700),
      piece(one, 72.2 + 5 * i, 700),
    ]);
    expect(texts(letters)).toEqual(["lamp"]);
  });

  test("the same word in the next line or cell is another word", () => {
    const page = [piece("ditto", 72, 700), piece("ditto", 72, 688), piece("ditto", 200, 688)];
    expect(texts(page).join(" ").split("ditto")).toHaveLength(4);
    expect(
      texts(
        [piece("l", 72, 700, 10), piece("l", 74.2, 700, 10)].map((one) => ({ ...one, width: 2.2 })),
      ),
    ).toEqual(["ll"]);
  });
});

describe("raised numbers", () => {
  test("powers and marks of notes are no digits of the number before them", () => {
    expect(
      texts([piece("10", 72, 700), piece("6", 82, 703.5, 6), piece("barrels", 90, 700)]),
    ).toEqual(["10⁶ barrels"]);
    expect(texts([piece("12", 72, 703.5, 6), piece("See the log.", 82, 700)])).toEqual([
      "¹² See the log.",
    ]);
    expect(texts([piece("H", 72, 700), piece("2", 77, 698, 6), piece("O", 80, 700)])).toEqual([
      "H2O",
    ]);
    expect(texts([piece("the 1", 72, 700), piece("st", 97, 703.5, 6)])).toEqual(["the 1st"]);
  });
});

describe("hyphens at a line's end", () => {
  const words = new WordForms(["a cost-benefit table, the coordinator, an x-ray and COLD-BLOODED"]);
  test.each([
    ["the cost-", "benefit", "the cost-benefit"],
    ["cold-", "blooded", "cold-blooded"],
    ["the co-", "ordinator", "the coordinator"],
    ["infor-", "mation", "information"],
    ["thirty-", "third", "thirty-third"],
    ["Ein-", "und Ausgang", "Ein- und Ausgang"],
    ["pre- and post-", "war", "pre- and postwar"],
    ["state-of-the-", "art", "state-of-the-art"],
    ["COVID-", "19", "COVID-19"],
    ["1914-", "1918", "1914-1918"],
    ["sof\u00ad", "ware", "sofware"],
    ["non\u2011", "breaking", "non\u2011breaking"],
    ["wait -", "then go", "wait - then go"],
  ])("%s | %s", (before, after, joined) => {
    expect(joinText(before, after, words)).toBe(joined);
  });
});

describe("running lines", () => {
  const BODY = [
    "First words of page",
    "more words of it",
    "and more of them",
    "until it ends",
    "so it",
  ];
  const long = (i: number) =>
    textPage([...BODY, ...BODY].map((line, j) => `${line} ${i * 37 + j * 11}.`));
  const read = async (pages: Parameters<typeof buildPdf>[0]) =>
    (await extract("run.pdf", buildPdf(pages))).text;
  const times = [1, 2, 3, 4, 5, 6];

  test.each([
    ["a number below", (i: number) => ({ text: String(i), x: 300, y: 40 })],
    ["Page 3 of 6", (i: number) => ({ text: `Page ${i} of 6`, x: 300, y: 40 })],
    [
      "roman numbers",
      (i: number) => ({ text: ["iv", "v", "vi", "vii", "viii", "ix"][i - 1]!, x: 300, y: 40 }),
    ],
    [
      "a title with the number",
      (i: number) => ({ text: `The Lamp Book  ${i + 16}`, x: 72, y: 810 }),
    ],
    ["a title", () => ({ text: "The Lamp Book", x: 72, y: 810 })],
    ["a dashed number", (i: number) => ({ text: `- ${i} -`, x: 300, y: 40 })],
    ["Page 3 – title", (i: number) => ({ text: `Page ${i} – The Lamp Book`, x: 72, y: 40 })],
    ["Seite", (i: number) => ({ text: `Seite ${i}`, x: 300, y: 40 })],
    ["a number between waves", (i: number) => ({ text: `~ ${i} ~`, x: 300, y: 40 })],
    ["a number in the chapter", (i: number) => ({ text: `A-${i}`, x: 300, y: 40 })],
    ["a number in the first chapter", (i: number) => ({ text: `1-${i}`, x: 300, y: 40 })],
    [
      "the head of a court's file",
      (i: number) => ({
        text: `Case 1:20-cv-01234 Document 17 Filed 03/12/20 Page ${i} of 6`,
        x: 72,
        y: 810,
      }),
    ],
  ])("%s goes", async (_, edge) => {
    const text = await read(times.map((i) => [...long(i), edge(i)]));
    expect(text).toContain("First words of page 111.");
    for (const i of times)
      expect(text).not.toMatch(new RegExp(`(?:^|\\n)\\W*${edge(i).text}`, "u"));
    expect(text).not.toContain("Lamp Book");
  });

  test.each([
    [
      "numbers that do not count the pages",
      (i: number) => ({ text: `Fee of ${105 * i} crowns`, x: 72, y: 810 }),
    ],
    [
      "sums between words that count like the pages",
      (i: number) => ({ text: `Fee of ${104 + i} crowns`, x: 72, y: 40 }),
    ],
    ["numbered things", (i: number) => ({ text: `Invoice No. ${i}`, x: 72, y: 810 })],
    ["articles", (i: number) => ({ text: `Article ${i}`, x: 72, y: 810 })],
    ["years at the foot", (i: number) => ({ text: String(1900 + i * i), x: 300, y: 40 })],
    ["different words", (i: number) => ({ text: "abcdefg".slice(i), x: 72, y: 810 })],
    ["other places", (i: number) => ({ text: "Noted", x: 72, y: 780 + 9 * i })],
  ])("%s stay", async (_, edge) => {
    const text = await read(times.map((i) => [...long(i), edge(i)]));
    for (const i of times) expect(text).toContain(edge(i).text);
  });

  test("numbers of the first of two pages go where the line says so", async () => {
    const pages = [1, 2].map((i) => [...long(i), { text: `Page ${i} of 2`, x: 300, y: 40 }]);
    expect(await read(pages)).not.toContain("of 2");
    const parts = [1, 2].map((i) => [...long(i), { text: `Page ${i} of 3`, x: 300, y: 40 }]);
    expect(await read(parts)).toContain("Page 2 of 3");
  });
  test("titles of left and right pages both go", async () => {
    const pages = times.map((i) => {
      const text = i % 2 ? "The Lamp Book" : "Chapter of Oil";
      return [...long(i), { text, x: i % 2 ? 400 : 72, y: 810 }];
    });
    expect(await read(pages)).not.toMatch(/Lamp Book|Chapter of Oil/);
  });

  test("short pages keep their lines, and no page is emptied", async () => {
    const slides = times.map((i) => textPage([`Article ${i}`, `Fee of ${100 + i} crowns`], 60));
    const text = await read(slides);
    for (const i of times)
      expect(text).toMatch(new RegExp(`Article ${i}\\s+Fee of ${100 + i} crowns`));
    const same = times.map(() => textPage(["Safety rules"]));
    expect((await read(same)).split("Safety rules")).toHaveLength(7);
    const only = times.map((i) => ({ lines: [line(String(i), 40)], bottom: 0, top: 842 }));
    expect(dropRunningLines(only, 1.2).flat()).toHaveLength(6);
  });

  const line = (text: string, baseline: number) => ({
    text,
    left: 72,
    right: 100,
    baseline,
    size: 10,
    isRow: false,
  });
});
