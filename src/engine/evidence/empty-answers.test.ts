// Answers that say nothing, and those that look alike and are right.
import { describe, expect, test } from "vitest";
import { groundAnswer } from "./grounding.ts";

const state = (question: string, answer: string, passage: string, isCut = false) =>
  groundAnswer(answer, question, [passage], isCut).state;

const lisbon = "Lisbon, the capital of Portugal, lies on the Tagus. Portugal has other cities.";

describe("what only repeats the question is not supported", () => {
  test.each([
    ["What is the capital of Portugal?", "Portugal", lisbon],
    ["What is the capital of Portugal?", "The capital of Portugal is Portugal.", lisbon],
    ["What is the capital of Portugal?", "The capital of Portugal", lisbon],
    ["What is the capital of Portugal?", "What is the capital of Portugal?", lisbon],
    ["What is the capital of Portugal?", "The answer is: the capital.", lisbon],
    ["What is the capital of Portugal?", "It is located in Portugal.", lisbon],
    [
      "Why was the new remedy more dreadful than the old?",
      "The new remedy was even more dreadful than the old",
      "The new remedy was even more dreadful than the old, for it asked for the Princess.",
    ],
    [
      "What does the board of directors consist of?",
      "a board of directors",
      "A board of directors meets.",
    ],
    [
      "What is the sentencing reform act of 1984?",
      "The Sentencing Reform Act of 1984.",
      "The Act of 1984 is a statute.",
    ],
    [
      "Wie heißt die Hauptstadt von Portugal?",
      "Portugal",
      "Die Hauptstadt von Portugal ist Lissabon.",
    ],
    [
      "Wie heißt die Hauptstadt Portugals?",
      "Die Hauptstadt von Portugal ist Portugal.",
      "Die Hauptstadt von Portugal ist Lissabon.",
    ],
    ["Wem gehörte das Haus?", "Es war der Besitzer des Hauses.", "Das Haus gehörte Anna."],
    [
      "Quelle est la capitale du Portugal ?",
      "La capitale du Portugal.",
      "La capitale du Portugal est Lisbonne.",
    ],
    [
      "¿Cuál es la capital de Portugal?",
      "La capital es Portugal.",
      "La capital de Portugal es Lisboa.",
    ],
    [
      "Qual è la capitale del Portogallo?",
      "Il Portogallo",
      "La capitale del Portogallo è Lisbona.",
    ],
    ["Qual é a capital de Portugal?", "Portugal.", "A capital de Portugal é Lisboa."],
    [
      "Wat is de hoofdstad van Portugal?",
      "De hoofdstad van Portugal.",
      "Lissabon is de hoofdstad van Portugal.",
    ],
    [
      "Какой город является столицей Португалии?",
      "Столица Португалии",
      "Столица Португалии — Лиссабон.",
    ],
    ["Как называется столица Португалии?", "Португалия", "Столица Португалии — Лиссабон."],
    ["葡萄牙的首都是哪里？", "葡萄牙", "葡萄牙的首都是里斯本。"],
    ["葡萄牙的首都是哪里？", "葡萄牙的首都是葡萄牙。", "葡萄牙的首都是里斯本。"],
    [
      "ポルトガルの首都はどこですか。",
      "ポルトガルの首都です。",
      "ポルトガルの首都はリスボンです。",
    ],
    ["포르투갈의 수도는 어디입니까?", "포르투갈입니다.", "포르투갈의 수도는 리스본입니다."],
    ["เมืองหลวงของโปรตุเกสคืออะไร", "โปรตุเกส", "ลิสบอนเป็นเมืองหลวงของโปรตุเกส"],
    ["ما هي عاصمة البرتغال؟", "عاصمة البرتغال", "عاصمة البرتغال هي لشبونة."],
    ["पुर्तगाल की राजधानी क्या है?", "पुर्तगाल", "पुर्तगाल की राजधानी लिस्बन है।"],
  ])("%s %s", (question, answer, passage) => {
    expect(state(question, answer, passage)).toBe("unsupported");
    const { closest, sentences } = groundAnswer(answer, question, [passage]);
    expect(closest?.passage).toBe(0);
    expect(sentences.flatMap(({ passages }) => passages)).toEqual([]);
  });
});

describe("words of the question are an answer where a sentence says so", () => {
  test.each([
    [
      "What is the capital of Luxembourg?",
      "Luxembourg",
      "The capital of Luxembourg is Luxembourg.",
    ],
    [
      "Who was the son of John Merrow?",
      "John Merrow",
      "John Merrow was the son of John Merrow the elder.",
    ],
    [
      "What language is spoken in Italy?",
      "Italian",
      "Italian is the language that is spoken there.",
    ],
    ["What is the capital of Mexico?", "Mexico City", "Mexico City is the capital of Mexico."],
    [
      "Wie heißt die Hauptstadt von Luxemburg?",
      "Luxemburg",
      "Die Hauptstadt von Luxemburg ist Luxemburg.",
    ],
    ["卢森堡的首都是哪里？", "卢森堡", "卢森堡的首都是卢森堡。"],
  ])("%s %s", (question, answer, passage) => {
    expect(state(question, answer, passage)).toBe("supported");
  });
});

