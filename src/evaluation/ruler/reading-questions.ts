// RULER's two reading tasks: a question whose answer stands in one of many documents.
import { references, type RulerGenerator } from "./ruler-prompt.ts";
import type { QuestionSet } from "./question-sets.ts";

/** `size` counts documents; the question is the `repeat`-th of the set. */
export function readingQuestion(set: QuestionSet, repeat: number): RulerGenerator {
  const asked = set.questions[repeat % set.questions.length]!;
  return {
    floor: asked.documents.length,
    ceiling: set.documents.length,
    build: (size, random) => {
      const own = new Set(asked.documents);
      const related = asked.related.filter((index) => !own.has(index));
      const near = new Set([...own, ...related]);
      const wanted = size - own.size;
      const others =
        wanted <= related.length
          ? random.sample(related, wanted)
          : [
              ...related,
              ...random.sample(
                set.documents.map((_, index) => index).filter((index) => !near.has(index)),
                wanted - related.length,
              ),
            ];
      const chosen = [...own, ...others];
      random.shuffle(chosen);
      let document = "";
      const needles: { start: number; end: number; required: boolean }[] = [];
      chosen.forEach((index, i) => {
        if (i > 0) document += "\n\n";
        document += `Document ${i + 1}:\n`;
        const start = document.length;
        document += set.documents[index]!;
        if (own.has(index)) needles.push({ start, end: document.length, required: true });
      });
      return {
        document,
        question: `Answer from the documents with as few words as possible. ${asked.question}`,
        answerStart: "Answer:",
        gold: asked.answers,
        rule: references(asked.answers, "any"),
        needles,
      };
    },
  };
}
