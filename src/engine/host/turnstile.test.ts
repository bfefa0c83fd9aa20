import { expect, test } from "vitest";
import { Turnstile } from "./turnstile.ts";

/** Runs until its signal aborts. */
function untilAborted(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve("gave way")));
}

test.each(["question", "chunk"] as const)("idle work gives way to a %s at once", async (who) => {
  const turnstile = new Turnstile();
  const order: string[] = [];
  const idle = turnstile.idle(async (signal) => order.push(await untilAborted(signal)));
  await turnstile.run(who, async () => void order.push(who));
  await idle;
  expect(order).toEqual(["gave way", who]);
});

test("idle work does not begin while anybody has the turn, nor does it wait for it", async () => {
  const turnstile = new Turnstile();
  let end = () => {};
  const running = turnstile.run("question", () => new Promise<void>((resolve) => (end = resolve)));
  expect(await turnstile.idle(() => Promise.resolve("worked"))).toBeUndefined();
  end();
  await running;
  expect(await turnstile.idle(() => Promise.resolve("worked"))).toBe("worked");
});

test("idle work that fails gives the turn back", async () => {
  const turnstile = new Turnstile();
  await expect(turnstile.idle(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await turnstile.run("question", () => Promise.resolve(1))).toBe(1);
});