describe("one of what is offered", () => {
  const boats = "The boat was blue. The sail was red, and Smith had mended it.";
  test.each([
    ["Is the boat red or blue?", "blue", boats, "supported"],
    ["Is the boat red or blue?", "The boat is blue.", boats, "supported"],
    ["Is the boat red or blue?", "red", boats, "unsupported"],
    ["Is the boat red or blue?", "red or blue", boats, "unsupported"],
    ["Is the boat red or blue?", "the boat", boats, "unsupported"],
    ["Is the boat light blue or dark blue?", "dark blue", "The boat was dark blue.", "supported"],
    [
      "Is the boat light blue or dark blue?",
      "light blue",
      "The boat was dark blue.",
      "unsupported",
    ],
    ["Was the boat white, red or blue?", "blue", boats, "supported"],
    ["Which of Smith and Jones mended the sail?", "Smith", boats, "supported"],
    ["Which of Smith and Jones mended the sail?", "Jones", boats, "unsupported"],
    ["Which of Smith and Jones mended the sail?", "Smith and Jones", boats, "unsupported"],
    ["Who mended the sail, Smith or Jones?", "Smith.", boats, "supported"],
    ["War das Boot rot oder blau?", "blau", "Das Boot war blau. Das Segel war rot.", "supported"],
    ["War das Boot rot oder blau?", "rot", "Das Boot war blau. Das Segel war rot.", "unsupported"],
    ["Le bateau était-il rouge ou bleu ?", "bleu", "Le bateau était bleu.", "supported"],
    ["¿El barco era rojo o azul?", "azul", "El barco era azul.", "supported"],
    ["Лодка была красная или синяя?", "синяя", "Лодка была синяя.", "supported"],
    ["船是红色还是蓝色？", "蓝色", "船是蓝色的。", "supported"],
  ])("%s %s", (question, answer, passage, expected) => {
    expect(state(question, answer, passage)).toBe(expected);
  });
});

describe("yes and no", () => {
  test.each([
    ["Is Lisbon the capital of Portugal?", "Yes.", "unclaimed"],
    ["Is Lisbon the capital of Portugal?", "Yes, it is.", "unclaimed"],
    ["Is Lisbon the capital of Portugal?", "Yes, Lisbon is the capital of Portugal.", "supported"],
    ["Is Porto the capital of Portugal?", "Porto is the capital of Portugal.", "unsupported"],
    ["Does Lisbon lie on the Tagus?", "…", "unsupported"],
    ["Ist Lissabon die Hauptstadt?", "Ja.", "unclaimed"],
    ["Lisbonne est-elle la capitale ?", "Oui.", "unclaimed"],
    ["里斯本是首都吗？", "是的。", "unclaimed"],
    ["What is the capital of Portugal?", "Yes.", "unsupported"],
  ])("%s %s", (question, answer, expected) => {
    expect(state(question, answer, lisbon)).toBe(expected);
  });
});

describe("what holds nothing", () => {
  const told = "Three boats left. One of them sank. The others had sailed to Lisbon by page 3.";
  test.each([
    "",
    "...",
    "—",
    "It is.",
    "them",
    "The text",
    "The passage says that",
    "Passage 1",
    "[1]:",
  ])("%j", (answer) =>
    expect(state("Where did the boats sail?", answer, told)).toBe("unsupported"),
  );
  test.each([
    "Answer in a few words taken from the text.",
    "You answer questions about a text.",
    "Question:",
  ])("a piece of the prompt: %s", (answer) => {
    const passage = "He took a few words from the text about questions you answer.";
    expect(state("Where did the boats sail?", answer, passage)).toBe("unsupported");
  });
  test("but «one» and «none» may be a number, and a chapter may be asked for", () => {
    expect(state("How many boats sank?", "One.", told)).toBe("supported");
    expect(state("How many boats sank?", "None.", "Of the boats none sank.")).toBe("supported");
    expect(state("How many boats sank?", "None.", told)).toBe("unsupported");
    expect(state("Which chapter tells of it?", "Chapter 3", "Chapter 3 tells of it.")).toBe(
      "supported",
    );
  });
});

describe("a heading alone supports nothing", () => {
  const passage =
    "The Black Spot\n\nAbout noon I stopped at the captain’s door with some cooling drinks and medicines for him.";
  test.each([
    ["What did the doctor find?", "The Black Spot", "unsupported"],
    ["What is the title of the chapter?", "The Black Spot", "supported"],
    ["What did I bring to the captain’s door?", "cooling drinks", "supported"],
  ])("%s %s", (question, answer, expected) => {
    expect(state(question, answer, passage)).toBe(expected);
  });
  test("but it may say who is meant by what stands below", () => {
    const entry =
      "Tobias Merrow\n\nBorn in 1820 at Leiden, he became captain of a barge when he was nineteen years old.";
    expect(state("Who was born in 1820 at Leiden?", "Tobias Merrow", entry)).toBe("supported");
  });
});

describe("an answer that ended at its limit", () => {
  const passage = "In 1871 the lighthouse burnt down, for Tobias Merrow, its keeper, slept.";
  test.each([
    ["The keeper was Tobias Merr", true, "supported"],
    ["The keeper was Tobias Merr", false, "unsupported"],
    ["The keeper was Tobias Mas", true, "unsupported"],
    ["The lighthouse burnt down in 18", true, "supported"],
    ["The lighthouse burnt down in 19", true, "unsupported"],
    ["The lighthouse burnt down in", true, "unsupported"],
    ["The keeper of the lighthouse is T", true, "unsupported"],
    ["The keeper was Tobias Mas.", true, "unsupported"],
  ])("%s (cut: %j)", (answer, isCut, expected) => {
    const question = "When did the lighthouse burn down, and who was its keeper?";
    expect(state(question, answer, passage, isCut)).toBe(expected);
  });
});
