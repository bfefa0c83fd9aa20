import { expect, test } from "vitest";
import { problemOf } from "./problems.ts";

test("a failure that is not the library's does not speak of deleted documents or small adapters", () => {
  for (const code of ["no-model", "not-read-yet", "invalid-argument", "engine-limit"] as const) {
    const { title, advice } = problemOf(code);
    expect(`${title} ${advice}`).not.toMatch(/delet|another tab|adapter/i);
  }
  expect(problemOf("limit-exceeded").title).toMatch(/adapter/);
  expect(problemOf("not-found").advice).toMatch(/deleted/);
});

test("a text that is lost is not offered to be read again", () => {
  expect(problemOf("index-damaged").remedy).toBe("read-again");
  expect(problemOf("text-damaged")).toMatchObject({ remedy: null });
  expect(problemOf("text-damaged").advice).not.toMatch(/read it again|text is here/i);
});

test("what is busy in this tab is not blamed on another", () => {
  expect(JSON.stringify(problemOf("busy"))).not.toMatch(/other tab|another tab/i);
});

test("of a model's file nothing is said about documents", () => {
  for (const code of ["format-invalid", "format-unsupported", "not-found", "timed-out"] as const) {
    expect(JSON.stringify(problemOf(code, "model"))).not.toMatch(/PDF|EPUB|paste/);
  }
});
