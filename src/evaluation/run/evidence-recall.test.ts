import { describe, expect, test } from "vitest";
import { evidenceRecall } from "./evidence-recall.ts";

// Ten tokens of three characters each; the needle covers characters 9…18: tokens 3, 4, 5.
const starts = Uint32Array.from({ length: 10 }, (_, i) => 3 * i);
const needle = { start: 9, end: 18, depth: 30, required: true };
const PREFIX = 2;

describe("evidence recall", () => {
  test("is the share of the needle's tokens in attended spans, mean over layers", () => {
    const whole = [{ start: PREFIX + 3, length: 3 }];
    const half = [
      { start: PREFIX + 0, length: 4 },
      { start: PREFIX + 7, length: 2 },
    ];
    expect(evidenceRecall([whole], [needle], starts, PREFIX)).toBe(1);
    expect(evidenceRecall([half], [needle], starts, PREFIX)).toBeCloseTo(1 / 3);
    expect(evidenceRecall([whole, half, []], [needle], starts, PREFIX)).toBeCloseTo(4 / 9);
  });

  test("leaves distractors out", () => {
    const distractor = { start: 0, end: 6, depth: 0, required: false };
    const seen = [{ start: PREFIX, length: 2 }];
    expect(evidenceRecall([seen], [needle, distractor], starts, PREFIX)).toBe(0);
    expect(evidenceRecall([seen], [distractor], starts, PREFIX)).toBeNull();
  });

  test("counts a token by where it begins", () => {
    const shifted = { ...needle, start: 10, end: 13 };
    // Token 3 begins at 9, before the needle; token 4 at 12, inside.
    expect(evidenceRecall([[{ start: PREFIX + 3, length: 1 }]], [shifted], starts, PREFIX)).toBe(0);
    expect(evidenceRecall([[{ start: PREFIX + 4, length: 1 }]], [shifted], starts, PREFIX)).toBe(1);
  });
});
