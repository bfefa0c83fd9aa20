import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { saysAbsent } from "./absence.ts";
import { groundAnswer } from "./grounding.ts";

const question = "Who is the captain of the barge?";
const passages = [
  "The barge left at dawn. Tobias Merrow was her captain, a man of 42 years. He owned three goats.",
  "The pilot, Anna Velde, slept. She did not see the lighthouse.",
];
const stateOf = (answer: string, asked = question) => groundAnswer(answer, asked, passages).state;

describe("grounding", () => {
  test.each<[string, string, readonly number[]]>([
    ["Tobias Merrow", "supported", [0]],
    ["The captain of the barge is Tobias Merrow.", "supported", [0]],
    ["The captain is Tobias Marlow.", "unsupported", []],
    ["Her captain was Tobias Merrow, a man of 42.", "supported", [0]],
    ["Her captain was Tobias Merrow, a man of 43.", "unsupported", []],
    ["Anna Velde slept.", "supported", [1]],
    ["Anna Velde owned three goats.", "unsupported", []],
    ["Anna Velde did not sleep.", "unsupported", []],
    ["She did not see the lighthouse.", "supported", [1]],
    ["She saw the lighthouse.", "unsupported", []],
    ["Anna Velde slept near goats.", "unsupported", []],
    ["She saw the lighthouse, Tobias Merrow says.", "unsupported", []],
    ["Yes.", "unsupported", []],
    ["The captain of the barge.", "unsupported", []],
    ["This is not in the text.", "absent", []],
  ])("%j is %s", (answer, state, cited) => {
    const result = groundAnswer(answer, question, passages);
    expect(result.state).toBe(state);
    expect(result.sentences.flatMap((one) => one.passages)).toEqual(cited);
  });

  test.each([
    ["The story is set in Tulsa, but this is never stated.", "The story is set in Tulsa.", true],
    ["He was not rich, but he owned a mill in Leiden.", "He owned a mill in Leiden.", true],
    ["She did not buy the ship, the mill, or the barge.", "She could buy the mill.", false],
    ["Keeping nothing back, I go to the time when he kept the Benbow Inn.", "Benbow Inn", true],
    ["They did not buy, he told me, the Benbow Inn.", "Benbow Inn", false],
    ["He did not, however, burn the mill.", "He did burn the mill.", false],
    ["No man burnt the mill.", "A man burnt the mill.", false],
  ])("%j supports %j: %j", (passage, answer, supports) => {
    const { state } = groundAnswer(answer, "What is told?", [passage]);
    expect(state).toBe(supports ? "supported" : "unsupported");
  });

  test("each sentence is looked for by itself", () => {
    const answer = "The captain is Tobias Merrow. He lives in Rotterdam.";
    const result = groundAnswer(answer, question, passages);
    expect(result.state).toBe("partly");
    expect(result.sentences.map(({ state }) => state)).toEqual(["supported", "unsupported"]);
    expect(result.sentences.map(({ start, end }) => answer.slice(start, end))).toEqual([
      "The captain is Tobias Merrow.",
      "He lives in Rotterdam.",
    ]);
  });

  test("an answer that is not supported comes with the sentence nearest to the question", () => {
    const { closest } = groundAnswer("Peter Lund", question, passages);
    expect(passages[closest!.passage]!.slice(closest!.start, closest!.end)).toMatch(
      /captain|barge/,
    );
    expect(groundAnswer("Tobias Merrow", question, passages).closest).toBeUndefined();
    expect(groundAnswer("Peter Lund", question, []).closest).toBeUndefined();
  });

  test("no number and no name that the passages lack is ever supported", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 99_999 }),
        fc.constantFrom(...passages),
        (n, passage) => {
          const sentences = passage.split(". ");
          for (const sentence of sentences) {
            expect(stateOf(`${sentence.replace(/\.$/, "")} and ${n} more.`)).not.toBe("supported");
            expect(stateOf(`${sentence.replace(/\.$/, "")} with Zog${n}.`)).not.toBe("supported");
          }
        },
      ),
    );
  });

  test("a sentence of a passage is supported by it, whatever is asked", () => {
    for (const [i, passage] of passages.entries()) {
      for (const sentence of passage.split(/(?<=\.) /)) {
        const [found] = groundAnswer(sentence, "What happened?", passages).sentences;
        expect(found).toMatchObject({ state: "supported" });
        expect(found!.passages).toContain(i);
      }
    }
  });
});

