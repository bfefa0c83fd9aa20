// What another version, or another script of the origin, may have left in the browser's storage.
import { expect, test } from "vitest";
import { readCollections } from "./collections.ts";
import { parseConversation } from "./conversation-shelf.ts";
import { DEFAULT_SETTINGS, parseSettings, readSettings, type TextStorage } from "./settings.ts";

const holding = (text: string | null): TextStorage => ({
  getItem: () => text,
  setItem: () => undefined,
  removeItem: () => undefined,
});
const DEEP = "[".repeat(100_000) + "]".repeat(100_000);

test.each(["", "{", "null", "7", '"x"', "[]", DEEP, '{"temperature":{"a":1}}', '{"seed":1e999}'])(
  "broken settings are the defaults (case %#)",
  (text) => expect(readSettings(holding(text))).toEqual(DEFAULT_SETTINGS),
);

test("one wrong setting leaves the others as they were chosen", () => {
  for (const temperature of [Number.NaN, Number.POSITIVE_INFINITY, -1, "1", null]) {
    const settings = parseSettings({ temperature, maxTokens: Number.NaN, theme: "dark" });
    expect(settings).toEqual({ ...DEFAULT_SETTINGS, theme: "dark" });
  }
});

test("one bad collection does not hide the others", () => {
  const good = { id: "c", name: "Sea", documentIds: ["d1"] };
  const stored = [null, good, { ...good, documentIds: [1] }, "x", { ...good, name: "" }];
  expect(readCollections(holding(JSON.stringify(stored)))).toEqual([good]);
  for (const text of ["{}", "null", "[", DEEP]) {
    expect(readCollections(holding(text))).toEqual([]);
  }
});

test("one bad turn does not hide the others, and foreign records are no conversations", () => {
  const turn = {
    ...{ id: "t", question: "q", status: "done", answer: "a", evidence: [] },
    ...{ stats: null, stopped: null, error: null },
  };
  const bad = [{ ...turn, answer: 1 }, null, { ...turn, status: "lost" }, [[]]];
  const stored = { title: "", createdAt: 1, turns: [bad[0], turn, ...bad.slice(1)] };
  // Turns of older versions say nothing about grounding and servers.
  expect(parseConversation("d1", stored)?.turns).toEqual([
    { ...turn, grounding: null, server: null, readShare: null, readBy: "words" },
  ]);
  expect(parseConversation("d1", { ...stored, turns: bad })).toBeUndefined();
  expect(parseConversation("d1", { ...stored, createdAt: Number.NaN })).toBeUndefined();
  expect(parseConversation("d1", { title: "", createdAt: 1, turns: [] })?.turns).toEqual([]);
  for (const id of [1, ["d1"], new Date(0)]) expect(parseConversation(id, stored)).toBeUndefined();
  for (const foreign of [1, null, new ArrayBuffer(4), "x", { turns: {} }]) {
    expect(parseConversation("d1", foreign)).toBeUndefined();
  }
});
