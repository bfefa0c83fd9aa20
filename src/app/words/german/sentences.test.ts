import { expect, test } from "vitest";
import { sentenceTranslator } from "../sentence-translator.ts";
import { engineSentences } from "../testing/engine-sentences.ts";
import { GERMAN_SENTENCES, inGerman } from "./sentences.ts";

const holes = (said: string) => said.split("{}").length - 1;

const said = engineSentences();

test("every sentence that engine, extraction and workers can say has a German one", () => {
  expect(said.size).toBeGreaterThan(450);
  const missing = [...said].filter(([one]) => GERMAN_SENTENCES[one] === undefined);
  expect(missing.map(([one, file]) => `${file}: ${one}`)).toEqual([]);
});

test("no German sentence is left over, and each fills in what the English one does", () => {
  const entries = Object.entries(GERMAN_SENTENCES);
  expect(entries.filter(([one]) => !said.has(one)).map(([one]) => one)).toEqual([]);
  expect(entries.filter(([one, own]) => holes(one) !== holes(own))).toEqual([]);
});

test("what is filled in is kept, and is German where it is a sentence itself", () => {
  expect(inGerman('"photo.rtf" is a rich text file (RTF). Save it as .docx or plain text.')).toBe(
    "„photo.rtf“ ist eine RTF-Datei. Speichere sie als .docx oder als reinen Text.",
  );
  expect(inGerman('"A" is not a sound EPUB: its part content.opf is missing.')).toBe(
    "„A“ ist kein heiles EPUB: sein Teil content.opf fehlt.",
  );
  expect(inGerman("nano.gguf: the connection was lost. What has arrived is kept.")).toBe(
    "nano.gguf: Die Verbindung riss ab. Was angekommen ist, bleibt.",
  );
  expect(inGerman("Damaged pages that could not be read were left out: 3, 9 and 2 more.")).toBe(
    "Beschädigte Seiten, die nicht zu lesen waren, wurden ausgelassen: 3, 9 und 2 weitere.",
  );
});

test("what somebody named is not translated", () => {
  expect(inGerman('"a picture (PNG)" is empty.')).toBe("„a picture (PNG)“ ist leer.");
  expect(inGerman("the file: this is not JSON. The file is damaged.")).toBe(
    "the file: Das ist kein JSON. Die Datei ist beschädigt.",
  );
});

test("what stands in no table is not taken for something else", () => {
  expect(inGerman("TypeError: x is undefined")).toBeNull();
  expect(inGerman("")).toBeNull();
  const translate = sentenceTranslator({ "{}: {}": "{}: {}", "it is red": "es ist rot" });
  expect(translate("ball: it is red")).toBe("ball: es ist rot");
  expect(translate("ball: it is blue")).toBeNull();
});