describe("numbers of a contract", () => {
  const lease =
    "§ 3 Rent\n\nThe monthly rent is EUR 1,500.00 and is due on the 3rd of each month. The contract begins on " +
    "1 March 2020 and ends on 28 February 2025. The notice period is three months. Interest is 5 %.";
  const miete =
    "Die Miete beträgt 1.500 Euro und ist am dritten Werktag fällig. Der Vertrag beginnt am 1. März 2020. " +
    "Die Kündigungsfrist beträgt drei Monate. Die Kaution beläuft sich auf 3.000,00 €.";
  test.each([
    ["How much is the rent?", "€1,500", lease, "supported"],
    ["How much is the rent?", "1500 euros", lease, "supported"],
    ["How much is the rent?", "$1,500", lease, "unsupported"],
    ["How much is the rent?", "EUR 3", lease, "unsupported"],
    ["How high is the interest?", "5 percent", lease, "supported"],
    ["How long is the notice period?", "3 months", lease, "supported"],
    ["How long is the notice period?", "Three months.", lease, "supported"],
    ["How long is the notice period?", "two months", lease, "unsupported"],
    ["How long is the notice period?", "1 month", lease, "unsupported"],
    ["When does the contract begin?", "March 1, 2020", lease, "supported"],
    ["When does the contract begin?", "On the 1st March 2020.", lease, "supported"],
    ["When does the contract begin?", "1 March 2025", lease, "unsupported"],
    ["When does the contract end?", "28 February 2020", lease, "unsupported"],
    ["Wie hoch ist die Miete?", "1500 Euro", miete, "supported"],
    ["Wie hoch ist die Miete?", "1,500 Euro", miete, "supported"],
    ["Wie hoch ist die Kaution?", "3000 Euro", miete, "supported"],
    ["Wie lange ist die Kündigungsfrist?", "3 Monate", miete, "supported"],
    ["Wie lange ist die Kündigungsfrist?", "zwei Monate", miete, "unsupported"],
    ["Wann beginnt der Vertrag?", "Am 1. März 2020.", miete, "supported"],
    ["How much is the rent?", "1 500 euros", lease, "supported"],
    [
      "Quel est le loyer ?",
      "1500 euros",
      "Le loyer est de 1\u202f500 euros par mois.",
      "supported",
    ],
    ["Wie hoch ist die Miete?", "1.500 Franken", "Die Miete ist 1’500 Franken.", "supported"],
    ["How many?", "200 boxes", "The columns hold 10 200 300 boxes.", "unsupported"],
    ["When does the contract begin?", "1.3.2020", lease, "supported"],
    ["When does the contract begin?", "2020-03-01", lease, "supported"],
    ["When does the contract begin?", "1.2.2020", lease, "unsupported"],
    ["When was it?", "May 3, 1851", "It was on 3.5.1851 in Leiden.", "supported"],
    ["When was it?", "On the 3rd of May 1851", "It was on May 3rd, 1851 in Leiden.", "supported"],
    ["In which month does the contract begin?", "In March.", lease, "supported"],
    ["In which month does the contract begin?", "In June.", lease, "unsupported"],
    ["When was it?", "It was in May 1851.", "It was on 3.5.1851 in Leiden.", "supported"],
    ["When was it?", "May 3, 1851", "It was on 3 May 1851 in Leiden.", "supported"],
    ["When was it?", "3 June 1851", "It was on 3.5.1851 in Leiden.", "unsupported"],
    ["When was it?", "3 June 1851", "It was on 3 May 1851 in Leiden.", "unsupported"],
    ["Wann war es?", "Am 3. Mai 1851", "It was on 3 May 1851 in Leiden.", "supported"],
    ["¿Cuándo fue?", "El 3 de mayo de 1851", "Fue el 3.5.1851 en Leiden.", "supported"],
    ["What is the version?", "2.0", "The version is 2.0.1 of it.", "unsupported"],
  ])("%s %s", (asked, answer, passage, expected) => {
    expect(groundAnswer(answer, asked, [passage]).state).toBe(expected);
  });
});

