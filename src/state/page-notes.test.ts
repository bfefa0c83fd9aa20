// Notes of the page: what is stored may be anything, and storage may be blocked or full.
import { expect, test } from "vitest";
import { pageNotes } from "./page-notes.ts";

function storageOf(entries: Record<string, string> = {}) {
  const map = new Map(Object.entries(entries));
  return {
    map,
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  };
}

test("one damaged entry of the pending deletions does not take back the others", () => {
  const sound = { documentId: "a", until: 5 };
  const noted = JSON.stringify([null, { documentId: 7, until: 1 }, sound, { until: 2 }, "x"]);
  expect(pageNotes(storageOf({ "inkspan-deleting": noted })).pendingDeletions()).toEqual([sound]);
  for (const other of ["{}", "7", "[", "null"]) {
    expect(pageNotes(storageOf({ "inkspan-deleting": other })).pendingDeletions()).toEqual([]);
  }
});

test("numbers that are none are as if not noted", () => {
  const notes = pageNotes(
    storageOf({ "inkspan-place d": "NaN", "inkspan-place e": "-3", "inkspan-rate m": "Infinity" }),
  );
  expect([notes.place("d"), notes.place("e"), notes.readingRate("m")]).toEqual([0, 0, null]);
});

test("where storage is blocked or full, notes hold until the page closes", () => {
  const storage = storageOf({ "inkspan-draft c": "old" });
  const full = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  const notes = pageNotes({ ...storage, setItem: full });
  notes.keepDraft("c", "a new question");
  notes.keepPaused("d", true);
  expect(notes.draft("c")).toBe("a new question");
  expect(notes.isPaused("d")).toBe(true);
  notes.forget("c");
  expect(notes.draft("c")).toBe("");
  const blocked = pageNotes({ getItem: full, setItem: full, removeItem: full });
  expect(blocked.place("d")).toBe(0);
  blocked.keepPlace("d", 12);
  expect(blocked.place("d")).toBe(12);
  blocked.forget("d");
  expect(blocked.place("d")).toBe(0);
});
