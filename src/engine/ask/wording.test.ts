import { expect, test } from "vitest";
import { askedDocument } from "../testing/asked-document.ts";
import { findPassages } from "./find-passages.ts";
import { isGerman, wordingOf } from "./wording.ts";

const filler =
  "Es regnete den ganzen Tag auf das Meer und das Land, und niemand ging mit einem Boot hinaus. Man setzte sich an eine warme Stelle, aber nicht für lange. ".repeat(
    6,
  );
const german = [
  "Über die Adresszeile Ihres Webbrowsers öffnen Sie das Programm.",
  "Die Häuser am Hafen wurden 1871 von Fischern gebaut.",
  "Der Leuchtturm steht seit langem leer.",
].join(`\n\n${filler}\n\n`);
const english = "The barge left at dawn and the captain sat on deck with a lamp. ".repeat(20);

async function ask(question: string, ...texts: string[]) {
  const documents = texts.map((text, i) => askedDocument(`d${i}`, text));
  const wording = await wordingOf(documents, question);
  const asked = { question, carried: "" };
  const { ranges, telling } = findPassages(documents, asked, [], 5, { wording });
  const [best] = ranges;
  return { best: best ? texts[best.document]!.slice(best.start, best.end) : "", telling };
}

test.each([
  ["a part of a compound", "Welche Zeile im Browser öffnet es?", "Adresszeile"],
  ["another form", "Welcher Fischer baute ein Haus?", "Häuser am Hafen"],
  ["the beginning of a compound", "Wo gibt es nachts Leuchten?", "Leuchtturm"],
])("a German question finds %s", async (_, question, part) => {
  expect((await ask(question, german)).best).toContain(part);
});

test("words that only ask or join count for nothing", async () => {
  const { best } = await ask("Was ist mit dem Leuchtturm und mit sich nicht auf?", german);
  expect(best).toContain("Leuchtturm");
});

test("a form of its word is a word of the passage, one word of several is not enough to claim it", async () => {
  const close = await ask("Welcher Fischer baute Häuser?", german);
  const far = await ask("Welcher Bischof weihte die Orgel und die Häuser?", german);
  expect(close.telling).toBeGreaterThan(0.8);
  expect(far.telling).toBeLessThan(0.53);
});

test("nothing is known of a text in another language, or of several where one is", async () => {
  const [one, other] = [askedDocument("d0", german), askedDocument("d1", english)];
  expect(isGerman(one.words)).toBe(true);
  expect(isGerman(other.words)).toBe(false);
  expect(await wordingOf([other], "Who sat on deck?")).toBeUndefined();
  expect(await wordingOf([one, other], "Who sat on deck?")).toBeUndefined();
  expect(await wordingOf([askedDocument("d2", "")], "Who?")).toBeUndefined();
});

test.each([
  [
    "Danish",
    "Der var en gang en mand, og han havde ikke en seng; der er meget at gøre med sig selv.",
  ],
  ["Dutch", "Het was een oude man en hij zat met zijn hond op de bank, maar niet in de zon."],
  ["Swedish", "Det var en gång en man som inte hade någon säng, och han gick till sig själv."],
  ["Norwegian", "Det var en gang en mann som ikke hadde noen seng, og han gikk med sin hund."],
  ["Latin", "Arma virumque cano, Troiae qui primus ab oris Italiam fato profugus venit et mit."],
])("%s is not German", (_, text) => {
  expect(isGerman(askedDocument("d", text.repeat(20)).words)).toBe(false);
});
