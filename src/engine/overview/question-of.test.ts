import { expect, test } from "vitest";
import { type Names, questionsOf } from "./question-of.ts";

const SMALL = new Set("command lake site recall".split(" "));
const CAPITAL = new Set("Pencroff Darwin Python Java Recall".split(" "));
const PEOPLE = new Set("Pencroff Smith".split(" "));
const NAMES: Names = {
  isWord: (small) => SMALL.has(small),
  isName: (word) => CAPITAL.has(word),
  isPerson: (name) => PEOPLE.has(name),
};
const ask = (sentence: string) => questionsOf(sentence, NAMES).map(({ question }) => question);

test.each([
  [
    "The bridge over the Tarn was finished in 1882 by the engineer Paul Moreau.",
    "When was the bridge over the Tarn finished?",
    "1882",
  ],
  [
    "The archive of the town is kept in a cellar below the market.",
    "Where is the archive of the town kept?",
    "a cellar below the market",
  ],
  [
    "A muscle relaxant is a drug that affects skeletal muscle function.",
    "What is a muscle relaxant?",
    "drug that affects skeletal muscle function",
  ],
  [
    "Chilka Lake is a brackish water lake along the eastern coastal plain.",
    "What is Chilka Lake?",
    "brackish water lake along the eastern coastal plain",
  ],
  [
    "The New-Guid cmdlet creates a random globally unique identifier.",
    "What does the New-Guid cmdlet create?",
    "a random globally unique identifier",
  ],
  [
    "Command names are used to find a program in the path.",
    "What are command names used for?",
    "find a program in the path",
  ],
  [
    "The GIL is needed because memory management is not thread-safe.",
    "Why is the GIL needed?",
    "memory management is not thread-safe",
  ],
  [
    "Eric Chiang is a software engineer and technical lead at a company.",
    "Who is Eric Chiang?",
    "software engineer and technical lead at a company",
  ],
  [
    "Pencroff took the bit of burnt paper, and knelt down before the fire.",
    "Who took the bit of burnt paper?",
    "Pencroff",
  ],
  [
    "Cyrus Smith listened to the sailor without saying a word.",
    "Who listened to the sailor without saying a word?",
    "Cyrus Smith",
  ],
])("%s", (sentence, question, expected) => {
  expect(questionsOf(sentence, NAMES)).toEqual([{ question, expected }]);
});

test.each([
  "The framework provides a way to register all of the handlers.", // which one?
  "Generally the term includes the unknown element of creation.",
  "Writing things down means that they are kept for a longer time.",
  "John James McCoy is a fictional character in the television drama.", // a person, perhaps
  "Eyespots are found in nearly all major animal groups on the earth.", // a name or not?
  "Recall is a share of the passages that were found by the engine.", // both a name and a word
  "Young Hawkins took the bit of paper and went up to the captain.", // nobody who is known
  "Pencroff looked for a moment, and then went back to the beach.", // everybody did
  "In the morning the captain was found in the cellar below the inn.",
  "The captain that I knew was found in the cellar below the market.",
  "One of the rules is the order in which they are read by people.",
])("none of: %s", (sentence) => {
  expect(ask(sentence)).toEqual([]);
});

test("none is as long as a sentence, and none leans on what was said before", () => {
  expect(
    ask(`Pencroff took the bit of paper ${"and the other one too ".repeat(6)}to the fire.`),
  ).toEqual([]);
  expect(ask("The size of it is the sum of all parts that were written there.")).toEqual([]);
});
