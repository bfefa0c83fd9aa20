import { expect, test } from "vitest";
import { streamText } from "./text-stream.ts";

const tick = () => new Promise((resolve) => setTimeout(resolve, 1));

test("pieces that came early or late are all read, in order, and the result is kept", async () => {
  const stream = streamText(async (push) => {
    push("a");
    push("b");
    await tick();
    push("c");
    return "abc";
  });
  const read: string[] = [];
  for await (const piece of stream) read.push(piece);
  expect(read).toEqual(["a", "b", "c"]);
  expect(await stream.result).toBe("abc");
});

test("a failure reaches the loop and the result", async () => {
  const stream = streamText(async (push) => {
    push("a");
    await tick();
    throw new Error("lost");
  });
  const read: string[] = [];
  await expect(async () => {
    for await (const piece of stream) read.push(piece);
  }).rejects.toThrow("lost");
  expect(read).toEqual(["a"]);
  await expect(stream.result).rejects.toThrow("lost");
});

test("leaving the loop, `cancel` and a signal all end the work", async () => {
  const endless = (push: (piece: string) => void, signal: AbortSignal): Promise<string> =>
    new Promise((resolve) => {
      push("a");
      const stop = (): void => resolve("stopped");
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop);
    });
  const left = streamText(endless);
  for await (const piece of left) {
    expect(piece).toBe("a");
    break;
  }
  expect(await left.result).toBe("stopped");

  const cancelled = streamText(endless);
  cancelled.cancel();
  expect(await cancelled.result).toBe("stopped");

  const outside = new AbortController();
  const signalled = streamText(endless, outside.signal);
  outside.abort();
  expect(await signalled.result).toBe("stopped");
  expect(await streamText(endless, AbortSignal.abort()).result).toBe("stopped");
});
