// Planted facts as questions about a text, for what natural questions are too hard: whether the same facts are found and
// answered in one document and in several.
import { EngineError } from "../../engine/errors.ts";
import { evenDepths, needleDocument } from "./needle-cases.ts";
import type { QuestionedText } from "./questions-text.ts";

/** `plan`: facts in a text, times texts: «50x2». `characters`: of a text, without what is planted. */
export function plantedQuestions(book: string, plan: string, characters: number): QuestionedText[] {
  const [, facts = "", texts = ""] = /^(\d+)x(\d+)$/.exec(plan) ?? [];
  if (facts === "") {
    throw new EngineError("invalid-argument", `--planted ${plan}: write FACTSxTEXTS.`);
  }
  return Array.from({ length: Number(texts) }, (_, seed) => {
    const { text, needles } = needleDocument(book, characters, evenDepths(Number(facts)), seed + 1);
    const questions = needles.map(({ question, expected, start, end }) => ({
      kind: "planted",
      question,
      answers: [expected],
      evidence: [{ start, end }],
    }));
    return { title: `Planted ${seed + 1}`, text, questions };
  });
}
