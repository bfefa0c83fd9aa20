import { expect, test } from "vitest";
import { requireManner, requireSampling } from "./requests.ts";

const good = { maxTokens: 200, temperature: 0, topK: 40, topP: 0.95, seed: 1 };

test("settings that make sense pass", () => {
  requireSampling(good);
  requireSampling({ maxTokens: 1, temperature: 1.5, topK: 0, topP: 1, seed: 0xffffffff });
});

test.each([
  { temperature: NaN },
  { temperature: Infinity },
  { temperature: -1 },
  { topK: 257 },
  { topK: 1.5 },
  { topP: 0 },
  { topP: NaN },
  { topP: 1.1 },
  { seed: -1 },
  { seed: 2 ** 32 },
  { maxTokens: 0 },
  { maxTokens: NaN },
])("%o is refused by its name", (wrong) => {
  expect(() => requireSampling({ ...good, ...wrong })).toThrow(
    expect.objectContaining({
      code: "invalid-argument",
      message: expect.stringContaining(Object.keys(wrong)[0]!) as string,
    }),
  );
});

test("a manner is a known style and short instructions, or none", () => {
  requireManner({});
  requireManner({ manner: { style: "list", instructions: "x".repeat(1_000) } });
  const wrong: [string, unknown][] = [
    ["style", { style: "loud", instructions: "" }],
    ["instructions", { style: "brief", instructions: "x".repeat(1_001) }],
    ["instructions", { style: "brief" }],
  ];
  for (const [name, manner] of wrong) {
    expect(() => requireManner({ manner: manner as never })).toThrow(
      expect.objectContaining({
        code: "invalid-argument",
        message: expect.stringContaining(name) as string,
      }),
    );
  }
});
