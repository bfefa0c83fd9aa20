// What a benchmark of questions compares: ways to find the passage of a question in a text, with or
// without an answer. `words` needs no model; others implement the same interface.
import { wordingOf } from "../../engine/ask/wording.ts";
import { BM25, type Bm25, rankPassages } from "../../engine/words/rank-passages.ts";
import { type EarlierTurn, searchQuestion } from "../../engine/passages/follow-up.ts";
import { WordIndexBuilder } from "../../engine/words/word-index.ts";
import { PASSAGE_CHARACTERS } from "../../engine/words/passage-cuts.ts";
import { inDocuments } from "./question-documents.ts";
import type { TextRange } from "./questions-text.ts";

/** As many passages as the largest k of recall@k. */
export const SHOWN_PASSAGES = 5;

export interface ArmAnswer {
  /** Best first, as they would be shown. */
  readonly passages: readonly TextRange[];
  /** Absent for an arm that only finds. */
  readonly answer?: string;
  /** Whether the arm says that the text does not tell. Absent for one that never says so. */
  readonly isAbsent?: boolean;
  /** Whether the passages are shown as support and not only as the closest. Absent for an arm that only finds. */
  readonly isClaimed?: boolean;
}

export interface ArmSession {
  /** `earlier` turns, oldest first. */
  ask(question: string, earlier: readonly EarlierTurn[]): Promise<ArmAnswer>;
  close(): Promise<void>;
}

export interface QuestionArm {
  readonly name: string;
  open(text: string): Promise<ArmSession>;
}

/** `documents`: parts of the text that are asked together. */
export function wordsArm(
  passageCharacters = PASSAGE_CHARACTERS,
  bm25: Bm25 = BM25,
  documents = 1,
): QuestionArm {
  return {
    name: "words",
    open(text) {
      const parts = inDocuments(text, documents);
      const indexes = parts.map((part) => {
        const builder = new WordIndexBuilder(passageCharacters);
        builder.add(part.text);
        return builder.finish();
      });
      return Promise.resolve({
        async ask(asked, earlier) {
          const { question, carried } = searchQuestion(asked, earlier);
          const texts = indexes.map((words) => ({ words }));
          const wording = await wordingOf(texts, question);
          const ranked = rankPassages(
            indexes,
            question,
            SHOWN_PASSAGES,
            carried,
            { wording },
            bm25,
          );
          const passages = ranked.map(({ document, start, end }) => {
            const at = parts[document]!.start;
            return { start: at + start, end: at + end };
          });
          return { passages };
        },
        close: () => Promise.resolve(),
      });
    },
  };
}
