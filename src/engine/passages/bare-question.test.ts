import { describe, expect, test } from "vitest";
import { bareQuestion, separateQuestions } from "./bare-question.ts";

const CAPTAIN = "Who is the captain of the barge?";

describe("what is said around a question is left out", () => {
  test.each([
    ["WHO IS THE CAPTAIN OF THE BARGE?", "who is the captain of the barge?"],
    [`3) ${CAPTAIN}`, CAPTAIN],
    [`Q1: ${CAPTAIN}`, CAPTAIN],
    [`- ${CAPTAIN}`, CAPTAIN],
    [`Hi! ${CAPTAIN} Thanks!`, CAPTAIN],
    [`I am preparing a talk and want to get it right. ${CAPTAIN} Please answer briefly.`, CAPTAIN],
    [
      `Hello, could you help me with something? ${CAPTAIN} I'd be grateful for a short answer.`,
      CAPTAIN,
    ],
    [`${CAPTAIN}\n\nAnswer in one sentence.`, CAPTAIN],
    [
      "Could you please tell me who the captain of the barge is?",
      "Who the captain of the barge is?",
    ],
    [
      "I am reading this for my class. Could you tell me who the captain of the barge is?",
      "Who the captain of the barge is?",
    ],
    [
      "I am reading this book. What did they call the lake? Please answer briefly.",
      "What did they call the lake?",
    ],
    ["Do you know when the lighthouse burned down?", "When the lighthouse burned down?"],
    ["I was wondering on which day the barge left.", "On which day the barge left."],
    ["According to the text, who built the mill?", "Who built the mill?"],
    ["Who built the mill, according to this book? Explain your answer.", "Who built the mill?"],
    [
      "Hallo! Können Sie mir bitte sagen, wer den Leuchtturm gebaut hat? Danke!",
      "Wer den Leuchtturm gebaut hat?",
    ],
    ["Weißt du, wann das Schiff abfuhr?", "Wann das Schiff abfuhr?"],
    ["Ich bereite einen Vortrag vor. Wer baute laut Text die Mühle?", "Wer baute die Mühle?"],
    [
      "Bonjour, pouvez-vous me dire qui a construit le phare ? Merci.",
      "Qui a construit le phare ?",
    ],
    ["¡Hola! ¿Quién construyó el faro?", "¿Quién construyó el faro?"],
  ])("%s", (said, bare) => {
    expect(bareQuestion(said)).toBe(bare);
  });
});

describe("a question is kept as it is", () => {
  test.each([
    CAPTAIN,
    "who is the captain of the barge",
    "NIST SP 800-63?",
    "1. Weltkrieg: wann begann er?",
    "誰が船長ですか？",
    "Ahab lost a leg on his first voyage. Who made the new one?",
    "The barge left on Monday. Who steered it?",
    "I lost my password. What happens then?", // leans on what was said
    "We own a pump of type 7. How is the pump reset?", // an exact value
    "How do I reset the pump? What is the default password?", // two questions
    "Who is Henry I of England? What did the council decide about the harbour?",
    "What did Merrow mean by «tell me who you are»?",
    "Le capitaine du navire est mort. Qui a pris le commandement du navire ?",
    "Summarise the chapter about the storm.",
    "Hello!",
    "Why?",
    "?",
    "",
  ])("%s", (question) => {
    expect(bareQuestion(question)).toBe(question);
  });
});

describe("several questions in one message", () => {
  test.each([
    [
      "Answer these questions in order, one line each.\n1. Which relic is kept in Everlyn?\n2. Which relic is kept in Glimmerby?",
      ["Which relic is kept in Everlyn?", "Which relic is kept in Glimmerby?"],
    ],
    [
      "Who is the captain of the barge? Where does he live? Thanks!",
      ["Who is the captain of the barge?", "Where does he live?"],
    ],
    [
      "I have two questions about this book.\n- Who built the mill?\n- When did it burn down?",
      ["Who built the mill?", "When did it burn down?"],
    ],
    ["Wer baute die Mühle? Wann brannte sie ab?", ["Wer baute die Mühle?", "Wann brannte sie ab?"]],
  ])("%s", (said, questions) => {
    expect(separateQuestions(said)).toEqual(questions);
  });

  test.each([
    CAPTAIN,
    `Hi! ${CAPTAIN} Thanks!`,
    "Is the whale a fish? Or is it something else?",
    "Where does he live? Who is the captain of the barge?", // of the turn before
    "Ahab lost a leg. Who made the new one? When was it made?",
    "How do I reset the pump? What is the default password?",
    "What did Merrow mean by «Who are you? What do you want?»",
    "Tell me about the storm and the wreck.",
    "",
  ])("one in «%s»", (said) => {
    expect(separateQuestions(said)).toEqual([]);
  });
});

test("a message that holds a text of its own is left as it is, at once", () => {
  const long = `Hi! ${"\n x".repeat(200_000)}\n${CAPTAIN}`;
  expect(bareQuestion(long)).toBe(long);
  expect(separateQuestions(long)).toEqual([]);
});
