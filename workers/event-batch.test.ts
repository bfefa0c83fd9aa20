import { expect, test } from "vitest";
import { EventBatch } from "./event-batch.ts";
import type { EngineEvent } from "./protocol.ts";

function collect(...pushed: EngineEvent[]): EngineEvent[] {
  const sent: EngineEvent[] = [];
  const batch = new EventBatch();
  batch.listen((events) => {
    sent.push(...events);
  });
  for (const event of pushed) batch.push(event);
  void batch.flush();
  return sent;
}

const token = (jobId: string, text: string): EngineEvent => ({ type: "token", jobId, text });
const piece = (jobId: string, text: string): EngineEvent => ({
  type: "pieces",
  jobId,
  pieces: [text],
});

test("text of one answer is joined; pieces of a completion stay countable", () => {
  expect(collect(token("a", "x"), token("a", "y"), token("b", "z"))).toEqual([
    token("a", "xy"),
    token("b", "z"),
  ]);
  expect(collect(piece("a", "x"), piece("a", ""), piece("b", "z"), piece("a", "w"))).toEqual([
    { type: "pieces", jobId: "a", pieces: ["x", ""] },
    piece("b", "z"),
    piece("a", "w"),
  ]);
});

test("of states only the newest is sent, and never in place of text", () => {
  const idle: EngineEvent = { type: "model", state: { phase: "idle" } };
  const empty: EngineEvent = { type: "documents", documents: [] };
  expect(collect(idle, piece("a", "x"), empty, idle)).toEqual([piece("a", "x"), empty, idle]);
});

test("a flush resolves when everything sent has arrived, also what a timer had sent before", async () => {
  const arrivals: (() => void)[] = [];
  const batch = new EventBatch();
  batch.listen(() => new Promise((resolve) => arrivals.push(resolve)));
  batch.push(token("a", "x"));
  void batch.flush();
  let arrived = false;
  const flushed = batch.flush().then(() => (arrived = true)); // nothing is left to send
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(arrived, "it is still on its way").toBe(false);
  arrivals[0]?.();
  await flushed;
  expect(arrived).toBe(true);
});
