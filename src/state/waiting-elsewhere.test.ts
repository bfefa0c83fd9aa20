import { expect, test } from "vitest";
import type { DocumentSummary } from "../../workers/protocol.ts";
import { markWaiting } from "./waiting-elsewhere.ts";

const document = (id: string, state: DocumentSummary["state"]): DocumentSummary => ({
  id,
  title: id,
  state,
  characters: 1_000,
  tokens: 250,
  ingestedTokens: 0,
  committedTokens: 0,
  askableTokens: 0,
  spans: 0,
  bytesOnDisk: 0,
  createdAt: 0,
  modelName: "tiny",
});

const statesOf = (documents: readonly DocumentSummary[], paused: readonly string[] = []) =>
  markWaiting(documents, (id) => paused.includes(id)).map(({ state }) => state);

test("while another tab reads, what waits there is shown as waiting", () => {
  const documents = [
    document("read there", "elsewhere"),
    document("waits there", "paused"),
    document("paused by its reader", "paused"),
    document("done", "complete"),
  ];
  expect(statesOf(documents, ["paused by its reader"])).toEqual([
    "elsewhere",
    "queued",
    "paused",
    "complete",
  ]);
});

test("what has stopped by itself, and what no other tab reads, is paused", () => {
  const full = {
    ...document("full", "paused"),
    problem: { code: "quota-exceeded" as const, message: "No room." },
  };
  expect(statesOf([document("read there", "elsewhere"), full])).toEqual(["elsewhere", "paused"]);
  expect(statesOf([document("alone", "paused")])).toEqual(["paused"]);
});
