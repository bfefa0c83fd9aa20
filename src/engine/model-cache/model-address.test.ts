import { expect, test } from "vitest";
import { hubFileUrl, hubTreeUrl, parseModelAddress, showAddress } from "./model-address.ts";

const QWEN = { kind: "hub", repository: "Qwen/Qwen3-0.6B-GGUF", revision: "main" };

test("a file of the hub, short and as the hub's own address", () => {
  const expected = { ...QWEN, path: "Qwen3-0.6B-Q8_0.gguf" };
  for (const text of [
    " Qwen/Qwen3-0.6B-GGUF/Qwen3-0.6B-Q8_0.gguf ",
    "https://huggingface.co/Qwen/Qwen3-0.6B-GGUF/resolve/main/Qwen3-0.6B-Q8_0.gguf?download=true",
    "https://huggingface.co/Qwen/Qwen3-0.6B-GGUF/blob/main/Qwen3-0.6B-Q8_0.gguf",
  ]) {
    expect(parseModelAddress(text)).toEqual(expected);
  }
  expect(hubFileUrl("a/b", "main", "x y.gguf")).toBe(
    "https://huggingface.co/a/b/resolve/main/x%20y.gguf",
  );
});

test("a repository, a folder and a revision", () => {
  expect(parseModelAddress("Qwen/Qwen3-0.6B-GGUF")).toEqual({ ...QWEN, path: "" });
  expect(parseModelAddress("https://huggingface.co/Qwen/Qwen3-0.6B-GGUF/")).toEqual({
    ...QWEN,
    path: "",
  });
  expect(parseModelAddress("https://huggingface.co/o/r/tree/v2/sub")).toEqual({
    kind: "hub",
    repository: "o/r",
    revision: "v2",
    path: "sub",
  });
  const pinned = parseModelAddress("o/r/sub/f.gguf", "refs/pr/1");
  expect(pinned).toMatchObject({ revision: "refs/pr/1", path: "sub/f.gguf" });
  expect(showAddress(pinned)).toBe("o/r/sub/f.gguf");
  expect(hubTreeUrl("o/r", "refs/pr/1", "sub")).toBe(
    "https://huggingface.co/api/models/o/r/tree/refs%2Fpr%2F1/sub",
  );
});

test("any https address, and http of this computer only", () => {
  expect(parseModelAddress("https://example.org/m/a.gguf?x=1#part")).toEqual({
    kind: "url",
    url: "https://example.org/m/a.gguf?x=1",
  });
  for (const host of ["localhost:9", "127.0.0.1:9"]) {
    expect(parseModelAddress(`http://${host}/a.gguf`).kind).toBe("url");
  }
  const refused = [
    "http://example.org/a.gguf",
    "http://127.0.0.1.example.org/a.gguf",
    "ftp://example.org/a.gguf",
    "javascript:alert(1)",
    "data:text/plain,x",
    "https://me:secret@example.org/a.gguf",
    "https://",
  ];
  for (const text of refused) {
    expect(() => parseModelAddress(text), text).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  }
});

test("what is no address says what is accepted", () => {
  for (const text of ["", "word", "a//b.gguf", "a/b/../../c", "/a/b", "a b/c/d"]) {
    expect(() => parseModelAddress(text), text).toThrow(/owner\/repository\/file\.gguf/);
  }
  expect(() => parseModelAddress("a/b/c.gguf", "../x y")).toThrow(/not a revision/);
});

test("a broken percent sign stands as it is, and is no failure of the program", () => {
  for (const broken of ["%E0%A4%A", "%", "%zz"]) {
    const address = `https://huggingface.co/o/${broken}`;
    expect(parseModelAddress(address)).toMatchObject({ kind: "url" }); // no repository has this name
    const file = parseModelAddress(`https://huggingface.co/o/r/resolve/main/${broken}.gguf`);
    expect(file).toMatchObject({ kind: "hub", path: `${broken}.gguf` });
  }
});
