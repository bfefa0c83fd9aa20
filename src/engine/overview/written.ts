// What a model is asked to write for an overview, and what of it is taken: a summary that its sentences support,
// a question that can be understood by itself. Pure.
import type { GeneratedText } from "../api.ts";
import { saysAbsent } from "../evidence/absence.ts";
import { groundAnswer } from "../evidence/grounding.ts";
import { leansOnEarlier } from "../passages/follow-up.ts";
import { questionTerms } from "../words/rank-passages.ts";
import type { KeySentence } from "./key-sentences.ts";

type Written = Pick<GeneratedText, "text" | "stopped">;

const SUMMED_SENTENCES = 12;
const SHORTEST_SUMMARY = 40;
const LONGEST_SUMMARY = 600;
const SHORTEST_QUESTION = 10;
const LONGEST_QUESTION = 110;

/** The weightiest sentences in the order of the text. */
export function summedSentences(best: readonly KeySentence[]): readonly string[] {
  return best
    .slice(0, SUMMED_SENTENCES)
    .sort((a, b) => a.start - b.start)
    .map(({ text }) => text);
}

export function summaryInstruction(sentences: readonly string[]): string {
  const list = sentences.map((sentence) => `- ${sentence}`).join("\n");
  return `These are sentences of a longer text, in its order:\n\n${list}\n\nSay what the text is about, in two or three short sentences, in the language of these sentences. Say only what they say, in running text, and nothing before or after it.`;
}

/** Null for what is cut off, no running text, or says anything that the sentences do not. */
export function summaryIn({ text, stopped }: Written, sentences: readonly string[]): string | null {
  const summary = text.trim().replace(/[ \t]+/g, " ");
  if (stopped !== "end" || summary.length < SHORTEST_SUMMARY || summary.length > LONGEST_SUMMARY) {
    return null;
  }
  if (/\n|^[-*#>]|\*\*|:$/.test(summary) || saysAbsent(summary)) return null;
  return groundAnswer(summary, "", sentences).state === "supported" ? summary : null;
}

export function questionInstruction(sentence: string): string {
  return `Write one short question that this sentence answers, in the language of the sentence. The question must be understood by somebody who does not see the sentence. Write the question alone.\n\n${sentence}`;
}

export function questionIn({ text, stopped }: Written): string | null {
  const question = text.trim();
  const { length } = question;
  const isQuestion = /^[^\n?？؟]+[?？؟]$/.test(question);
  if (stopped !== "end" || !isQuestion || length < SHORTEST_QUESTION || length > LONGEST_QUESTION) {
    return null;
  }
  return leansOnEarlier(question) || questionTerms(question).length === 0 ? null : question;
}
