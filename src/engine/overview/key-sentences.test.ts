import { expect, test } from "vitest";
import { WordIndexBuilder } from "../words/word-index.ts";
import { keySentences } from "./key-sentences.ts";
import { isEnglish } from "./language.ts";
import { standsAlone } from "./standing-alone.ts";

const FILLER = Array.from(
  { length: 60 },
  (_, i) =>
    `Weather report number ${i} speaks of ${["rain", "snow", "fog", "hail"][i % 4]} and wind over the hills again.`,
);
const LEAD = "Glaciers shape the valleys of a mountain range by slow erosion of rock.";
const LATER = "A glacier carries rock from the mountain range down to the valleys.";
const TEXT = [
  LEAD,
  ...FILLER.slice(0, 30),
  LATER,
  ...FILLER.slice(30),
  "Glaciers melt, valleys stay, rock erodes.",
].join("\n\n");

function find(text: string, signal = new AbortController().signal) {
  const builder = new WordIndexBuilder();
  builder.add(text);
  return keySentences(text, builder.finish(), signal);
}

test("sentences are found with their places, the first before the rest", async () => {
  const found = await find(TEXT);
  expect(found[0]!.text).toBe(LEAD);
  expect(found.map(({ text }) => text)).toContain(LATER);
  for (const { start, end, text } of found) expect(TEXT.slice(start, end)).toBe(text);
  expect(new Set(found.map(({ start }) => start)).size).toBe(found.length);
});

test("an aborted search ends with the reason", async () => {
  const abort = new AbortController();
  abort.abort(new Error("somebody asks"));
  await expect(find(TEXT, abort.signal)).rejects.toThrow("somebody asks");
  expect(await find("")).toEqual([]);
});

test.each([
  "It was kept in the archive of the town for more than a century.",
  "We keep the archive of the town in a cellar below the market.",
  "The archive of the town is described in the following section.",
  "“The archive of the town,” said the mayor, is in a cellar.",
  "The archive of the town is in a cellar below the market",
  "Archive Of The Town And Cellar Below The Market Square.",
  "The archive | of the town | is in a cellar | below the market.",
  "The archive is old.",
  "1820 1821 1822 1823 1824 1825 1826 1827 1828 1829 1830 1831 1832.",
])("does not stand alone: %s", (sentence) => {
  expect(standsAlone(sentence)).toBe(false);
});

test("what stands alone does", () => {
  expect(standsAlone("The archive of the town is in a cellar below the market.")).toBe(true);
});

test("English is told by its little words", () => {
  expect(isEnglish(TEXT)).toBe(true);
  const german = "Das Archiv der Stadt liegt in einem Keller und ist nicht für alle offen. ";
  expect(isEnglish(german.repeat(40))).toBe(false);
  const french =
    "Les archives de la ville sont dans une cave sous le marché et ne sont pas ouvertes. ";
  expect(isEnglish(french.repeat(40))).toBe(false);
  expect(isEnglish("0x00 0xff ".repeat(300))).toBe(false);
  expect(isEnglish("")).toBe(false);
});
