// Synthetic texts for measuring which heads find: every sentence is a fact, and each question is about one
// of them in other words, so that neither the name nor the matter alone leads to it. Deterministic; no claim
// to be a benchmark.

export interface KnownText {
  readonly text: string;
  /** First character of each sentence, ascending from 0. */
  readonly sentences: readonly number[];
  readonly questions: readonly KnownQuestion[];
}

export interface KnownQuestion {
  readonly question: string;
  /** Index of the sentence that answers it. */
  readonly sentence: number;
}

interface Matter {
  readonly fact: (name: string, value: string) => string;
  readonly question: (name: string) => string;
  readonly values: readonly string[];
}

const NAMES = ["Agnes", "Bruno", "Clara", "Dorian", "Edith", "Felix", "Greta", "Hector", "Ida"];

const MATTERS: readonly Matter[] = [
  {
    fact: (name, value) => `${name} earned a living as a ${value}.`,
    question: (name) => `What was ${name}'s profession?`,
    values: ["carpenter", "lawyer", "nurse", "baker", "printer"],
  },
  {
    fact: (name, value) => `As a child ${name} lived in ${value}.`,
    question: (name) => `Where did ${name} grow up?`,
    values: ["Lisbon", "Dresden", "Cairo", "Boston", "Naples"],
  },
  {
    fact: (name, value) => `Nothing frightened ${name} as much as ${value}.`,
    question: (name) => `What was ${name} most afraid of?`,
    values: ["thunder", "spiders", "deep water", "the dark", "wolves"],
  },
  {
    fact: (name, value) => `For supper ${name} always wanted ${value}.`,
    question: (name) => `Which food did ${name} like best in the evening?`,
    values: ["lentils", "fried eggs", "trout", "cabbage soup", "pancakes"],
  },
  {
    fact: (name, value) => `In the stable of ${name} stood ${value}.`,
    question: (name) => `How many animals did ${name} own?`,
    values: ["two horses", "four goats", "seven sheep", "three donkeys", "nine cows"],
  },
  {
    fact: (name, value) => `${name} married ${value}.`,
    question: (name) => `Who became the spouse of ${name}?`,
    values: ["Leopold", "Martha", "Konrad", "Sophie", "Anton"],
  },
  {
    fact: (name, value) => `${name} hid the money ${value}.`,
    question: (name) => `Where were ${name}'s savings kept?`,
    values: [
      "under the floor",
      "in the clock",
      "behind a picture",
      "in a flour jar",
      "up the chimney",
    ],
  },
  {
    fact: (name, value) => `${name} died of ${value}.`,
    question: (name) => `What caused the death of ${name}?`,
    values: ["a fever", "old age", "a fall", "the plague", "a snake bite"],
  },
];

/** Sentences of a text, and how many of them are asked about. */
const SENTENCES = 24;
const QUESTIONS = 8;

export function knownSentences(texts: number): KnownText[] {
  return Array.from({ length: texts }, (_, i) => textOf(i));
}

/** Facts (name, matter) in an order of their own for each text, no pair twice. */
function textOf(seed: number): KnownText {
  const pairs = NAMES.length * MATTERS.length;
  const step = [5, 11, 13, 17, 19, 23, 25, 29][seed % 8]!; // none shares a divisor with the number of pairs
  const sentences: number[] = [];
  const questions: KnownQuestion[] = [];
  let text = "";
  for (let n = 0; n < SENTENCES; n++) {
    const pair = (seed * 7 + n * step) % pairs;
    const name = NAMES[pair % NAMES.length]!;
    const { fact, question, values } = MATTERS[Math.floor(pair / NAMES.length)]!;
    sentences.push(text.length);
    text += `${fact(name, values[(pair + seed) % values.length]!)} `;
    if (n % (SENTENCES / QUESTIONS) === seed % (SENTENCES / QUESTIONS)) {
      questions.push({ question: question(name), sentence: n });
    }
  }
  return { text: text.trimEnd(), sentences, questions };
}
