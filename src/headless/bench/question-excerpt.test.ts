import fc from "fast-check";
import { expect, test } from "vitest";
import { excerptAround } from "./question-excerpt.ts";

const text = Array.from({ length: 400 }, (_, i) => `Sentence number ${i}.`).join(" ");
const question = (start: number, end: number) => ({
  ...{ kind: "x", question: "Which?", answers: ["y"] },
  evidence: [{ start, end }],
});

test("an excerpt keeps every evidence and is about as long as asked for", () => {
  const place = fc.nat(text.length - 50).map((start) => ({ start, end: start + 40 }));
  fc.assert(
    fc.property(
      fc.array(place, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 500, max: 5000 }),
      (places, characters) => {
        const questions = places.map(({ start, end }) => question(start, end));
        const excerpt = excerptAround({ title: "t", text, questions }, characters);
        expect(excerpt.text.length).toBeLessThanOrEqual(characters + 60 * places.length);
        excerpt.questions.forEach(({ evidence }, i) => {
          const { start, end } = evidence[0]!;
          expect(excerpt.text.slice(start, end)).toBe(text.slice(places[i]!.start, places[i]!.end));
        });
      },
    ),
  );
});

test("a text that is short enough is left as it is", () => {
  const whole = { title: "t", text, questions: [question(5, 9)] };
  expect(excerptAround(whole, text.length)).toBe(whole);
});
