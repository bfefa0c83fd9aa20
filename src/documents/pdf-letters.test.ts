// Words spaced out letter by letter, large initials, columns drawn from the right, and lists of contents.
import { expect, test } from "vitest";
import { linesOfPage } from "./pdf-lines.ts";
import { joinLines, usualSpacing } from "./pdf-paragraphs.ts";
import type { TextPiece } from "./pdf-pieces.ts";

const piece = (str: string, x: number, y: number, size = 10, width = str.length * size * 0.5) => ({
  str,
  transform: [size, 0, 0, size, x, y],
  width,
  hasEOL: false,
});
const texts = (pieces: readonly TextPiece[]) => linesOfPage(pieces).map(({ text }) => text);
const paragraphs = (pieces: readonly TextPiece[]) => {
  const lines = linesOfPage(pieces);
  return joinLines(lines, usualSpacing([lines])).map(({ text }) => text);
};
const column = (lines: readonly string[], x: number, y = 700) =>
  lines.map((text, i) => piece(text, x, y - 14 * i));

test("a spaced line becomes its words", () => {
  const divided = [piece("S P A C E D", 72, 700), piece(" ", 127, 700), piece("O U T", 132, 700)];
  expect(texts(divided)).toEqual(["SPACED OUT"]);
  const letters = Array.from("ALLWORDS").map((one, i) =>
    piece(one, 72 + 9 * i + (i > 2 ? 6 : 0), 700, 10, 5),
  );
  expect(texts(letters)).toEqual(["ALL WORDS"]);
});

test.each(["a b c d e f", "1 2 3 4 5 6", "x + y = z", "J. R. R. T.", "A B C"])(
  "%s stays as it is",
  (text) => {
    expect(texts([piece(text, 72, 700)])).toEqual([text]);
  },
);

test("a large initial belongs to the word beside it", () => {
  const more = ["evening, and the keeper", "writes it down in the log"];
  const word = [piece("T", 72, 678, 36, 22), piece("he lamp is lit at nine", 96, 700)];
  expect(paragraphs([...word, piece(more[0]!, 96, 688), piece(more[1]!, 72, 676)])).toEqual([
    `The lamp is lit at nine ${more.join(" ")}`,
  ]);
  const alone = [piece("A", 72, 678, 36, 22), piece("lamp is lit at nine", 100, 700)];
  expect(paragraphs([...alone, piece(more[0]!, 96, 688), piece(more[1]!, 72, 676)])).toEqual([
    `A lamp is lit at nine ${more.join(" ")}`,
  ]);
});

test("columns drawn from the right are read from the left, below what stands over them", () => {
  const first = ["The keeper of the light", "climbs the stair at dusk", "and trims the wick."];
  const second = ["Below, the owner counts", "the barrels of oil and", "writes the tally down."];
  const third = ["In the third column of", "the page it goes on as", "before, without an end,"];
  const pieces = [column(third, 370), column(second, 220), column(first, 72)].flat();
  expect(texts(pieces)).toEqual([...first, ...second, ...third]);
  const title = piece("A title that goes over all of the columns of the page, and on", 72, 725);
  expect(texts([title, ...pieces])).toEqual([title.str, ...first, ...second, ...third]);
  const hebrew = ["שומרת המגדלור נקראת", "מרתה והמפתח נמצא כאן", "במגירה של השולחן שם"];
  expect(texts([...column(hebrew, 320), ...column(hebrew.toReversed(), 72)])).toEqual([
    ...hebrew,
    ...hebrew.toReversed(),
  ]);
});

test("each line of a list of contents is a paragraph", () => {
  const lines = [
    "Chapter One . . . . . . . . . 3",
    "Chapter Two ................ 15",
    "Index ..... xi",
  ];
  expect(paragraphs(column(lines, 72))).toEqual(lines);
});
