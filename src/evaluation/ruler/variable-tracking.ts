// RULER's variable tracking: one chain of five variables, four hops, hidden in filler.
import type { Pcg32 } from "../pcg32.ts";
import { references, type RulerGenerator, type RulerPrompt } from "./ruler-prompt.ts";
import { FILLER } from "./words.ts";

const VARIABLES = 5;
const NAME_LETTERS = 5;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

export const variableTracking: RulerGenerator = {
  floor: VARIABLES,
  ceiling: 1_000_000,
  build: (size, random) => build(size, random),
};

function build(size: number, random: Pcg32): RulerPrompt {
  const names = new Set<string>();
  while (names.size < VARIABLES) {
    names.add(Array.from({ length: NAME_LETTERS }, () => LETTERS[random.below(26)]!).join(""));
  }
  const variables = [...names];
  const value = String(10_000 + random.below(90_000));
  const assignments = variables.map((name, i) =>
    i === 0 ? `VAR ${name} = ${value}` : `VAR ${name} = VAR ${variables[i - 1]!}`,
  );
  const places = random.sample(
    Array.from({ length: size }, (_, i) => i),
    VARIABLES,
  );
  places.sort((a, b) => a - b);
  let document = "";
  let next = 0;
  const needles: { start: number; end: number; required: boolean }[] = [];
  for (let line = 0; line < size; line++) {
    if (places[next] === line) {
      const start = document.length;
      document += assignments[next]!;
      needles.push({ start, end: document.length, required: true });
      document += "\n";
      next++;
    }
    document += `${FILLER}\n`;
  }
  return {
    document: document.trimEnd(),
    question: `Which variables are assigned the value ${value} in the document, directly or through other variables? There are ${VARIABLES}; list them all.`,
    answerStart: `The variables with the value ${value} are`,
    gold: variables,
    rule: references(variables, "all"),
    needles,
  };
}
