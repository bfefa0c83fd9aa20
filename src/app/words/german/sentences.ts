// What engine, extraction and workers say in English, in German (sentence-translator.ts). Whole: a test
// takes every sentence from their source. Loaded with the first of them that is shown.
import { sentenceTranslator, type SentenceTable } from "../sentence-translator.ts";
import { documents } from "./sentences/documents.ts";
import { evaluation } from "./sentences/evaluation.ts";
import { library } from "./sentences/library.ts";
import { models } from "./sentences/models.ts";

export const GERMAN_SENTENCES: SentenceTable = {
  ...documents,
  ...library,
  ...models,
  ...evaluation,
};

export const inGerman = sentenceTranslator(GERMAN_SENTENCES);
