// Synthetic texts for the calibration: plain sentences with one planted value each, and the question for
// it. Deterministic; no claim to be a benchmark.

export interface PlantedCopy {
  readonly text: string;
  readonly question: string;
  /** Characters of the value in the text. */
  readonly start: number;
  readonly end: number;
}

const THINGS = ["lamp", "gate", "river", "clock", "ship", "garden", "tower", "letter", "bridge"];
const PLACES = ["the harbour", "the old mill", "the market", "the school", "the north road"];
const STATES = ["was quiet", "had been painted", "stood open", "was seen by nobody", "looked new"];
const TIMES = ["In the morning", "After the rain", "That year", "Every evening", "Some days later"];
const OWNERS = ["green lantern", "red kettle", "stone house", "blue wagon", "iron chest"];

/** `count` texts of about `characters` characters; the values stand at evenly spread depths. */
export function plantedCopies(count: number, characters: number): PlantedCopy[] {
  return Array.from({ length: count }, (_, i) => {
    const owner = OWNERS[i % OWNERS.length]!;
    const value = String(10_007 + (((i + 1) * 7_919) % 89_000));
    const depth = (i + 0.5) / count;
    let text = "";
    let start = 0;
    for (let n = 0; text.length < characters; n++) {
      if (start === 0 && text.length >= depth * characters) {
        const fact = `The secret code of the ${owner} is ${value}.`;
        start = text.length + fact.indexOf(value);
        text += `${fact} `;
      }
      text += `${sentence(n * 5 + i * 3)} `;
    }
    const question = `What is the secret code of the ${owner}?`;
    return { text: text.trimEnd(), question, start, end: start + value.length };
  });
}

function sentence(n: number): string {
  const of = (words: readonly string[], step: number) => words[(n * step + n) % words.length]!;
  return `${of(TIMES, 1)} the ${of(THINGS, 3)} near ${of(PLACES, 6)} ${of(STATES, 2)}.`;
}
