import { expect, test } from "vitest";
import { sortFiles } from "./add-files.ts";

function sorted(...names: string[]) {
  const { model, documents } = sortFiles(names.map((name) => new File([], name)));
  return { model: model.map(({ name }) => name), documents: documents.map(({ name }) => name) };
}

test("weights make a model, with the files that belong to them; all else is a document", () => {
  expect(sorted("tiny.GGUF", "book.pdf")).toEqual({
    model: ["tiny.GGUF"],
    documents: ["book.pdf"],
  });
  expect(sorted("config.json", "tokenizer.json", "model.safetensors", "README.md")).toEqual({
    model: ["config.json", "tokenizer.json", "model.safetensors"],
    documents: ["README.md"],
  });
  expect(sorted("data.json", "notes.txt")).toEqual({
    model: [],
    documents: ["data.json", "notes.txt"],
  });
});
