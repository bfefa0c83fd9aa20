import { expect, test } from "vitest";
import { looksLikeMarkdown, splitMarkdown } from "./markdown-text.ts";

const blocks = (text: string) =>
  splitMarkdown(text).map(({ start, end }) => text.slice(start, end));

test("Markdown is told from prose, code and lists", () => {
  expect(looksLikeMarkdown("# One\n\ntext\n\n## Two\n")).toBe(true);
  expect(looksLikeMarkdown("# One\n\nSome **bold** words.")).toBe(true);
  expect(looksLikeMarkdown("#1 was first.\n\n#2 came later.")).toBe(false);
  expect(looksLikeMarkdown("- a\n- b\n\nplain *words*")).toBe(false);
  expect(looksLikeMarkdown("")).toBe(false);
});

test("blank lines part blocks, but not code and not the items of a list", () => {
  const code = "```js\nlet a;\n\nlet b;\n```";
  expect(blocks(`# T\n\npara\nmore\n\n\n${code}\n\nend`)).toEqual([
    "# T",
    "para\nmore",
    code,
    "end",
  ]);
  expect(blocks("- one\n\n  goes on\n\nafter")).toEqual(["- one\n\n  goes on", "after"]);
  expect(blocks("~~~\n```\n\n~~~\n\nout")).toEqual(["~~~\n```\n\n~~~", "out"]);
  expect(blocks("\n \n")).toEqual([]);
});

test("a fence that never ends is cut into blocks", () => {
  const text = "```\n" + "a line of code\n".repeat(5_000);
  expect(splitMarkdown(text).length).toBeGreaterThan(2);
});