describe("forms of an answer", () => {
  const pets = "He had a dog called Rex, a cat called Tom and two parrots. He may not keep horses.";
  const asked = "What animals did he have?";
  const states = (answer: string) =>
    groundAnswer(answer, asked, [pets]).sentences.map(({ state }) => state);

  test("the numbers of a list and of passages are no numbers of the text", () => {
    expect(states("1. Rex\n2. Tom\n3. two parrots")).toEqual(Array(3).fill("supported"));
    expect(states("1. a dog called Rex\n2. a horse called Bill")).toEqual([
      "supported",
      "unsupported",
    ]);
    expect(states("Two parrots [3].")).toEqual(["supported"]);
    expect(states("According to passage 1, two parrots.")).toEqual(["supported"]);
    expect(states("3. two parrots")).toEqual(["unsupported"]);
  });

  test("«cannot» denies, and «may» asks for yes or no", () => {
    expect(groundAnswer("You cannot keep horses.", "Can I keep horses?", [pets]).state).toBe(
      "supported",
    );
    expect(groundAnswer("No.", "May he keep horses?", [pets]).state).toBe("unclaimed");
    expect(groundAnswer("Yes.", "Was it a dog?", [pets]).state).toBe("unclaimed");
  });

  test("an answer that adds what the text does not tell is still an answer", () => {
    const { state, sentences } = groundAnswer(
      "Two parrots. Their names are not mentioned in the text.",
      asked,
      [pets],
    );
    expect(state).toBe("supported");
    expect(sentences.map(({ passages }) => passages)).toEqual([[0], []]);
    const other = groundAnswer("The text doesn't say. He had two parrots.", asked, [pets]);
    expect(other.state).toBe("absent");
    expect(other.sentences.flatMap(({ passages }) => passages)).toEqual([]);
  });

  test("a denial that goes on in the next line of a wrapped text is one", () => {
    const text =
      "It is well known along the whole of the eastern coast that the captain did not\n" +
      "see the lighthouse of Saint Helier that night, for he was asleep in his cabin.";
    const asked = "What happened that night?";
    const answer = "He did see the lighthouse of Saint Helier.";
    expect(groundAnswer(answer, asked, [text]).state).toBe("unsupported");
  });
});

test.each([
  ["Not in the text.", true],
  ["The document does not mention it.", true],
  ["There is no information about that in the document.", true],
  ["It is not stated in the text who he was.", true],
  ["I cannot find this.", true],
  ["The information is not available in the given context.", true],
  ["The text doesn’t say.", true],
  ["There's no mention of her.", true],
  ["I don't know.", true],
  ["Das steht nicht im Text.", true],
  ["Das wird im Text nicht erwähnt.", true],
  ["Der Text sagt dazu nichts.", true],
  ["Der Text enthält keine Angaben dazu.", true],
  ["Le texte ne le dit pas.", true],
  ["No se menciona en el texto.", true],
  ["В тексте об этом не говорится.", true],
  ["文中没有提到。", true],
  ["本文には書かれていません。", true],
  ["The device cannot be found by the phone.", false],
  ["If the tenant has not provided the document, he must pay.", false],
  ["Der Mieter darf den Text nicht ändern.", false],
  ["“I do not know,” he said.", false],
  ["He was not in the house.", false],
  ["The text says that he did not come.", false],
  ["Tobias Merrow", false],
])("%j says absent: %j", (answer, expected) => {
  expect(saysAbsent(answer)).toBe(expected);
});
