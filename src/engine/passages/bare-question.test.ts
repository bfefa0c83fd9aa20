import { describe, expect, test } from "vitest";
import { bareQuestion } from "./bare-question.ts";

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
