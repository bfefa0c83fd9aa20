import { expect, test, vi } from "vitest";
import { NO_TOKEN } from "../../../kernels/index.ts";
import { decode } from "./decoder.ts";

const options = {
  maxTokens: 9,
  sampling: { temperature: 0, topK: 1, topP: 1, seed: 1 },
  stopIds: new Set([0]),
  signal: undefined,
  now: () => 0,
};

test.each([
  ["the first token", NO_TOKEN, []],
  ["a later one", 5, [5]],
])("numbers that are not finite at %s end the answer by name", async (_, first, told) => {
  const onToken = vi.fn();
  const answer = decode(first, 9, { ...options, onToken }, () => Promise.resolve(NO_TOKEN));
  await expect(answer).rejects.toMatchObject({ code: "not-finite" });
  expect(onToken.mock.calls.flat()).toEqual(told);
});
